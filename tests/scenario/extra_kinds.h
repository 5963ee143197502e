// Kinds that only the coordinator's table has: what a member of an older program meets.
#pragma once

#include <string>

#include "commands/command.h"
#include "wire/admin_messages.h"

namespace groupctl::scenario {

/// command_table() and the kinds NEWSTATE, NEWLATEST and NEWNEVERLATE, one of each class.
const CommandTable& newer_table();
/// Empty: none of these kinds.
std::string extra_kind_name(KindId kind);
/// nullopt: no such name.
std::optional<KindId> extra_kind(const std::string& name);

}  // namespace groupctl::scenario
