#include "keeper/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/random.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "keeper/exec_words.h"
#include "log/strong.h"

namespace groupctl::keeper {
namespace {

/// Above every number that a descriptor is handed as, so that none overwrites another.
constexpr int kAboveHanded = 16;

/// posix_spawn's two structures, which have to be given back.
class SpawnPlan {
 public:
  SpawnPlan() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    sigset_t signals;
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    constexpr int kFlags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID;
    ::posix_spawnattr_setflags(&attributes_, static_cast<short>(kFlags));
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  void hand(int fd, int as) { ::posix_spawn_file_actions_adddup2(&actions_, fd, as); }
  void hand_nothing(int as) {
    ::posix_spawn_file_actions_addopen(&actions_, as, "/dev/null", O_RDWR, 0);
  }
  void close_from(int first) { ::posix_spawn_file_actions_addclosefrom_np(&actions_, first); }

  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

bool is_handed(const std::vector<Handed>& handed, int as) {
  return std::any_of(handed.begin(), handed.end(),
                     [as](const Handed& one) { return one.as == as; });
}

}  // namespace

Result<pid_t> spawn_keeper(const std::string& keeper, const std::vector<std::string>& words,
                           const std::vector<Handed>& handed) {
  if (!keeper.starts_with('/')) return fail(ErrorCode::kInvalid, keeper + ": not absolute");
  SpawnPlan plan;
  std::vector<UniqueFd> ours;
  int most = STDERR_FILENO;
  for (const Handed& one : handed) {
    ours.emplace_back(::fcntl(one.fd, F_DUPFD_CLOEXEC, kAboveHanded));
    if (!ours.back()) return errno_error("cannot hand a descriptor over");
    plan.hand(ours.back().get(), one.as);
    most = std::max(most, one.as);
  }
  for (int as = STDIN_FILENO; as <= STDERR_FILENO; ++as) {
    if (!is_handed(handed, as)) plan.hand_nothing(as);
  }
  plan.close_from(most + 1);
  std::vector<std::string> all = {keeper};
  all.insert(all.end(), words.begin(), words.end());
  const std::vector<char*> argv = pointers_to(all);
  char* no_environment = nullptr;
  pid_t pid = 0;
  errno = ::posix_spawn(&pid, keeper.c_str(), &plan.actions_, &plan.attributes_, argv.data(),
                        &no_environment);
  if (errno != 0) return errno_error(keeper);
  return pid;
}

int reap_child(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return 0;
  }
  return status;
}

std::string new_run_id() {
  std::array<std::uint8_t, 16> bytes{};
  const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
  GROUPCTL_INVARIANT(got == static_cast<ssize_t>(bytes.size()), "the system has no random bytes");
  return to_hex(bytes);
}

}  // namespace groupctl::keeper
