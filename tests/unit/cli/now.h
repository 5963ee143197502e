// The time at which the tests render.
#pragma once

#include <cstdint>

namespace groupctl {

inline constexpr std::uint64_t kNow = 1'795'257'700'000;  ///< 2026-11-21 10:41:40 UTC

}  // namespace groupctl
