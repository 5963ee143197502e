#include "keeper/tree.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <set>

#include "keeper/proc.h"

namespace groupctl::keeper {
namespace {

constexpr long kFirstWaitMs = 10;
constexpr long kLongestWaitMs = 500;

/// Stops all there are, and looks again until none is new: what is stopped starts no other.
std::set<pid_t> stop_descendants() {
  std::set<pid_t> stopped;
  for (bool grew = true; grew;) {
    grew = false;
    for (const pid_t pid : descendants(::getpid())) {
      if (!stopped.insert(pid).second) continue;
      ::kill(pid, SIGSTOP);
      grew = true;
    }
  }
  return stopped;
}

void wait_for_child(long wait_ms) {
  sigset_t child;
  ::sigemptyset(&child);
  ::sigaddset(&child, SIGCHLD);
  const timespec most = {wait_ms / 1000, wait_ms % 1000 * 1'000'000};
  ::sigtimedwait(&child, nullptr, &most);
}

}  // namespace

bool reap(const OnReaped& on_reaped) {
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid > 0) {
      on_reaped(pid, status);
    } else if (pid == 0 || errno != EINTR) {
      return pid == 0;
    }
  }
}

void kill_tree(const OnReaped& on_reaped) {
  // A look at /proc may miss what changes its parent meanwhile. That there is no child any more is
  // certain: whoever loses its parent becomes one.
  long wait_ms = kFirstWaitMs;
  while (reap(on_reaped)) {
    for (const pid_t pid : stop_descendants()) ::kill(pid, SIGKILL);
    wait_for_child(wait_ms);
    wait_ms = std::min(2 * wait_ms, kLongestWaitMs);
  }
}

}  // namespace groupctl::keeper
