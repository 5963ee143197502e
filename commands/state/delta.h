// Group state + delta = actual: what a member runs otherwise than the group wants, and why.
#pragma once

#include "commands/state/desired.h"

namespace groupctl {

/// What is in place on a member, as the last finished step left it.
struct ActualArtefact {
  std::string version;
  ArtefactDigest digest;
  Sequence sequence;  ///< of the assignment that it carried out
  bool operator==(const ActualArtefact&) const = default;
};
/// The last step on a key that ended badly, until a later one ends well.
struct FailedStep {
  Sequence sequence;
  std::string text;
  bool operator==(const FailedStep&) const = default;
};
struct Actual {
  std::map<std::string, ActualArtefact> artefacts;
  std::map<std::string, FailedStep> failures;  ///< by state key
  bool operator==(const Actual&) const = default;
};

/// Observed deltas. (Intended ones, with their cause, come with local deviations.)
enum class DeltaKind : std::uint8_t {
  kPending,  ///< the step at `sequence` has not ended yet
  kFailed,   ///< it ended badly
  kForeign,  ///< in place, and the group state does not speak of it
};
struct DeltaEntry {
  DeltaKind kind = DeltaKind::kPending;
  Sequence sequence;
  std::optional<ActualArtefact> actual;  ///< what is there instead; nullopt: nothing
  std::string text;
  bool operator==(const DeltaEntry&) const = default;
};
using Delta = std::map<std::string, DeltaEntry>;  ///< by state key

/// actual - desired.
Delta observed_delta(const Desired& desired, const Actual& actual);
/// desired + delta: the artefacts that this says are in place. Equals actual.artefacts; tests and
/// the simulator hold a delta to that.
std::map<std::string, ActualArtefact> with_delta(const Desired& desired, const Delta& delta);

std::string_view to_word(DeltaKind kind);

}  // namespace groupctl
