// What a plan would change of a group, and the commands that change it.
#pragma once

#include <string>
#include <vector>

#include "commands/syntax.h"
#include "plan/plan.h"

namespace groupctl::plan {

struct Field {
  std::string name;
  std::string from;
  std::string to;
};
struct Difference {
  enum class Kind : std::uint8_t {
    kNew,      ///< the group has none for this target
    kChanged,  ///< it has another, or counts it in another order
    kSame,
    kExtra,     ///< the plan does not name it: only pruning takes it away
    kReplaced,  ///< nor this, and it goes because the plan's own is for all
  };
  Kind kind = Kind::kSame;
  std::string what;    ///< "artefact shop", "state of shop", "property log.level"
  std::string target;  ///< as selector text
  std::vector<Field> fields = {};
};
/// "new", "changed", "same", "extra", "replaced".
std::string_view to_word(Difference::Kind kind);

struct Step {
  BuiltCommand command;
  Target target;
};

struct Diff {
  std::vector<Difference> differences;  ///< by name
  std::vector<Step> steps;              ///< in the order of the batch
  std::size_t rollouts = 0;             ///< so many of the steps begin one
  std::vector<std::string> warnings;    ///< rollouts under way
};

/// `prune`: what the plan does not name goes, too. The steps: those of artefacts, in_sequence(),
/// then those of properties.
///
/// Rollouts: a release whose rollout goes on, or has stopped, is there; one whose rollout was
/// aborted is not. With a policy in the plan releases are rollouts, but for those whose target
/// nobody is yet.
///
/// Errors: kNotFound for a release without a digest that the group's catalogue has not, kConflict
/// for one with another digest than the catalogue's; those of the commands' build().
Result<Diff> diff_of(const Plan& plan, const GroupState& state, bool prune);

}  // namespace groupctl::plan
