// What group-member can be told, by flag, variable or configuration file.
#pragma once

#include "daemon/flags.h"

namespace groupctl {

/// In the state directory: settings that `join` has kept.
inline constexpr const char* kJoinedFile = "joined.toml";

/// Verbs run, status, leave, local ... and diff.
ProgramSpec member_program_spec();

}  // namespace groupctl
