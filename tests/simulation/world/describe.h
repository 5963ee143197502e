// Messages as one line of text each: what a trace and a scenario show.
#pragma once

#include <string>

#include "member/core.h"
#include "wire/admin_messages.h"
#include "wire/member_messages.h"

namespace groupctl::sim {

std::string describe(const MemberMessage& message);
std::string describe(const MemberReply& reply);
std::string describe(const Publication& publication);
std::string describe(const AdminRequest& request);
std::string describe(const AdminReply& reply);
/// "4: blog to 1" or "reconcile 4: blog to none"
std::string describe(const WorkItem& item);
/// That, and how it ended.
std::string describe(const WorkItem& item, const WorkResult& result);
/// "R=3 E=2"
std::string describe(const Watermarks& marks);
/// "3 failed" or "1-4 by_snapshot", comma-separated.
std::string describe(const std::vector<OutcomeReport>& outcomes);

}  // namespace groupctl::sim
