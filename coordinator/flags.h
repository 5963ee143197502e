// What group-coordinator can be told, by flag, variable or configuration file.
#pragma once

#include "daemon/flags.h"

namespace groupctl {

/// Verbs init and run.
ProgramSpec coordinator_program_spec();

}  // namespace groupctl
