// Deviations of members, as tables.
#include <fmt/format.h>

#include <algorithm>

#include "cli/render_text.h"
#include "wire/deviation_text.h"

namespace groupctl {
namespace {

std::string sums(const DiffReport& report) {
  std::string text = fmt::format("{} on {} of {}", counted(report.deviations(), "deviation"),
                                 report.deviating(), counted(report.members.size(), "member"));
  if (report.unknown() > 0) text += fmt::format("; {} cannot be told", report.unknown());
  return text + ".";
}

/// What to do next, for those that deviate.
std::string next_commands(const DiffReport& report) {
  std::string names;
  for (const MemberDiff& member : report.members) {
    if (!member.rows.empty()) names += " " + escaped(member.name);
  }
  constexpr std::size_t kLongest = 40;
  if (names.empty()) return "";
  if (names.size() > kLongest) names = " MEMBER...";
  return fmt::format("   groupctl reconcile{0}   |   groupctl adopt{0}", names);
}

/// How to come back after a Ctrl-C.
std::string detached_text(const std::string& come_back, std::string_view what) {
  return come_back.empty() ? "" : fmt::format("\ndetached; {}: {}\n", what, escaped(come_back));
}

}  // namespace

std::string why_of(const MemberReconciled& member) {
  if (!member.text.empty()) return member.text;
  std::string text;
  for (const KeyResult& result : member.results) {
    const bool said =
        group_of(result.outcome) == OutcomeGroup::kBad || result.outcome == Outcome::kOverridden;
    if (!said) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", result.key, result.text);
  }
  return text;
}

std::string render_text(const DiffReport& report, const WallClock& clock) {
  const std::vector<Column> columns = {
      {fmt::format("GROUP (seq {})", report.head.value)}, {"MEMBER"}, {"DEVIATION"}, {""}};
  std::vector<std::vector<std::string>> rows;
  for (const MemberDiff& member : report.members) {
    if (!member.unknown.empty()) rows.push_back({"?", member.name, "? unknown", member.unknown});
    for (const Deviation& row : member.rows) {
      const std::string when =
          row.when_ms == 0 ? std::string() : when_text(GroupTime(row.when_ms), clock);
      rows.push_back({group_text(row), member.name, deviation_text(row), cause_text(row, when)});
    }
  }
  const std::string shown = rows.empty() ? "" : table(columns, rows);
  return shown + sums(report) + next_commands(report) + "\n";
}

std::string render_text(const ReconcileReport& report) {
  static const std::vector<Column> columns = {{"MEMBER"}, {"RESULT"}, {"KEYS", true}, {"WHY"}};
  std::vector<std::vector<std::string>> rows;
  for (const MemberReconciled& member : report.members) {
    const std::string why = why_of(member);
    rows.push_back({member.name, spoken(member.outcome), fmt::to_string(member.results.size()),
                    why.empty() ? "-" : why});
  }
  return table(columns, rows) + detached_text(report.detached_from, "it goes on");
}

std::string render_text(const AdoptReport& report) {
  std::string text;
  for (const CommandReport& command : report.commands) {
    text += fmt::format("seq {}  {} to {}   {}   of {}\n", command.sequence.value,
                        escaped(command.command.text), escaped(command.target),
                        counts_text(command.counts), command.targets);
    text += exceptions_text(command.rows, command.sequence);
  }
  for (const std::string& skipped : report.skipped) {
    text += "not adopted: " + escaped(skipped) + "\n";
  }
  for (const std::string& hold : report.holds) text += escaped(hold) + "\n";
  text += detached_text(report.detached_from, "the commands are in the log and go on");
  return text.empty() ? "nothing to adopt\n" : text;
}

}  // namespace groupctl
