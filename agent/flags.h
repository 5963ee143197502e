// What group-agent can be told, by flag, variable or configuration file.
#pragma once

#include "daemon/flags.h"

namespace groupctl {

/// Verbs run, init, allow, keys and revoke.
ProgramSpec agent_program_spec();

}  // namespace groupctl
