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
/// How what a deployer has put in place runs.
enum class Run : std::uint8_t {
  kNothing,  ///< its deployer runs nothing
  kRunning,
  kStopped,
  kFailed,  ///< it is to run, and ends by itself; it is started again after a while, or not any
            ///< more
  kOther,   ///< what runs is another release than the one in place
};
/// False for a number that is none.
constexpr bool is_run(std::uint8_t number) {
  return number <= static_cast<std::uint8_t>(Run::kOther);
}
struct RunState {
  Run run = Run::kNothing;
  Sequence sequence = {};  ///< of the START or STOP that it follows; 0: none
  std::string text = {};   ///< more about it, for people
  bool operator==(const RunState&) const = default;
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
  /// By artefact, as last seen; of those alone that run something.
  std::map<std::string, RunState> runs = {};
  bool operator==(const Actual&) const = default;
};
/// "running", or "failing: exit code 1, next try in 4 s"; empty: it runs nothing.
std::string run_text(const Actual& actual, const std::string& name);
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
  Run run = Run::kNothing;  ///< of a key run/NAME, and of what is held or foreign: how it runs
  bool operator==(const DeltaEntry&) const = default;
};
using Delta = std::map<std::string, DeltaEntry>;  ///< by state key

/// actual - aim, of artefacts and of how they run.
Delta observed_delta(const Aim& aim, const Actual& actual);
/// aim + delta: the artefacts that this says are in place. Equals in_place(actual); tests and
/// the simulator hold a delta to that.
std::map<std::string, ActualArtefact> with_delta(const Aim& aim, const Delta& delta);
/// aim + delta: how this artefact, which runs something, runs. Equals Actual::runs in the same way.
Run run_with_delta(const Aim& aim, const Delta& delta, const std::string& name);

std::string_view to_word(DeltaKind kind);
/// "running", "stopped" ...
std::string_view to_word(Run run);

}  // namespace groupctl
