// plan check, plan diff, plan export: they change nothing.
#include "cli/exit_code.h"
#include "cli/looking.h"
#include "cli/plan_files.h"
#include "plan/export.h"

namespace groupctl {

Done run_plan_check(const GlobalOptions& global, const PlanCheckCall& call) {
  auto plan = load_plan(call.file);
  if (!plan) return tl::unexpected(std::move(plan.error()));
  const PlanCheckReport report{call.file.path, plan->group, plan->artefacts.size(),
                               plan->properties.size(), plan->warnings};
  return said(report, global.format);
}

Done run_plan_diff(const GlobalOptions& global, const PlanDiffCall& call, const HelloReply& hello,
                   Client& client) {
  const auto compared = compare_plan(global, call.file, call.prune, hello, client);
  if (!compared) return tl::unexpected(compared.error());
  PlanDiffReport report = diff_report(global, call.file, call.prune, *compared, hello);
  if (call.exit_code && !report.commands.empty()) report.exit_code = kExitBad;
  Said done = said(report, global.format);
  done.exit_code = report.exit_code;
  return done;
}

Done run_plan_export(const GlobalOptions& global, const HelloReply& hello, Client& client) {
  PlanExportReport report{hello.group, {}, ""};
  const auto state = read_group(client, global.timeout_ms, report.head);
  if (!state) return look_failure(client, state.error());
  report.text = plan::plan_text(*state, hello.group);
  return said(report, global.format);
}

}  // namespace groupctl
