// The clocks of a process. Cores never ask these: their shells hand the time in.
#pragma once

#include <cstdint>

#include "log/types.h"

namespace groupctl {

/// CLOCK_BOOTTIME: goes on while the machine sleeps, and never back.
LocalTime local_now();
/// Milliseconds since 1970 by the wall clock, which may jump.
std::uint64_t wall_now_ms();

}  // namespace groupctl
