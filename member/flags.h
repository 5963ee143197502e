// What group-member can be told, by flag, variable or configuration file.
#pragma once

#include "daemon/flags.h"

namespace groupctl {

/// Verbs run, status, leave, local ... and diff.
ProgramSpec member_program_spec();

}  // namespace groupctl
