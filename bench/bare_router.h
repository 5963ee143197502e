// What bench_bare_router is asked for.
#pragma once

#include <cstdint>

namespace groupctl::bench {

/// So many messages of so many bytes.
struct PageRequest {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
};

}  // namespace groupctl::bench
