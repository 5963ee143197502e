#include "cli/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/exit_code.h"
#include "commands/state/target.h"
#include "commands/syntax.h"

namespace groupctl {
namespace {

Failure outcome_unknown(const Error& error, const std::optional<std::string>& id) {
  Failure failure{"outcome_unknown",
                  "sent, but nobody knows whether it is in the log: " + error.text, "",
                  kExitUnknown};
  failure.hint = id ? fmt::format("ask again with the same --id {}", *id)
                    : "look for it with groupctl log list; with --id KEY a retry is safe";
  return failure;
}

}  // namespace

ShownCommand shown_command(KindId kind, ByteView payload) {
  const SyntaxRow* row = find_syntax(kind);
  if (row == nullptr) return {fmt::format("UNKNOWN kind {:#x}", kind.value), {}};
  return {row->describe(payload), row->fields(payload)};
}

Result<ShownEntry> shown_entry(const LogRow& row) {
  auto entry = decode_entry(row.entry);
  if (!entry) return tl::unexpected(entry.error());
  ShownCommand command = shown_command(entry->kind, entry->payload);
  std::string target = to_text(entry->target);
  return ShownEntry{*std::move(entry), std::move(command), std::move(target), row.targets,
                    row.counts};
}

bool StatusReport::all_in_step() const {
  if (!status.read_only.empty()) return false;
  for (const auto& [state, count] : status.members) {
    if (state != MemberState::kInStep && count > 0) return false;
  }
  return true;
}

std::size_t DiffReport::deviations() const {
  std::size_t sum = 0;
  for (const MemberDiff& member : members) sum += member.rows.size();
  return sum;
}

std::size_t DiffReport::deviating() const {
  return static_cast<std::size_t>(
      std::count_if(members.begin(), members.end(),
                    [](const MemberDiff& member) { return !member.rows.empty(); }));
}

std::size_t DiffReport::unknown() const {
  return static_cast<std::size_t>(
      std::count_if(members.begin(), members.end(),
                    [](const MemberDiff& member) { return !member.unknown.empty(); }));
}

Failure failure_of(const Error& error) {
  const bool lost = error.code == ErrorCode::kReadOnly;
  return {std::string(to_word(error.code)), error.text,
          lost ? "groupctl group recover shows what is lost" : "", exit_code_of(error.code)};
}

Failure unanswered(const Error& error, std::string hint) {
  Failure failure = failure_of(error);
  if (error.code == ErrorCode::kTimeout) failure.hint = std::move(hint);
  return failure;
}

Failure submit_failure(const Error& error, const std::optional<std::string>& id) {
  if (error.code == ErrorCode::kTimeout || error.code == ErrorCode::kTooOldToKnow) {
    return outcome_unknown(error, id);
  }
  if (error.code == ErrorCode::kUnreachable) {
    return {"coordinator_unreachable", "the coordinator went away; nothing was sent", "",
            kExitUnreachable};
  }
  return failure_of(error);
}

}  // namespace groupctl
