#include "keeper/keep_run.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>

#include <algorithm>
#include <array>
#include <deque>

#include "daemon/clock.h"
#include "keeper/child.h"
#include "keeper/output_files.h"
#include "keeper/policy.h"
#include "keeper/proc.h"
#include "keeper/run_dir.h"
#include "keeper/setting.h"
#include "keeper/tree.h"

namespace groupctl::keeper {
namespace {

constexpr int kLockFd = 3;
constexpr std::uint64_t kTasksEveryMs = 100;
constexpr std::size_t kOutputAtOnce = 256 << 10;

/// Says to the starter how it went, once.
class Ready {
 public:
  explicit Ready(UniqueFd pipe) : pipe_(std::move(pipe)) {}
  void runs() {
    say("+");
    pipe_.reset();
  }
  /// The keeper ends because of it. The pipe stays open until this dies, after the lock: who then
  /// starts another finds the folder free.
  void failed(const StartFailure& failure) {
    say("-" + std::string(to_word(failure.kind)) + " " + failure.text);
  }

 private:
  void say(const std::string& text) {
    // Short enough for a pipe to take it whole; who does not hear it is gone.
    if (pipe_) static_cast<void>(write_all(pipe_, as_bytes(text), "the starter"));
  }

  UniqueFd pipe_;  // closed: it is said
};

/// The shell around a Policy.
class KeepRun {
 public:
  KeepRun(std::string folder, KeptSpec spec, UniqueFd signals, OutputFiles output, Ready& ready)
      : folder_(std::move(folder)),
        spec_(std::move(spec)),
        policy_(spec_.restart, spec_.program.grace_ms),
        signals_(std::move(signals)),
        output_(std::move(output)),
        ready_(ready) {}

  /// Errors: kIo, kStorageFull when it cannot be said in the folder who keeps it: nobody could stop
  /// what runs then.
  Status run() {
    if (Status saved = save(); !saved) return saved;
    tell(event::Begin{});
    while (!exiting_) wait();
    return {};
  }

 private:
  void tell(Event event);
  void carry_out(const Actions& actions);
  void start();
  Startable<pid_t> started();
  void note_session(pid_t pid);
  void kill_all();
  Status save();
  void wait();
  int wait_ms() const;
  void look_at_time();
  void take_signals();
  void take_children();
  void take_output();

