// What a member knows, as the files of a dump: JSON, a row a line where there are many. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "commands/member_view.h"
#include "log/entry.h"

namespace groupctl {

/// At most so much of one file: rows beyond it are counted in a last line, {"leftOut": N}.
inline constexpr std::size_t kMaxBundlePartBytes = 16 * 1024 * 1024;

/// Where the member is, and with what.
std::string member_json(const MemberView& view);
/// Every row of the group state. Of releases the size of their configuration, not what it says.
std::string state_lines(const MemberView& view);
/// What it has otherwise, intended and observed.
std::string delta_lines(const MemberView& view);
/// Outcomes that the coordinator has not recorded yet, and the steps that failed last.
std::string outcome_lines(const MemberView& view);
/// Entries as `groupctl log list` describes them.
std::string log_lines(const std::vector<Entry>& entries);

}  // namespace groupctl
