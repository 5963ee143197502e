// In which order the steps of one piece of work are carried out. Pure.
#pragma once

#include "commands/host.h"

namespace groupctl {

/// What is to stop or go first, in the reverse of the start order; then what is to run, in that
/// order.
std::vector<ArtefactStep> in_order(std::vector<ArtefactStep> steps);

}  // namespace groupctl
