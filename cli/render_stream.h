// Lines of what goes on: entries and members, one an event. Pure.
#pragma once

#include <string>

#include "cli/report.h"
#include "cli/text.h"

namespace groupctl {

/// An entry in one line, as `log tail` has it.
std::string render_line(const ShownEntry& shown, const WallClock& clock);
/// A member whose state, deviations or note have changed.
std::string render_line(const MemberInfo& member, std::string_view stamp);

}  // namespace groupctl
