// A group as the plan that makes it what it is.
#pragma once

#include <string>

#include "plan/plan.h"

namespace groupctl::plan {

/// TOML. Read again it is no different from the state. What is for one member is for whoever has
/// its name. The state of an artefact that nobody is to have is left out. A rollout that goes on or
/// has stopped counts as if it had come to all; of one that was given up a comment says so, and it
/// is different from the state until it is said anew.
std::string plan_text(const GroupState& state, const std::string& group);

}  // namespace groupctl::plan
