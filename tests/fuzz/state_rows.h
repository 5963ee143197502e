// What must hold of every row that gets into the state.
#pragma once

#include <string>

#include "commands/state/group_state.h"

namespace groupctl::fuzz {

/// Empty for an erased row and for one that a store takes and whose value decodes and is
/// canonical; else what is wrong with it.
std::string complaint_about(const StateChange& change);

}  // namespace groupctl::fuzz
