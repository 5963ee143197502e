// Adding to a time without running over its end.
#pragma once

#include <algorithm>
#include <cstdint>

namespace groupctl::keeper {

/// For ever, as a time.
inline constexpr std::uint64_t kNeverMs = ~std::uint64_t{0};

constexpr std::uint64_t later(std::uint64_t time_ms, std::uint64_t by_ms) {
  return time_ms + std::min(by_ms, kNeverMs - time_ms);
}

}  // namespace groupctl::keeper
