// The group's lists and the plan's, by name, in one form.
#pragma once

#include <map>

#include "plan/compare.h"

namespace groupctl::plan {

struct ArtefactLists {
  Assignments<Release> releases;
  Assignments<bool> runs;
  /// The last release is that of a rollout which has not come to all of its target.
  std::optional<RolloutPhase> rollout = {};
  Sequence rollout_at = {};
};
struct Lists {
  std::map<std::string, ArtefactLists> artefacts;
  std::map<std::string, Assignments<std::string>> properties;
};

/// "rollout 412 of shop is open": of lists that have one.
std::string rollout_text(const std::string& name, const ArtefactLists& lists);

/// One member's id is its name here; what is for a member that has left is for nobody, and left
/// out, as are artefacts that nobody is to have. A rollout counts as if it had come to all.
Lists lists_of(const GroupState& state);
/// Each in the order of the file.
Lists lists_of(const Plan& plan);

}  // namespace groupctl::plan
