// What a rollout may do, judged by the durable log and by what members have really carried out.
#pragma once

#include "tests/simulation/world/world.h"

namespace groupctl::sim {

/// Never more at work than the window, nor failures beyond the budget. Members that were released
/// and are away count as failures, once the coordinator has noticed.
void check_rollouts(World& world);
/// A rollout that is open though nothing goes wrong any more; empty: none.
std::string open_rollout(const Truth& truth);
/// Whether nothing more comes of it until somebody says so: it is paused, or its turn comes behind
/// one that was stopped or paused.
bool waits_for_somebody(const Truth& truth, Sequence rollout);

}  // namespace groupctl::sim
