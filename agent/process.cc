#include "agent/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "daemon/paths.h"
#include "keeper/exec_words.h"
#include "keeper/pidfd_calls.h"
#include "keeper/proc.h"
#include "keeper/spawn.h"

namespace groupctl {
namespace {

constexpr int kCannotBegin = 127;  // as of a shell
/// What is told not to begin does nothing but end.
constexpr std::uint64_t kEndsMs = 1000;

/// Nothing of the agent's own: its settings are not the member's.
std::vector<std::string> environment_of(const MemberProcess::Program& program) {
  std::vector<std::string> environment = {"PATH=" + std::string(keeper::kDefaultPath),
                                          "HOME=" + program.folder};
  for (const char* name : {"LANG", "TZ"}) {
    if (const auto value = environment_variable(name)) {
      environment.push_back(std::string(name) + "=" + *value);
    }
  }
  for (const auto& [name, value] : program.env) environment.push_back(name + "=" + value);
  return environment;
}

/// All that the child needs, made before it is there: beside other threads a child may do only
/// what a signal handler may.
struct Child {
  const char* path;
  char* const* argv;
  char* const* environment;
  const char* folder;
  int nothing;
  int log;
  int gate;

  [[noreturn]] void begin() const {
    ::setsid();
    for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const bool ready = ::dup2(nothing, STDIN_FILENO) >= 0 && ::dup2(log, STDOUT_FILENO) >= 0 &&
                       ::dup2(log, STDERR_FILENO) >= 0 && ::chdir(folder) == 0;
    ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    char go = 0;
    ssize_t got = -1;
    do {
      got = ::read(gate, &go, 1);
    } while (got < 0 && errno == EINTR);
    if (ready && got == 1) ::execve(path, argv, environment);
    ::_exit(kCannotBegin);
  }
};

}  // namespace

Result<MemberProcess> MemberProcess::start(const Program& program) {
  if (::access(program.path.c_str(), X_OK) != 0) return errno_error(program.path);
  const UniqueFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const UniqueFd log(
      ::open(program.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!log) return errno_error(program.log);
  int ends[2] = {-1, -1};
  if (!nothing || ::pipe2(ends, O_CLOEXEC) != 0) return errno_error("cannot start a member");
  const UniqueFd reading(ends[0]);
  UniqueFd gate(ends[1]);
  std::vector<std::string> words = {program.path};
  words.insert(words.end(), program.words.begin(), program.words.end());
  std::vector<std::string> environment = environment_of(program);
  const auto argv = keeper::pointers_to(words);
  const auto envp = keeper::pointers_to(environment);
  const Child child{program.path.c_str(), argv.data(), envp.data(),  program.folder.c_str(),
                    nothing.get(),        log.get(),   reading.get()};
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(gate.get());  // else it would wait for itself
    child.begin();
  }
  if (pid < 0) return errno_error("cannot start a member");
  // It is ours, and so it is there until it is reaped.
  UniqueFd process(::pidfd_open(pid, 0));
  const auto stat = keeper::proc_stat(pid);
  if (!process || !stat) {
    const auto failed = errno_error("cannot watch a member");
    gate.reset();  // it ends, and must not stay as a zombie
    keeper::reap_child(pid);
    return failed;
  }
  return MemberProcess(pid, stat->start_time, std::move(process), std::move(gate));
}

Status MemberProcess::go() {
  const char go = 1;
  const ssize_t written = ::write(gate_.get(), &go, 1);
  gate_.reset();
  if (written == 1) return {};
  return errno_error("cannot start a member");
}

void MemberProcess::drop() {
  gate_.reset();  // its end is what it waits for
  keeper::wait_for_end(process_, kEndsMs);
  static_cast<void>(ended());
}

Result<MemberProcess> MemberProcess::attach(const MemberRecord& record) {
  const auto pid = static_cast<pid_t>(record.pid);
  if (record.pid == 0 || record.boot != keeper::boot_name()) {
    return fail(ErrorCode::kNotFound, "it has ended");
  }
  auto process = keeper::open_process(pid, record.start_time);
  if (!process) return tl::unexpected<Error>(process.error());
  return MemberProcess(pid, record.start_time, *std::move(process), UniqueFd());
}

MemberRecord MemberProcess::record() const {
  return {true, static_cast<std::uint64_t>(pid_), start_time_, keeper::boot_name()};
}

Status MemberProcess::send(int signal) const { return keeper::send_signal(process_, signal); }

std::optional<MemberProcess::Ended> MemberProcess::ended() const {
  if (!keeper::wait_for_end(process_, 0)) return std::nullopt;
  siginfo_t info{};
  const auto id = static_cast<id_t>(process_.get());
  if (::waitid(P_PIDFD, id, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0) return Ended{};
  const std::string number = std::to_string(info.si_status);
  if (info.si_code == CLD_EXITED) return Ended{"exit code " + number, info.si_status == 0};
  return Ended{"signal " + number};
}

}  // namespace groupctl
