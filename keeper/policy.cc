#include "keeper/policy.h"

#include <algorithm>

#include "keeper/later.h"

namespace groupctl::keeper {

Actions Policy::step(std::uint64_t now_ms, const Event& event) {
  return std::visit([&](const auto& one) { return on(now_ms, one); }, event);
}

void Policy::enter(Phase phase, std::optional<std::uint64_t> wake_at) {
  phase_ = phase;
  wake_at_ = wake_at;
}

Actions Policy::on(std::uint64_t, const event::Begin&) { return {.start = true}; }

Actions Policy::on(std::uint64_t now_ms, const event::Started&) {
  started_at_ = now_ms;
  enter(Phase::kRunning);
  return {};
}

Actions Policy::on(std::uint64_t now_ms, const event::NotStarted& event) {
  // What never ran is told to who wanted it, not tried again behind his back.
  if (!started_at_) {
    last_end_ = event.how;
    return stopped();
  }
  started_at_ = now_ms;
  after_end(now_ms, false, event.how);
  return {};
}

Actions Policy::on(std::uint64_t now_ms, const event::Exited& event) {
  if (phase_ == Phase::kStopping) {
    last_end_ = event.how;
    return {};
  }
  if (phase_ != Phase::kRunning) return {};
  after_end(now_ms, event.clean, event.how);
  return {.kill = true};
}

Actions Policy::on(std::uint64_t now_ms, const event::TooMany& event) {
  if (phase_ == Phase::kStopping) return stopped();
  if (phase_ != Phase::kRunning) return {};
  after_end(now_ms, false, event.how);
  return {.kill = true};
}

Actions Policy::on(std::uint64_t, const event::TreeEmpty&) {
  return phase_ == Phase::kStopping ? stopped() : Actions{};
}

Actions Policy::on(std::uint64_t now_ms, const event::StopAsked&) {
  if (phase_ == Phase::kStopping || phase_ == Phase::kStopped) return {};
  if (phase_ != Phase::kRunning) return stopped();
  enter(Phase::kStopping, later(now_ms, grace_ms_));
  return {.terminate = true};
}

Actions Policy::on(std::uint64_t, const event::RefreshAsked&) {
  return {.refresh = phase_ == Phase::kRunning};
}

Actions Policy::on(std::uint64_t now_ms, const event::Woken&) {
  if (!wake_at_ || now_ms < *wake_at_) return {};
  if (phase_ == Phase::kStopping) return stopped();
  ++restarts_;
  enter(Phase::kStarting);
  return {.start = true};
}

void Policy::after_end(std::uint64_t now_ms, bool clean, const std::string& how) {
  last_end_ = how;
  if (now_ms - started_at_.value_or(now_ms) >= restart_.steady_ms) in_row_ = 0;
  const bool again =
      restart_.when == Restart::kAlways || (restart_.when == Restart::kOnFailure && !clean);
  if (!again) return enter(Phase::kEnded);
  if (restart_.most_in_row > 0 && in_row_ >= restart_.most_in_row) return enter(Phase::kFailed);
  const std::uint64_t delay = delay_ms();
  ++in_row_;
  enter(Phase::kBackingOff, later(now_ms, delay));
}

std::uint64_t Policy::delay_ms() const {
  std::uint64_t delay = restart_.delay_ms;
  for (std::uint64_t i = 0; i < in_row_ && delay < restart_.most_delay_ms && delay > 0; ++i) {
    delay += std::min(delay, restart_.most_delay_ms - delay);
  }
  return std::min(delay, restart_.most_delay_ms);
}

Actions Policy::stopped() {
  enter(Phase::kStopped);
  return {.kill = true, .exit = true};
}

}  // namespace groupctl::keeper
