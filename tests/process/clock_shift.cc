// Preloaded into processes of a test: their wall clock is off by the seconds that stand in the file
// GROUPCTL_TEST_CLOCK, at every moment anew. Other clocks go on as they are.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace {

std::int64_t offset_seconds() {
  static const auto* const shared = [] {
    const char* path = std::getenv("GROUPCTL_TEST_CLOCK");
    const int file = path == nullptr ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    void* mapped =
        file < 0 ? MAP_FAILED : mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
    return mapped == MAP_FAILED ? nullptr : static_cast<const volatile std::int64_t*>(mapped);
  }();
  return shared == nullptr ? 0 : *shared;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, struct timespec* now) noexcept {
  const auto answer = static_cast<int>(syscall(SYS_clock_gettime, clock, now));
  if (answer == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += offset_seconds();
  }
  return answer;
}

extern "C" int gettimeofday(struct timeval* now, void*) noexcept {
  struct timespec exact {};
  const int answer = clock_gettime(CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return answer;
}

extern "C" time_t time(time_t* now) noexcept {
  struct timespec exact {};
  clock_gettime(CLOCK_REALTIME, &exact);
  if (now != nullptr) *now = exact.tv_sec;
  return exact.tv_sec;
}
