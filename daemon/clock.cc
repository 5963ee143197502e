#include "daemon/clock.h"

#include <ctime>

#include "log/result.h"

namespace groupctl {
namespace {

std::uint64_t milliseconds_of(clockid_t clock) {
  timespec now{};
  GROUPCTL_INVARIANT(::clock_gettime(clock, &now) == 0, "clock_gettime failed");
  return static_cast<std::uint64_t>(now.tv_sec) * 1000 +
         static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
}

}  // namespace

LocalTime local_now() { return LocalTime(milliseconds_of(CLOCK_BOOTTIME)); }
std::uint64_t wall_now_ms() { return milliseconds_of(CLOCK_REALTIME); }

}  // namespace groupctl
