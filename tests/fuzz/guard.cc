#include "tests/fuzz/guard.h"

#include <sanitizer/lsan_interface.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

// GCC installs no header for these two.
extern "C" {
int __sanitizer_install_malloc_and_free_hooks(void (*malloc_hook)(const volatile void*,
                                                                  std::size_t),
                                              void (*free_hook)(const volatile void*));
void __sanitizer_set_death_callback(void (*callback)());

// One input may not make us ask for gigabytes; aborts are reported as any other death.
const char* __asan_default_options() {
  return "detect_leaks=1:handle_abort=1:max_allocation_size_mb=512:quarantine_size_mb=32:"
         "malloc_context_size=6";
}
// It knows nothing of the callback; the other one sees the abort.
const char* __ubsan_default_options() { return "abort_on_error=1"; }
}

namespace groupctl::fuzz {
namespace {

constexpr int kWatchdogSeconds = 2;  // looked at so often: after two looks an input hangs

struct Watched {
  std::string label;
  ByteView input;
  std::uint64_t count = 0;
  std::uint64_t seen = 0;  // by the watchdog
};
Watched watched;
std::uint64_t allocated = 0;

void count_allocation(const volatile void*, std::size_t size) { allocated += size; }
void count_free(const volatile void*) {}

void put(const char* text, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(STDERR_FILENO, text, size);
    if (written <= 0) return;
    text += written;
    size -= static_cast<std::size_t>(written);
  }
}

/// Allocates nothing: the heap may be what is broken.
void tell() {
  if (watched.label.empty()) return;
  constexpr char kDigits[] = "0123456789abcdef";
  put("\nfuzz: died of ", 15);
  put(watched.label.data(), watched.label.size());
  put("\n", 1);
  for (const std::uint8_t byte : watched.input) {
    const char pair[2] = {kDigits[byte >> 4], kDigits[byte & 15]};
    put(pair, 2);
  }
  put("\n", 1);
}

void look(int) {
  if (watched.label.empty() || watched.count != watched.seen) {
    watched.seen = watched.count;
    return;
  }
  tell();
  ::_exit(1);
}

void start_watchdog() {
  struct sigaction action = {};
  action.sa_handler = look;
  ::sigaction(SIGPROF, &action, nullptr);
  const itimerval every = {{kWatchdogSeconds, 0}, {kWatchdogSeconds, 0}};
  ::setitimer(ITIMER_PROF, &every, nullptr);
}

bool install() {
  __sanitizer_install_malloc_and_free_hooks(count_allocation, count_free);
  __sanitizer_set_death_callback(tell);
  start_watchdog();
  return true;
}

void install_once() {
  static const bool installed = install();
  static_cast<void>(installed);
}

}  // namespace

std::uint64_t allocated_bytes() {
  install_once();
  return allocated;
}

std::uint64_t cpu_us() {
  timespec now = {};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

void enter(const std::string& label, ByteView input) {
  install_once();
  watched.label = label;
  watched.input = input;
  ++watched.count;
}

void leave() { watched.label.clear(); }

bool found_leaks() { return __lsan_do_recoverable_leak_check() != 0; }

}  // namespace groupctl::fuzz
