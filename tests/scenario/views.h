// What a scenario shows: ledgers, members, the coordinator, the log. Each line ends with \n.
#pragma once

#include <string>

#include "tests/simulation/world/world.h"

namespace groupctl::scenario {

std::string show_ledger(const Entry* entry, const Update& update);
std::string show_member(const sim::MemberNode& member);
std::string show_coordinator(const sim::CoordinatorNode& coordinator, const StatusReply& status,
                             const MembersReply& members);
std::string show_log(const LogReply& log);

}  // namespace groupctl::scenario
