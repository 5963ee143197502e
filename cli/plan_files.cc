#include "cli/plan_files.h"

#include <fmt/format.h>

#include <iostream>
#include <iterator>

#include "cli/exit_code.h"
#include "cli/looking.h"
#include "commands/state/target.h"
#include "daemon/durable_file.h"
#include "plan/node.h"
#include "plan/reader.h"

namespace groupctl {
namespace {

/// One byte more than a plan may have, so that a longer one is found out.
std::string read_stdin() {
  std::string text(plan::kMaxPlanBytes + 1, '\0');
  std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::cin.gcount()));
  return text;
}

Failure bad_plan(std::vector<std::string> lines) {
  Failure failure{"bad_plan", lines.front(), "", kExitUsage};
  failure.more.assign(lines.begin() + 1, lines.end());
  return failure;
}

std::string words_of(const PlanFile& file, bool prune) {
  std::string flags = " " + shell_quoted(file.path);
  for (const auto& [name, value] : file.variables) {
    flags += " --var " + shell_quoted(name + "=" + value);
  }
  return flags + (prune ? " --prune" : "");
}

}  // namespace

tl::expected<plan::Plan, Failure> load_plan(const PlanFile& file) {
  const bool stdin_is_it = file.path == "-";
  auto text = stdin_is_it ? Result<std::string>(read_stdin()) : read_small_file(file.path);
  if (!text) return tl::unexpected(bad_plan({file.path + ": " + text.error().text}));
  auto read = plan::read_plan(*text, stdin_is_it ? "stdin" : file.path, file.variables);
  if (!read) return tl::unexpected(bad_plan(std::move(read.error())));
  return *std::move(read);
}

Result<GroupState> read_group(Client& client, std::uint64_t within_ms, Sequence& head) {
  constexpr int kTries = 5;
  for (int tries = 1;; ++tries) {
    const auto before = client.ask<StatusReply>(StatusQuery{}, within_ms);
    if (!before) return tl::unexpected(before.error());
    head = before->head;
    GroupState state;
    const Status read = read_state(client, "", within_ms, state);
    if (!read) return tl::unexpected(read.error());
    const auto after = client.ask<StatusReply>(StatusQuery{}, within_ms);
    if (!after) return tl::unexpected(after.error());
    if (after->head == head || tries == kTries) return state;
  }
}

tl::expected<ComparedPlan, Failure> compare_plan(const GlobalOptions& global, const PlanFile& file,
                                                 bool prune, const HelloReply& hello,
                                                 Client& client) {
  auto plan = load_plan(file);
  if (!plan) return tl::unexpected(std::move(plan.error()));
  if (!plan->group.empty() && plan->group != hello.group) {
    return tl::unexpected(bad_plan(
        {fmt::format("the plan is for the group {}, and this is {}", plan->group, hello.group)}));
  }
  ComparedPlan compared{*std::move(plan), {}, {}};
  const auto state = read_group(client, global.timeout_ms, compared.head);
  if (!state) return look_failure(client, state.error());
  auto diff = plan::diff_of(compared.plan, *state, prune);
  if (!diff) return tl::unexpected(failure_of(diff.error()));
  compared.diff = *std::move(diff);
  return compared;
}

std::vector<std::string> ComparedPlan::warnings() const {
  std::vector<std::string> all = plan.warnings;
  all.insert(all.end(), diff.warnings.begin(), diff.warnings.end());
  return all;
}

std::string step_text(const plan::Step& step) {
  const ShownCommand shown = shown_command(step.command.kind, step.command.payload);
  std::string text = fmt::format("{} to {}", shown.text, to_text(step.target));
  for (const auto& [key, value] : shown.fields) {
    if (key == "rollout") text += ", " + value;
  }
  return text;
}

PlanDiffReport diff_report(const GlobalOptions& global, const PlanFile& file, bool prune,
                           const ComparedPlan& compared, const HelloReply& hello) {
  PlanDiffReport report;
  report.group = hello.group;
  report.head = compared.head;
  report.differences = compared.diff.differences;
  report.warnings = compared.warnings();
  for (const plan::Step& step : compared.diff.steps) report.commands.push_back(step_text(step));
  if (report.commands.empty()) return report;
  report.apply = fmt::format("groupctl{} apply{} --at-seq {}", global.same_coordinator,
                             words_of(file, prune), compared.head.value);
  return report;
}

}  // namespace groupctl
