// The parts of a plan, each from its node. What they complain about they leave out.
#pragma once

#include "plan/plan.h"
#include "plan/table.h"

namespace groupctl::plan {

/// What stands in [defaults].
struct Defaults {
  std::string deployer;
  Target target;
};

Defaults read_defaults(const Node* node, Complaints& complaints);
void read_artefact(const Node& node, const Defaults& defaults, Complaints& complaints, Plan& plan);
void read_properties(const Node& node, const Defaults& defaults, Complaints& complaints,
                     Plan& plan);
RolloutPolicy read_rollout(const Node& node, Complaints& complaints);

/// Over the whole: twice the same, cycles of `after`; warns of what is nowhere in the plan.
void check_whole(Plan& plan, Complaints& complaints);

}  // namespace groupctl::plan
