#include "keeper/once_run.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>

#include "daemon/clock.h"
#include "keeper/child.h"
#include "keeper/later.h"
#include "keeper/proc.h"
#include "keeper/setting.h"
#include "keeper/starter.h"
#include "keeper/tree.h"

namespace groupctl::keeper {
namespace {

constexpr std::uint64_t kCountEveryMs = 100;
constexpr std::size_t kReadAtOnce = 256 << 10;

/// One run. Each of its ends is decided once: the first cause that comes is the one that is told.
class OnceRun {
 public:
  OnceRun(Starter& starter, OnceRequest request, UniqueFd signals)
      : starter_(starter), request_(std::move(request)), signals_(std::move(signals)) {}

  Ended run(std::string_view input) {
    if (auto started = start(input); !started) return failed(started.error());
    const std::uint64_t now = local_now().value;
    if (request_.timeout_ms > 0) end_at_ = later(now, request_.timeout_ms);
    count_at_ = request_.program.limits.tasks > 0 ? now + kCountEveryMs : kNeverMs;
    while (child_ != 0 && !kill_now_) {
      wait();
      look_at_time(local_now().value);
    }
    kill_tree([this](pid_t pid, int status) { note_reaped(pid, status); });
    drain();
    return ended();
  }

 private:
  Startable<void> start(std::string_view input);
  void wait();
  void look_at_time(std::uint64_t now);
  void count(std::uint64_t now);
  void time_out(std::uint64_t now);
  void cancel();
  void take_signals();
  void note_reaped(pid_t pid, int status);
  void drain();
  void pass_on(std::string_view line) { starter_.say(encode(PacketKind::kLine, line)); }
  void take_out(std::string_view piece);
  Ended ended();

  static Ended failed(const StartFailure& failure) {
    Ended ended;
    ended.kind = failure.kind;
    ended.text = failure.text;
    return ended;
  }

  Starter& starter_;
  const OnceRequest request_;
  const UniqueFd signals_;
  UniqueFd out_pipe_;  // closed at its end
  UniqueFd err_pipe_;
  Capture out_;
  Capture err_;
  LineCutter lines_;
  pid_t child_ = 0;  // 0: it has ended
  int status_ = 0;
  std::optional<Ended> cause_;  // why it was ended, if it was
  bool kill_now_ = false;
  std::uint64_t end_at_ = kNeverMs;  // of its time, then of its grace
  std::uint64_t count_at_ = kNeverMs;
};

Startable<void> OnceRun::start(std::string_view input) {
  const auto unable = [](const Error& error) {
    return tl::unexpected(StartFailure{EndKind::kNotStarted, error.text});
  };
  auto out = make_pipe();
  auto err = make_pipe();
  const auto in = input_of(input);
  if (!out) return unable(out.error());
  if (!err) return unable(err.error());
  if (!in) return unable(in.error());
  const auto file = open_program(request_.program);
  if (!file) return tl::unexpected(file.error());
  const Stdio stdio = {in->get(), out->write.get(), err->write.get()};
  const auto pid = start_child(request_.program, *file, request_.run_id, stdio);
  if (!pid) return tl::unexpected(pid.error());
  child_ = *pid;
  out_pipe_ = std::move(out->read);
  err_pipe_ = std::move(err->read);
  return {};
}

void OnceRun::wait() {
  // While the starter is slow the program waits on its stdout, not its time and not its errors.
  const int out = starter_.is_full() ? -1 : out_pipe_.get();
  std::array<pollfd, 4> waiting = {{{signals_.get(), POLLIN, 0},
                                    starter_.waiting(),
                                    {out, POLLIN, 0},
                                    {err_pipe_.get(), POLLIN, 0}}};
  const std::uint64_t now = local_now().value;
  const std::uint64_t next = std::max(now, std::min(end_at_, count_at_));
  const int wait_ms = static_cast<int>(std::min<std::uint64_t>(next - now, 60'000));
  if (::poll(waiting.data(), waiting.size(), wait_ms) <= 0) return;
  if (!starter_.serve(waiting[1].revents)) cancel();
  if (waiting[2].revents != 0 &&
      !read_ready(out_pipe_, kReadAtOnce, [this](std::string_view piece) { take_out(piece); })) {
    out_pipe_.reset();
  }
  if (waiting[3].revents != 0 &&
      !read_ready(err_pipe_, kReadAtOnce, [this](std::string_view piece) { err_.add(piece); })) {
    err_pipe_.reset();
  }
  if (waiting[0].revents != 0) take_signals();
}

void OnceRun::take_signals() {
  while (const int signal = next_signal(signals_)) {
    if (signal == SIGTERM || signal == SIGINT) cancel();
  }
  reap([this](pid_t pid, int status) { note_reaped(pid, status); });
}

void OnceRun::look_at_time(std::uint64_t now) {
  if (now >= count_at_) count(now);
  if (now >= end_at_) time_out(now);
}

void OnceRun::count(std::uint64_t now) {
  const std::uint64_t most = request_.program.limits.tasks;
  if (count_tasks(most + 1) <= most) {
    count_at_ = now + kCountEveryMs;
    return;
  }
  if (!cause_) {
    cause_ = failed({EndKind::kTooManyTasks, "more than " + std::to_string(most) + " tasks"});
  }
  kill_now_ = true;
}

void OnceRun::time_out(std::uint64_t now) {
  if (cause_ || child_ == 0) {
    kill_now_ = true;
    return;
  }
  cause_ = failed(
      {EndKind::kTimedOut, "not ended after " + std::to_string(request_.timeout_ms) + " ms"});
  end_at_ = later(now, request_.program.grace_ms);
  ::kill(-child_, SIGTERM);
  ::kill(-child_, SIGCONT);  // what is stopped hears TERM only then
}

void OnceRun::cancel() {
  if (!cause_) cause_ = failed({EndKind::kCancelled, "cancelled"});
  kill_now_ = true;
}

void OnceRun::note_reaped(pid_t pid, int status) {
  if (pid != child_) return;
  child_ = 0;
  status_ = status;
}

void OnceRun::take_out(std::string_view piece) {
  out_.add(piece);
  lines_.add(piece, [this](std::string_view line) { pass_on(line); });
}

/// All that wrote have ended; what is in the pipes is what they left.
void OnceRun::drain() {
  if (out_pipe_) {
    read_ready(out_pipe_, kWholePipe, [this](std::string_view piece) { take_out(piece); });
  }
  if (err_pipe_) {
    read_ready(err_pipe_, kWholePipe, [this](std::string_view piece) { err_.add(piece); });
  }
  lines_.finish([this](std::string_view line) { pass_on(line); });
}

Ended OnceRun::ended() {
  Ended ended = cause_ ? *cause_ : ended_by(status_);
  if (cause_) ended.code = ended_by(status_).code;
  ended.out = out_.captured();
  ended.err = err_.captured();
  return ended;
}

}  // namespace

int run_once_keeper() {
  auto signals = become_keeper();
  if (!signals) return 1;
  // Not as stdin, which the program's own takes the place of.
  Starter starter{UniqueFd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3))};
  const auto request = starter.hear();
  if (!request || request->kind != PacketKind::kRequest) return 1;
  const auto input = starter.hear();
  if (!input || input->kind != PacketKind::kInput) return 1;
  auto wanted = request_from_json(request->bytes);
  if (!wanted || !check(wanted->program)) return 1;
  starter.unblock();
  OnceRun run(starter, std::move(*wanted), std::move(*signals));
  starter.say(encode_end(run.run(input->bytes)));
  return starter.finish() ? 0 : 1;
}

}  // namespace groupctl::keeper
