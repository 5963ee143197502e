#include "keeper/child.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "keeper/account.h"
#include "keeper/exec_words.h"
#include "keeper/proc.h"

namespace groupctl::keeper {
namespace {

/// What failed in the child, as it tells its parent.
enum class Step : std::uint8_t { kPrepare, kUser, kFolder, kExec };
struct Told {
  Step step = Step::kPrepare;
  int error = 0;
};

struct Launch {
  const ProgramSpec& spec;
  const ProgramFile& file;
  const Stdio& stdio;
  const std::optional<Account>& account;
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  pid_t parent;
};

std::vector<std::string> environment_of(const ProgramSpec& spec, const std::string& run_id) {
  std::vector<std::string> lines = {std::string(kMarkerName) + "=" + run_id};
  for (const auto& [name, value] : spec.environment) {
    if (name != kMarkerName) lines.push_back(name + "=" + value);
  }
  return lines;
}

/// Above the first three, which are put in place one after the other.
bool put_in_place(const Stdio& stdio) {
  return ::dup2(stdio.in, STDIN_FILENO) >= 0 && ::dup2(stdio.out, STDOUT_FILENO) >= 0 &&
         ::dup2(stdio.err, STDERR_FILENO) >= 0 && ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
}

void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool limit(__rlimit_resource resource, std::uint64_t value) {
  rlimit now{};
  if (::getrlimit(resource, &now) != 0) return false;
  // Only root may raise what it was given itself.
  const rlim_t most = ::geteuid() == 0 ? value : std::min<rlim_t>(value, now.rlim_max);
  const rlimit wanted = {most, most};
  return ::setrlimit(resource, &wanted) == 0;
}

bool set_limits(const Limits& limits) {
  const auto wanted = [](__rlimit_resource resource, std::uint64_t value) {
    return value == 0 || limit(resource, value);
  };
  return limit(RLIMIT_CORE, 0) && wanted(RLIMIT_NPROC, limits.processes) &&
         wanted(RLIMIT_NOFILE, limits.files) && wanted(RLIMIT_FSIZE, limits.file_bytes) &&
         wanted(RLIMIT_AS, limits.memory_bytes) && wanted(RLIMIT_CPU, limits.cpu_seconds);
}

bool take_rights(const std::optional<Account>& account) {
  if (account && (::setgroups(account->groups.size(), account->groups.data()) != 0 ||
                  ::setresgid(account->gid, account->gid, account->gid) != 0 ||
                  ::setresuid(account->uid, account->uid, account->uid) != 0)) {
    return false;
  }
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

/// The step that failed; errno says why. kExec: all is prepared.
Step prepare(const Launch& launch) {
  if (::setsid() < 0 || !put_in_place(launch.stdio)) return Step::kPrepare;
  ::umask(027);
  reset_signals();
  if (!set_limits(launch.spec.limits)) return Step::kPrepare;
  if (!take_rights(launch.account)) return Step::kUser;
  // After the change of user, which would take it back.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return Step::kPrepare;
  if (::getppid() != launch.parent) ::raise(SIGKILL);
  const char* folder = launch.spec.folder.empty() ? "/" : launch.spec.folder.c_str();
  if (::chdir(folder) != 0) return Step::kFolder;
  const int file = launch.file.fd.get();
  if (launch.file.is_script && ::fcntl(file, F_SETFD, 0) != 0) return Step::kPrepare;
  return Step::kExec;
}

/// The child's whole life, unless it becomes the program.
[[noreturn]] void become(Launch& launch, int tell, int gate) {
  const auto argv = pointers_to(launch.arguments);
  const auto envp = pointers_to(launch.environment);
  const Step step = prepare(launch);
  const int error = errno;
  char go = 0;
  ssize_t got = -1;
  do {
    got = ::read(gate, &go, 1);
  } while (got < 0 && errno == EINTR);
  if (got != 1) ::_exit(126);  // nobody is there to hear of it
  if (step == Step::kExec) ::fexecve(launch.file.fd.get(), argv.data(), envp.data());
  const Told told = {step, step == Step::kExec ? errno : error};
  if (::write(tell, &told, sizeof told) < 0) ::_exit(126);
  ::_exit(127);
}

StartFailure failure_told(const ProgramSpec& spec, const Told& told) {
  const std::string why = std::strerror(told.error);
  if (told.step == Step::kFolder) {
    return {EndKind::kNotStarted, "folder " + spec.folder + ": " + why};
  }
  if (told.step == Step::kUser) return {EndKind::kNotStarted, "user " + spec.user + ": " + why};
  if (told.step == Step::kPrepare) return {EndKind::kNotStarted, "cannot prepare: " + why};
  // The file is there: it is open.
  if (told.error == ENOENT) {
    return {EndKind::kNotFound, spec.path + ": its interpreter is not found"};
  }
  return failure_of(spec.path, told.error);
}

/// nullopt: it is executed, which has closed the other end.
std::optional<Told> hear(const UniqueFd& pipe) {
  Told told;
  for (;;) {
    const ssize_t got = ::read(pipe.get(), &told, sizeof told);
    if (got < 0 && errno == EINTR) continue;
    if (got == static_cast<ssize_t>(sizeof told)) return told;
    return std::nullopt;
  }
}

StartFailure cannot(const std::string& what) {
  return {EndKind::kNotStarted, "cannot " + what + ": " + std::strerror(errno)};
}

}  // namespace

Startable<pid_t> start_child(const ProgramSpec& spec, const ProgramFile& file,
                             const std::string& run_id, const Stdio& stdio,
                             const std::function<void(pid_t)>& on_forked) {
  const auto account = find_account(spec.user);
  if (!account) return tl::unexpected(account.error());
  Launch launch = {spec,      file, stdio, *account, spec.argv, environment_of(spec, run_id),
                   ::getpid()};
  if (launch.arguments.empty()) launch.arguments.push_back(spec.path);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return tl::unexpected(cannot("make a pipe"));
  const UniqueFd hears(ends[0]);
  UniqueFd tells(ends[1]);
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return tl::unexpected(cannot("make a pipe"));
  const UniqueFd waits(ends[0]);
  UniqueFd gate(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return tl::unexpected(cannot("fork"));
  if (pid == 0) {
    gate.reset();  // else it would wait for itself
    become(launch, tells.get(), waits.get());
  }
  tells.reset();
  if (on_forked) on_forked(pid);
  static_cast<void>(write_all(gate, as_bytes("+"), "the gate"));
  const auto told = hear(hears);
  if (!told) return pid;
  ::waitpid(pid, nullptr, 0);
  return tl::unexpected(failure_told(spec, *told));
}

}  // namespace groupctl::keeper