  const std::string folder_;
  const KeptSpec spec_;
  Policy policy_;
  const UniqueFd signals_;
  OutputFiles output_;
  Ready& ready_;
  UniqueFd pipe_;    // its output; closed at the end of it
  pid_t child_ = 0;  // 0: none runs
  std::uint64_t count_at_ = 0;
  std::uint64_t session_ = 0;  // of the one that ran last, until nothing of it is left
  std::uint64_t session_start_ = 0;
  KeptState saved_;
  std::deque<Event> events_;
  bool telling_ = false;
  bool exiting_ = false;
};

/// What is carried out makes events of its own: they wait their turn.
void KeepRun::tell(Event event) {
  events_.push_back(std::move(event));
  if (telling_) return;
  telling_ = true;
  while (!events_.empty() && !exiting_) {
    const Event next = std::move(events_.front());
    events_.pop_front();
    carry_out(policy_.step(local_now().value, next));
  }
  telling_ = false;
}

void KeepRun::carry_out(const Actions& actions) {
  // That nothing is left is said when it is so. On a full disk the old state stays, which says who
  // keeps it, and the workload runs on.
  if (!actions.kill && !actions.exit) static_cast<void>(save());
  if (actions.refresh && child_ > 0) ::kill(child_, static_cast<int>(spec_.refresh_signal));
  if (actions.terminate && child_ > 0) {
    ::kill(-child_, SIGTERM);
    ::kill(-child_, SIGCONT);  // what is stopped hears TERM only then
  }
  if (actions.kill) kill_all();
  if (actions.kill || actions.exit) static_cast<void>(save());
  if (actions.start) start();
  exiting_ = exiting_ || actions.exit;
}

void KeepRun::start() {
  const auto pid = started();
  if (!pid) {
    session_ = session_start_ = 0;
    tell(event::NotStarted{pid.error().text});
    ready_.failed(pid.error());
    return;
  }
  child_ = *pid;
  count_at_ = local_now().value + kTasksEveryMs;
  tell(event::Started{});
}

Startable<pid_t> KeepRun::started() {
  const auto unable = [](const Error& error) {
    return tl::unexpected(StartFailure{EndKind::kNotStarted, error.text});
  };
  auto pipe = make_pipe();
  const auto in = input_of({});
  if (!pipe) return unable(pipe.error());
  if (!in) return unable(in.error());
  const auto file = open_program(spec_.program);
  if (!file) return tl::unexpected(file.error());
  const Stdio stdio = {in->get(), pipe->write.get(), pipe->write.get()};
  pipe_ = std::move(pipe->read);
  return start_child(spec_.program, *file, spec_.run_id, stdio,
                     [this](pid_t pid) { note_session(pid); });
}

/// Before it runs: who starts it anew must find what it has left, whenever this process is killed.
void KeepRun::note_session(pid_t pid) {
  const auto stat = proc_stat(pid);  // it is there until it is reaped
  if (!stat) return;
  session_ = static_cast<std::uint64_t>(pid);
  session_start_ = stat->start_time;
  static_cast<void>(save());
}

void KeepRun::kill_all() {
  kill_tree([](pid_t, int) {});
  child_ = 0;
  session_ = 0;
  session_start_ = 0;
  if (pipe_) {
    read_ready(pipe_, kWholePipe, [this](std::string_view piece) { output_.add(piece); });
  }
  pipe_.reset();
}

Status KeepRun::save() {
  KeptState state = saved_;
  state.pid = static_cast<std::uint64_t>(child_);
  state.session = session_;
  state.session_start = session_start_;
  state.restarts = policy_.restarts();
  state.last_end = policy_.last_end();
  state.run_id = spec_.run_id;
  state.next_try_ms = 0;
  if (policy_.phase() != saved_.phase || saved_.keeper_pid == 0) state.since_ms = wall_now_ms();
  state.phase = policy_.phase();
  if (state.phase == Phase::kBackingOff) {
    const std::uint64_t now = local_now().value;
    const std::uint64_t left = std::max(policy_.wake_at().value_or(now), now) - now;
    // Once said, it stays: the two clocks need not go alike.
    state.next_try_ms = saved_.next_try_ms != 0 ? saved_.next_try_ms : wall_now_ms() + left;
  }
  if (state.keeper_pid == 0) {
    state.keeper_pid = static_cast<std::uint64_t>(::getpid());
    state.boot = boot_name();
    if (const auto own = proc_stat(::getpid())) state.keeper_start = own->start_time;
  }
  if (state == saved_) return {};
  Status written = write_state(folder_, state);
  if (written) saved_ = state;
  if (state.phase == Phase::kRunning) ready_.runs();
  return written;
}

int KeepRun::wait_ms() const {
  const std::uint64_t now = local_now().value;
  std::optional<std::uint64_t> next = policy_.wake_at();
  if (child_ > 0 && spec_.program.limits.tasks > 0) {
    next = std::min(next.value_or(count_at_), count_at_);
  }
  if (!next) return -1;
  return static_cast<int>(std::min<std::uint64_t>(std::max(*next, now) - now, 60'000));
}

void KeepRun::wait() {
  std::array<pollfd, 2> waiting = {{{signals_.get(), POLLIN, 0}, {pipe_.get(), POLLIN, 0}}};
  const int ready = ::poll(waiting.data(), waiting.size(), wait_ms());
  if (ready > 0 && waiting[1].revents != 0) take_output();
  if (ready > 0 && waiting[0].revents != 0) take_signals();
  if (!exiting_) look_at_time();
}

void KeepRun::take_output() {
  if (!read_ready(pipe_, kOutputAtOnce, [this](std::string_view piece) { output_.add(piece); })) {
    pipe_.reset();
  }
}

void KeepRun::take_signals() {
  while (const int signal = next_signal(signals_)) {
    if (signal == SIGTERM || signal == SIGINT) tell(event::StopAsked{});
    if (signal == SIGHUP) tell(event::RefreshAsked{});
  }
  if (!exiting_) take_children();
}

void KeepRun::take_children() {
  std::optional<Ended> ended;
  const bool some_left = reap([&](pid_t pid, int status) {
    if (pid == child_) ended = ended_by(status);
  });
  if (ended) {
    child_ = 0;
    tell(event::Exited{ended->kind == EndKind::kExited && ended->code == 0, ended->text});
  }
  if (!some_left && !exiting_) tell(event::TreeEmpty{});
}

void KeepRun::look_at_time() {
  const std::uint64_t now = local_now().value;
  const std::uint64_t most = spec_.program.limits.tasks;
  const bool counts = most > 0 && child_ > 0 && now >= count_at_;
  if (counts) {
    count_at_ = now + kTasksEveryMs;
    if (count_tasks(most + 1) > most) {
      tell(event::TooMany{"more than " + std::to_string(most) + " tasks"});
    }
  }
  if (policy_.wake_at() && now >= *policy_.wake_at()) tell(event::Woken{});
}

/// The life of the process that stays.
int keep(const std::string& folder, Ready& ready) {
  auto signals = become_keeper();
  auto spec = read_spec(folder);
  auto output = OutputFiles::create(folder);
  const auto unable = [&](const Error& error) {
    ready.failed({EndKind::kNotStarted, error.text});
    return 1;
  };
  if (!signals) return unable(signals.error());
  if (!spec) return unable(spec.error());
  if (!output) return unable(output.error());
  if (Status good = check(*spec); !good) return unable(good.error());
  KeepRun run(folder, std::move(*spec), std::move(*signals), std::move(*output), ready);
  if (Status ran = run.run(); !ran) return unable(ran.error());
  return 0;
}

}  // namespace

int run_keep_keeper(const std::string& folder) {
  if (::flock(kLockFd, LOCK_EX | LOCK_NB) != 0 || ::fcntl(kLockFd, F_SETFD, FD_CLOEXEC) != 0) {
    return 1;
  }
  const pid_t pid = ::fork();
  if (pid != 0) return pid > 0 ? 0 : 1;
  ::setsid();
  Ready ready(UniqueFd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, kLockFd + 1)));
  const UniqueFd lock(kLockFd);  // goes first
  ::dup2(STDIN_FILENO, STDOUT_FILENO);
  return keep(folder, ready);
}

}  // namespace groupctl::keeper
