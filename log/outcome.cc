#include "log/outcome.h"

#include <algorithm>

#include "log/result.h"

namespace groupctl {

OutcomeGroup group_of(Outcome outcome) {
  const auto tens = static_cast<std::uint8_t>(outcome) / 10;
  GROUPCTL_INVARIANT(tens <= static_cast<std::uint8_t>(OutcomeGroup::kAbsent), "an outcome");
  return static_cast<OutcomeGroup>(tens);  // the numbers are given out by tens, a group each
}

std::string_view to_word(Outcome outcome) {
  switch (outcome) {
    case Outcome::kWaiting:
      return "waiting";
    case Outcome::kRunning:
      return "running";
    case Outcome::kHeld:
      return "held";
    case Outcome::kDone:
      return "done";
    case Outcome::kUnchanged:
      return "unchanged";
    case Outcome::kSuperseded:
      return "superseded";
    case Outcome::kOverridden:
      return "overridden";
    case Outcome::kBySnapshot:
      return "by_snapshot";
    case Outcome::kSkipped:
      return "skipped";
    case Outcome::kExpired:
      return "expired";
    case Outcome::kFailed:
      return "failed";
    case Outcome::kTimedOut:
      return "timed_out";
    case Outcome::kNotUnderstood:
      return "not_understood";
    case Outcome::kUnknown:
      return "unknown";
    case Outcome::kBehind:
      return "behind";
    case Outcome::kLost:
      return "lost";
    case Outcome::kLeft:
      return "left";
    case Outcome::kNotAttempted:
      return "not_attempted";
  }
  broken_invariant("an outcome", __FILE__, __LINE__);
}

const std::vector<Outcome>& all_outcomes() {
  static const std::vector<Outcome> all = {
      Outcome::kWaiting,       Outcome::kRunning,     Outcome::kHeld,       Outcome::kDone,
      Outcome::kUnchanged,     Outcome::kSuperseded,  Outcome::kOverridden, Outcome::kBySnapshot,
      Outcome::kSkipped,       Outcome::kExpired,     Outcome::kFailed,     Outcome::kTimedOut,
      Outcome::kNotUnderstood, Outcome::kUnknown,     Outcome::kBehind,     Outcome::kLost,
      Outcome::kLeft,          Outcome::kNotAttempted};
  return all;
}

bool is_outcome(std::uint8_t number) {
  const auto& all = all_outcomes();
  return std::find(all.begin(), all.end(), static_cast<Outcome>(number)) != all.end();
}

}  // namespace groupctl
