#include "keeper/kept.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include "daemon/clock.h"
#include "keeper/ended.h"
#include "keeper/ended_words.h"
#include "keeper/later.h"
#include "keeper/output_files.h"
#include "keeper/proc.h"
#include "keeper/run_dir.h"
#include "keeper/spawn.h"

namespace groupctl::keeper {
namespace {

constexpr int kLockAs = 3;
constexpr std::uint64_t kSweepBeforeStartMs = 5000;

/// Errors: kNotFound when it has ended.
Result<UniqueFd> keeper_of(const KeptState& state) {
  if (state.boot != boot_name()) return fail(ErrorCode::kNotFound, "the machine was restarted");
  return open_process(static_cast<pid_t>(state.keeper_pid), state.keeper_start);
}

std::uint64_t left_until(std::uint64_t until) {
  const std::uint64_t now = local_now().value;
  return until > now ? until - now : 0;
}

/// What the keeper says until it closes the pipe. Errors: kTimeout.
Result<std::string> hear_all(const UniqueFd& pipe, std::uint64_t wait_ms) {
  const std::uint64_t until = later(local_now().value, wait_ms);
  std::string text;
  for (;;) {
    pollfd waiting = {pipe.get(), POLLIN, 0};
    const auto left = static_cast<int>(std::min<std::uint64_t>(left_until(until), 60'000));
    const int ready = ::poll(&waiting, 1, left);
    if (ready == 0 && left == 0) return fail(ErrorCode::kTimeout, "not started in time");
    if (ready <= 0) continue;
    std::array<char, 1024> piece{};
    const ssize_t got = ::read(pipe.get(), piece.data(), piece.size());
    if (got == 0) return text;
    if (got > 0) text.append(piece.data(), static_cast<std::size_t>(got));
  }
}

/// '+', or '-' with the word of an EndKind and a text.
Status said(const std::string& text) {
  if (text.starts_with('+')) return {};
  const auto blank = text.find(' ');
  if (!text.starts_with('-') || blank == std::string::npos) {
    return fail(ErrorCode::kInternal, "the keeper has ended early");
  }
  const auto found = std::find(kEndWords.begin(), kEndWords.end(), text.substr(1, blank - 1));
  const auto kind = found == kEndWords.end() ? EndKind::kNotStarted
                                             : static_cast<EndKind>(found - kEndWords.begin());
  return fail(error_code_of(kind), text.substr(blank + 1));
}

}  // namespace

Kept::Kept(std::string keeper, const std::string& run_dir)
    : keeper_(std::move(keeper)), run_dir_(std::filesystem::absolute(run_dir)) {}

Result<KeptState> Kept::state() const {
  auto state = read_state(run_dir_);
  if (!state || state->phase == Phase::kStopped || keeper_of(*state)) return state;
  // It may have ended between the two looks.
  state = read_state(run_dir_);
  if (!state || state->phase == Phase::kStopped || keeper_of(*state)) return state;
  state->phase = Phase::kGone;
  return state;
}

Result<KeptSpec> Kept::spec() const { return read_spec(run_dir_); }

Result<std::string> Kept::output() const {
  const auto output = read_output(run_dir_);
  if (!output) return tl::unexpected(output.error());
  return output->text();
}

Status Kept::start(KeptSpec spec, std::uint64_t wait_ms) {
  if (Status good = check(spec); !good) return good;
  if (::mkdir(run_dir_.c_str(), 0700) != 0 && errno != EEXIST) return errno_error(run_dir_);
  const auto lock = take_run_lock(run_dir_);
  if (!lock) return tl::unexpected(lock.error());
  if (Status swept = sweep(kSweepBeforeStartMs); !swept) return swept;
  spec.run_id = new_run_id();
  if (Status removed = remove_state(run_dir_); !removed) return removed;
  if (Status written = write_spec(run_dir_, spec); !written) return written;
  return spawn(lock->get(), wait_ms);
}

Status Kept::spawn(int lock, std::uint64_t wait_ms) const {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error("cannot make a pipe");
  const UniqueFd hears(ends[0]);
  UniqueFd says(ends[1]);
  const auto pid =
      spawn_keeper(keeper_, {"keep", run_dir_}, {{says.get(), STDOUT_FILENO}, {lock, kLockAs}});
  if (!pid) return tl::unexpected(pid.error());
  says.reset();
  reap_child(*pid);  // the one that stays is a child of it
  const auto text = hear_all(hears, wait_ms);
  if (!text) return tl::unexpected(text.error());
  return said(*text);
}

Status Kept::stop(std::uint64_t wait_ms) {
  const std::uint64_t until = later(local_now().value, wait_ms);
  const auto state = read_state(run_dir_);
  if (!state && state.error().code == ErrorCode::kNotFound) return {};
  if (!state && state.error().code == ErrorCode::kCorrupt)
    return stop_unnamed(state.error(), until);
  if (!state) return tl::unexpected(state.error());
  if (const auto keeper = keeper_of(*state)) {
    const Status sent = send_signal(*keeper, SIGTERM);
    if (!sent && sent.error().code != ErrorCode::kNotFound) return sent;
    if (!wait_for_end(*keeper, wait_ms)) {
      return fail(ErrorCode::kTimeout, "it is not stopped in time");
    }
  }
  return sweep(left_until(until));
}

/// The state names no keeper. There is none when its lock is free: that dies with it.
Status Kept::stop_unnamed(const Error& damage, std::uint64_t until) {
  const auto lock = take_run_lock(run_dir_);
  if (lock) return sweep(left_until(until));
  if (lock.error().code != ErrorCode::kInUse) return tl::unexpected(lock.error());
  return fail(ErrorCode::kCorrupt, damage.text + "; and it has a keeper, which nothing else names");
}

/// Kills what a keeper that was killed has left, and says so in its place. There is no keeper.
Status Kept::sweep(std::uint64_t wait_ms) {
  auto state = read_state(run_dir_);
  if (!state && state.error().code == ErrorCode::kCorrupt) state = state_by_spec();
  if (!state && state.error().code == ErrorCode::kNotFound) return {};
  if (!state) return tl::unexpected(state.error());
  if (state->phase == Phase::kStopped) return {};
  if (state->boot == boot_name()) {
    const Trace trace = {state->run_id, state->session, state->session_start};
    if (Status killed = kill_traced(trace, wait_ms); !killed) return killed;
    if (state->keeper_pid != 0) state->last_end = "its keeper was killed";
  } else {
    state->last_end = "the machine was restarted";
  }
  state->phase = Phase::kStopped;
  state->since_ms = wall_now_ms();
  state->pid = 0;
  state->session = 0;
  state->session_start = 0;
  state->next_try_ms = 0;
  // On a full disk it is told the next time; what matters is done.
  static_cast<void>(write_state(run_dir_, *state));
  return {};
}

/// In place of a damaged state. What was started has the id of the run that the spec tells; where
/// that is damaged too nothing can be looked for, as after a loss of power nothing is left.
KeptState Kept::state_by_spec() const {
  KeptState state;
  state.boot = boot_name();
  state.last_end = "its state was damaged";
  if (const auto spec = read_spec(run_dir_)) state.run_id = spec->run_id;
  return state;
}

Status Kept::refresh() {
  const auto state = read_state(run_dir_);
  if (!state) return tl::unexpected(state.error());
  const auto keeper = keeper_of(*state);
  if (!keeper) return tl::unexpected(keeper.error());
  return send_signal(*keeper, SIGHUP);
}

}  // namespace groupctl::keeper
