// What a process is and uses, as the kernel says.
#pragma once

#include <cstdint>

namespace groupctl {

struct ProcessFigures {
  std::uint64_t pid = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t peak_bytes = 0;  ///< of resident memory
  std::uint64_t threads = 0;
  std::uint64_t open_files = 0;
  std::uint64_t uptime_ms = 0;
};
/// Of this process. What the kernel does not say is 0.
ProcessFigures process_figures();

}  // namespace groupctl
