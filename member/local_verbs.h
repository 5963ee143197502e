// group-member local ... and diff: what this machine's operators tell its member, with or without a
// coordinator.
#pragma once

#include <vector>

#include "daemon/flags.h"

namespace groupctl {

/// "local deploy", "local set" ... and "diff".
std::vector<VerbSpec> local_verbs(const FlagSpec& state_dir);
/// Asks the member, shows its answer and gives the exit code of docs/exit-codes.md.
int run_local_verb(const ParsedFlags& flags);

}  // namespace groupctl
