// Lines of what goes on: entries and members, one an event. Pure.
#pragma once

#include <string>

#include "cli/report.h"
#include "cli/screen.h"
#include "cli/text.h"

namespace groupctl {

/// An entry in one line, as `log tail` has it.
std::string render_line(const ShownEntry& shown, const WallClock& clock);
/// A member whose state, deviations or note have changed.
std::string render_line(const MemberInfo& member, std::string_view stamp);

/// What `watch` shows: the status, and the members, those that are not in step first. Each line is
/// narrower than the screen, and they are fewer than it has.
std::vector<std::string> render_watch(const StatusReport& status, const MembersReport& members,
                                      const Screen& screen);

}  // namespace groupctl
