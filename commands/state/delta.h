// Group state + intended deltas + observed deltas = actual: what a member runs otherwise than it
// should, as it finds it.
#pragma once

#include "commands/state/intended.h"

namespace groupctl {

/// What is in place on a member, as the last finished step left it.
struct ActualArtefact {
  std::string version;
  ArtefactDigest digest;
  Sequence sequence;  ///< of the assignment that it carried out; 0: of an intended delta, or none
  bool operator==(const ActualArtefact&) const = default;
};
/// The last step on a key that ended badly, until a later one ends well.
struct FailedStep {
  Sequence sequence;
  std::string text;
  bool operator==(const FailedStep&) const = default;
};
/// Something else was found in place than the last step left there.
struct Drift {
  std::optional<ActualArtefact> found;  ///< nullopt: nothing
  std::string text;
  bool operator==(const Drift&) const = default;
};
struct Actual {
  std::map<std::string, ActualArtefact> artefacts;  ///< as the last steps left them
  std::map<std::string, FailedStep> failures;       ///< by state key
  std::map<std::string, Drift> drifts;              ///< by state key, as the last look found them
  std::map<std::string, std::string> sources = {};  ///< artefact -> repository that it came from
  bool operator==(const Actual&) const = default;
};
/// What is in place of this artefact, as far as is known; nullopt: nothing.
std::optional<ActualArtefact> in_place(const Actual& actual, const std::string& name);
std::map<std::string, ActualArtefact> in_place(const Actual& actual);

enum class DeltaKind : std::uint8_t {
  kPending,  ///< the step at `sequence` has not ended yet
  kFailed,   ///< it ended badly
  kDrifted,  ///< somebody or something has changed it
  kForeign,  ///< in place, and neither the group state nor an intended delta speaks of it
  kHeld,     ///< it is to be left as it is: that is no deviation from the aim
};
struct DeltaEntry {
  DeltaKind kind = DeltaKind::kPending;
  Sequence sequence;
  std::optional<ActualArtefact> actual;  ///< what is there instead; nullopt: nothing
  std::string text;
  bool operator==(const DeltaEntry&) const = default;
};
using Delta = std::map<std::string, DeltaEntry>;  ///< by state key

/// actual - aim, of artefacts.
Delta observed_delta(const Aim& aim, const Actual& actual);
/// aim + delta: the artefacts that this says are in place. Equals in_place(actual); tests and
/// the simulator hold a delta to that.
std::map<std::string, ActualArtefact> with_delta(const Aim& aim, const Delta& delta);

std::string_view to_word(DeltaKind kind);

}  // namespace groupctl
