// Dry runs, as text and as JSON.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "cli/dry_run_report.h"
#include "cli/folded_names.h"
#include "cli/json_ledger.h"
#include "cli/json_text.h"
#include "cli/plan_report.h"
#include "cli/text.h"

namespace groupctl {
namespace {

/// Those that foretell the same of a command.
struct Alike {
  Outcome outcome;
  std::string step;
  std::string text;
  std::vector<const LedgerRow*> members;
};

/// What changes most first.
std::vector<Alike> alike(const DryCommand& command) {
  constexpr std::string_view kOrder = "~=!?";
  std::map<std::tuple<std::size_t, Outcome, std::string, std::string>, Alike> groups;
  for (const LedgerRow& one : command.rows) {
    Alike& group = groups[{kOrder.find(mark_of(one.outcome)), one.outcome, one.step, one.text}];
    group.outcome = one.outcome;
    group.step = one.step;
    group.text = one.text;
    group.members.push_back(&one);
  }
  std::vector<Alike> all;
  for (auto& [key, group] : groups) all.push_back(std::move(group));
  return all;
}

std::string what_of(const Alike& group) {
  const char mark = mark_of(group.outcome);
  const std::string text = escaped(group.text);
  if (mark == '!') {
    const std::string where = group.step.empty() ? "" : " at " + escaped(group.step);
    return "would fail" + where + (text.empty() ? "" : ": " + text);
  }
  if (mark == '?') return "cannot tell" + (text.empty() ? "" : ": " + text);
  if (group.outcome == Outcome::kDone && !text.empty()) return text;
  return std::string(to_word(group.outcome)) + (text.empty() ? "" : ": " + text);
}

std::string names_of(const Alike& group) {
  std::vector<std::string> names;
  for (const LedgerRow* one : group.members) names.push_back(one->name);
  return folded_names(names);
}

std::string command_text(const DryCommand& command) {
  std::string text = fmt::format("{}  {}", command.sequence.value, escaped(command.command.text));
  if (command.targets == 0) return text + ": counts nobody\n";
  text += fmt::format(" to {}: {}\n", escaped(command.target), counted(command.targets, "member"));
  std::vector<std::vector<std::string>> rows;
  for (const Alike& group : alike(command)) {
    rows.push_back({std::string(1, mark_of(group.outcome)), std::to_string(group.members.size()),
                    names_of(group), what_of(group)});
  }
  std::array<std::size_t, 3> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], shown_width(escaped(row[i])));
    }
  }
  for (const auto& row : rows) {
    text += fmt::format("  {} {:>{}}  {:<{}}  {}\n", row[0], row[1], widths[1], escaped(row[2]),
                        widths[2], row[3]);
  }
  return text;
}

std::string totals_text(const DryRunReport& report) {
  const DryCounts counts = counts_of(report);
  if (counts.all() == 0) return "";
  std::string text = fmt::format("{} would change", counts.change);
  if (counts.stay > 0) text += fmt::format(", {} would stay as they are", counts.stay);
  if (counts.fail > 0) text += fmt::format(", {} would fail", counts.fail);
  if (counts.unknown > 0) text += fmt::format(", {} unknown", counts.unknown);
  return text + fmt::format(", of {}.\n", counts.all());
}

}  // namespace

char mark_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kUnchanged:
    case Outcome::kSkipped:
    case Outcome::kSuperseded:
    case Outcome::kExpired:
      return '=';
    case Outcome::kUnknown:
    case Outcome::kLost:
      return '?';
    default:
      return group_of(outcome) == OutcomeGroup::kBad ? '!' : '~';
  }
}

DryCounts counts_of(const DryRunReport& report) {
  DryCounts counts;
  for (const DryCommand& command : report.commands) {
    for (const LedgerRow& one : command.rows) {
      const char mark = mark_of(one.outcome);
      ++(mark == '~'   ? counts.change
         : mark == '=' ? counts.stay
         : mark == '!' ? counts.fail
                       : counts.unknown);
    }
  }
  return counts;
}

std::vector<Predicted> predicted_of(const DryCommand& command) {
  std::vector<Predicted> rows;
  for (const Alike& group : alike(command)) {
    if (mark_of(group.outcome) == '?') continue;
    Predicted& row = rows.emplace_back(Predicted{group.outcome, group.step, group.text, {}});
    for (const LedgerRow* one : group.members) row.members.push_back(one->member);
    std::sort(row.members.begin(), row.members.end());
  }
  return rows;
}

ForetoldByMember by_member(const std::vector<Predicted>& rows) {
  ForetoldByMember all;
  for (const Predicted& row : rows) {
    for (const MemberId id : row.members) all[id] = {row.outcome, row.step, row.text};
  }
  return all;
}

std::string render_text(const DryRunReport& report) {
  std::string text = fmt::format("DRY RUN at seq {}: nothing will change.\n", report.head.value);
  for (const plan::Difference& one : report.differences) text += difference_text(one);
  for (const DryCommand& command : report.commands) text += command_text(command);
  for (const std::string& warning : report.warnings) text += "warning: " + escaped(warning) + "\n";
  return text + totals_text(report) + "run it:  " + report.run + "\n";
}

std::string render_json(const DryRunReport& report) {
  nlohmann::json object = json_envelope("DryRun");
  object["group"] = report.group;
  object["head"] = report.head.value;
  object["asked"] = report.asked;
  object["differences"] = nlohmann::json::array();
  for (const plan::Difference& one : report.differences) {
    object["differences"].push_back(difference_json(one));
  }
  object["commands"] = nlohmann::json::array();
  for (const DryCommand& command : report.commands) {
    nlohmann::json one = {{"seq", command.sequence.value},
                          {"command", command_json(command.command)},
                          {"target", {{"selector", command.target}, {"expected", command.targets}}},
                          {"members", ledger_rows_json(command.rows)}};
    object["commands"].push_back(std::move(one));
  }
  const DryCounts counts = counts_of(report);
  object["summary"] = {{"change", counts.change},
                       {"stay", counts.stay},
                       {"fail", counts.fail},
                       {"unknown", counts.unknown}};
  object["warnings"] = report.warnings;
  object["run"] = report.run;
  object["exitCode"] = 0;
  return json_line(object);
}

std::string foretold_text(const std::vector<LedgerRow>& rows, const ForetoldByMember& foretold) {
  if (foretold.empty()) return "";
  std::size_t same = 0;
  std::vector<std::vector<std::string>> otherwise;
  for (const LedgerRow& row : rows) {
    const auto found = foretold.find(row.member);
    if (found == foretold.end()) continue;
    if (found->second.outcome == row.outcome) {
      ++same;
    } else {
      otherwise.push_back({row.name, std::string(to_word(found->second.outcome)),
                           std::string(to_word(row.outcome)), found->second.text});
    }
  }
  if (otherwise.empty()) return fmt::format("{} as it came\n", same);
  std::string text = fmt::format("{} as it came, {} otherwise\n", same, otherwise.size());
  return text + "\n" + table({{"MEMBER"}, {"FORETOLD"}, {"IS"}, {"WHAT WAS FORETOLD"}}, otherwise);
}

}  // namespace groupctl
