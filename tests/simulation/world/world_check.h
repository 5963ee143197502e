// The invariants that need the cores and the disks: asked each step or each hundred steps.
#pragma once

#include <string>

#include "tests/simulation/world/world.h"

namespace groupctl::sim {

/// I8: the coordinator never believes more of a member than was durable there.
void check_watermarks(World& world);
/// I15: what the coordinator holds is within its bounds.
void check_sizes(World& world);
/// I9, I10, I14, I17: what disks hold, and what a restart would make of them.
void check_disks(World& world);
/// What is still missing until the group is in step; empty: it is.
std::string not_in_step(World& world);
/// Desired is actual wherever no failure is on record.
void check_outcome(World& world);

}  // namespace groupctl::sim
