// Rollouts, as tables and as JSON.
#include <fmt/format.h>

#include <algorithm>

#include "cli/json_ledger.h"
#include "cli/json_text.h"
#include "cli/render_text.h"
#include "cli/rollout_report.h"
#include "commands/deploy_words.h"
#include "commands/state/target.h"

namespace groupctl {
namespace {

using nlohmann::json;

std::string sequence_of(const RolloutRow& row) {
  return fmt::to_string(row.assignment.sequence.value);
}

std::size_t released(const RolloutRow& row) {
  return static_cast<std::size_t>(
      std::count_if(row.targets.begin(), row.targets.end(),
                    [](const RolloutTarget& target) { return bool(target.released); }));
}

/// What can be done about it.
std::string next_commands(const RolloutRow& row) {
  std::string text;
  const auto add = [&](std::string_view verb) {
    text += fmt::format("{}groupctl rollout {} {}", text.empty() ? "next:  " : "   |   ", verb,
                        row.assignment.sequence.value);
  };
  if (row.phase == RolloutPhase::kOpen) add("pause");
  if (row.phase == RolloutPhase::kPaused || row.phase == RolloutPhase::kStopped) add("resume");
  if (is_unfinished(row.phase)) add("abort");
  if (counts_by_release(row.phase) || row.phase == RolloutPhase::kFinished) add("undo");
  return text.empty() ? "" : text + "\n";
}

json json_of(const ShownRollout& rollout) {
  const RolloutRow& row = rollout.row;
  json object = {{"seq", row.assignment.sequence.value},
                 {"artefact", row.artefact},
                 {"target", to_text(row.assignment.target)},
                 {"phase", to_word(row.phase)},
                 {"batch", to_text(row.policy.window)},
                 {"maxFailures", to_text(row.policy.max_failures)},
                 {"canary", row.policy.canary},
                 {"pauseMs", row.policy.pause_ms},
                 {"targets", row.targets.size()},
                 {"released", released(row)}};
  if (row.assignment.release) object["version"] = row.assignment.release->version;
  if (!row.why.empty()) object["why"] = row.why;
  object["summary"] = summary_json(rollout.counts);
  return object;
}

}  // namespace

std::string release_of(const RolloutRow& row) {
  const auto& release = row.assignment.release;
  return row.artefact + (release ? "@" + release->version : "");
}

std::string render_text(const RolloutsReport& report) {
  static const std::vector<Column> columns = {{"SEQ", true}, {"RELEASE"},  {"TARGET"},
                                              {"PHASE"},     {"RELEASED"}, {"OUTCOMES"}};
  std::vector<std::vector<std::string>> rows;
  for (const ShownRollout& one : report.rollouts) {
    rows.push_back({sequence_of(one.row), release_of(one.row), to_text(one.row.assignment.target),
                    std::string(to_word(one.row.phase)),
                    fmt::format("{}/{}", released(one.row), one.row.targets.size()),
                    counts_text(one.counts)});
  }
  return rows.empty() ? "no rollouts\n" : table(columns, rows);
}

std::string render_text(const RolloutReport& report) {
  const RolloutRow& row = report.rollout.row;
  std::string text =
      fmt::format("rollout {}  {} to {}   {}   {} of {} released\n", sequence_of(row),
                  escaped(release_of(row)), escaped(to_text(row.assignment.target)),
                  to_word(row.phase), released(row), row.targets.size());
  text += "policy   " + policy_text(row.policy) + "\n";
  if (!row.why.empty()) text += "why      " + escaped(row.why) + "\n";
  text += "targets  " + counts_text(report.rollout.counts) + "\n";
  text += exceptions_text(report.rows, row.assignment.sequence);
  return text + next_commands(row);
}

std::string render_json(const RolloutsReport& report) {
  json object = json_envelope("RolloutList");
  object["rollouts"] = json::array();
  for (const ShownRollout& one : report.rollouts) object["rollouts"].push_back(json_of(one));
  return json_line(object);
}

std::string render_json(const RolloutReport& report) {
  json object = json_envelope("Rollout");
  object["rollout"] = json_of(report.rollout);
  object["members"] = ledger_rows_json(report.rows);
  return json_line(object);
}

}  // namespace groupctl
