// In which order the commands of a plan's artefacts are sequenced.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "plan/diff.h"
#include "plan/lists.h"

namespace groupctl::plan {

/// What is to be commanded about one artefact.
struct ArtefactSteps {
  std::vector<Step> away;      ///< what only pruning takes
  std::vector<Step> releases;  ///< what the plan says of its release
  std::vector<Step> runs;      ///< and of its run state
};

/// First what goes and what is only to be stopped, the last to start first; then releases in the
/// order of their start, behind each its run state. The order is that of `want`, and of the state
/// for what the plan does not name.
std::vector<Step> in_sequence(const GroupState& state, const Lists& want,
                              std::map<std::string, ArtefactSteps> steps);

}  // namespace groupctl::plan
