// How a command ended on one member: one vocabulary for ledger, JSON and exit code.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "log/types.h"

namespace groupctl {

/// Disjoint; over the targets of an entry they always sum to the targets. On disk and on the wire
/// by number: never renumber.
enum class Outcome : std::uint8_t {
  // open
  kWaiting = 0,  ///< not yet received, or its turn has not come
  kRunning = 1,
  kHeld = 2,  ///< has it; its rollout has not released it, or it cannot apply it yet
  // good
  kDone = 10,
  kUnchanged = 11,   ///< was so already
  kSuperseded = 12,  ///< what counts for this member on these keys was set by another entry
  kOverridden = 13,  ///< a local deviation on purpose stands
  kBySnapshot = 14,  ///< its effect came with a snapshot
  // neutral
  kSkipped = 20,
  kExpired = 21,
  // bad
  kFailed = 30,
  kTimedOut = 31,
  kNotUnderstood = 32,
  kUnknown = 33,  ///< started, and cannot be known how it ended
  // absent
  kBehind = 40,  ///< live, and catching up
  kLost = 41,    ///< silent
  kLeft = 42,
  kNotAttempted = 43,
};

enum class OutcomeGroup : std::uint8_t { kOpen, kGood, kNeutral, kBad, kAbsent };
OutcomeGroup group_of(Outcome outcome);
/// lower_snake, as in JSON.
std::string_view to_word(Outcome outcome);
/// False for a number that is no outcome.
bool is_outcome(std::uint8_t number);
/// All of them, in the order in which they are shown.
const std::vector<Outcome>& all_outcomes();

/// What a member reports of one entry, or of a range of entries that a snapshot closed.
/// A range says: every entry first..last that counts this member and has no report of its own ended
/// `outcome` if its class is state, else skipped.
struct OutcomeReport {
  Sequence first;
  Sequence last;
  Outcome outcome = Outcome::kDone;
  std::string step;  ///< where it ended: "fetch", "verify", "unpack" ...; may be empty
  std::string text;  ///< for people, at most kMaxOutcomeText bytes
  bool operator==(const OutcomeReport&) const = default;
};
inline constexpr std::size_t kMaxOutcomeText = 512;

}  // namespace groupctl
