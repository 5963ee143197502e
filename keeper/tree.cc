#include "keeper/tree.h"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <unordered_set>
#include <vector>

#include "keeper/proc.h"

namespace groupctl::keeper {
namespace {

constexpr long kQuietMs = 20;

/// Stops descendants and remembers them.
class Stopper {
 public:
  /// All there are, until a look finds no new one: what is stopped starts no other. Each is looked
  /// at twice, since it may start one before the signal reaches it; looking at all of them each
  /// time would take longer than a bomb needs to grow.
  void stop_all() {
    std::vector<pid_t> young;
    do {
      std::vector<pid_t> found;
      stop_children(::getpid(), found);  // those too that have lost their parent
      for (const pid_t pid : young) stop_children(pid, found);
      for (std::size_t i = 0; i < found.size(); ++i) stop_children(found[i], found);
      young = std::move(found);
    } while (!young.empty());
  }
  void kill_all() const {
    for (const pid_t pid : stopped_) ::kill(pid, SIGKILL);
  }

 private:
  void stop_children(pid_t parent, std::vector<pid_t>& found) {
    std::size_t threads = 0;
    for (const pid_t pid : children_of(parent, threads)) {
      if (!stopped_.insert(pid).second) continue;
      ::kill(pid, SIGSTOP);
      found.push_back(pid);
    }
  }

  std::unordered_set<pid_t> stopped_;
};

/// While it lives this process comes before those that it kills, where it may: a bomb of thousands
/// leaves an equal nothing. What is forked meanwhile is an equal again.
class Precedence {
 public:
  Precedence() {
    const sched_param lowest = {1};
    taken_ = ::sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &lowest) == 0;
  }
  ~Precedence() {
    const sched_param none = {0};
    if (taken_) ::sched_setscheduler(0, SCHED_OTHER, &none);
  }
  Precedence(const Precedence&) = delete;
  Precedence& operator=(const Precedence&) = delete;

 private:
  bool taken_ = false;
};

/// False: none has ended for a while.
bool wait_for_child() {
  sigset_t child;
  ::sigemptyset(&child);
  ::sigaddset(&child, SIGCHLD);
  const timespec most = {0, kQuietMs * 1'000'000};
  return ::sigtimedwait(&child, nullptr, &most) == SIGCHLD;
}

/// Those that end until it is quiet. False: there is none left.
bool reap_until_quiet(const OnReaped& on_reaped) {
  do {
    if (!reap(on_reaped)) return false;
  } while (wait_for_child());
  return true;
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
  if (!reap(on_reaped)) return;
  const Precedence precedence;
  // A look at /proc may miss what changes its parent meanwhile. That there is no child any more is
  // certain: whoever loses its parent becomes one.
  do {
    Stopper stopper;
    stopper.stop_all();
    stopper.kill_all();
  } while (reap_until_quiet(on_reaped));
}

}  // namespace groupctl::keeper
