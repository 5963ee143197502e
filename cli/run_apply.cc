// apply: all commands of a plan as one batch, and then the outcome of every target of each.
#include <fmt/format.h>

#include <algorithm>

#include "cli/exit_code.h"
#include "cli/plan_files.h"
#include "cli/render_text.h"
#include "cli/wait_report.h"
#include "commands/state/target.h"
#include "daemon/random.h"

namespace groupctl {
namespace {

/// What the coordinator's entries have beside the payload, at most.
constexpr std::size_t kEntryBytes = 512;

Submit submit_of_plan(const ApplyCall& call, const ComparedPlan& compared, const HelloReply& hello,
                      const std::string& issuer) {
  Submit submit;
  submit.first = {drawn_client_id(hello.now, random_number()), 1};
  submit.issuer = issuer;
  submit.at_sequence = call.at_sequence ? call.at_sequence : compared.head;
  const std::string& why = call.message.empty() ? compared.plan.message : call.message;
  for (const plan::Step& step : compared.diff.steps) {
    submit.commands.push_back({step.command.kind, step.target, 0, why, step.command.payload});
  }
  return submit;
}

std::optional<Failure> too_large(const Submit& submit) {
  std::size_t bytes = 0;
  for (const SubmittedCommand& one : submit.commands) {
    bytes += one.payload.size() + one.message.size() + to_text(one.target).size() + kEntryBytes;
  }
  const bool fits =
      submit.commands.size() <= kMaxCommandsPerSubmit && bytes <= kMaxBatchFrames * kMaxFrameBytes;
  if (fits) return std::nullopt;
  return Failure{"invalid",
                 fmt::format("the plan needs {} commands of {} KiB; one batch takes {} and 512 KiB",
                             submit.commands.size(), bytes / 1024, kMaxCommandsPerSubmit),
                 "part the plan into several", kExitUsage};
}

CommandReport begun(const SubmittedCommand& command, Sequence sequence,
                    const GlobalOptions& global) {
  CommandReport report;
  report.sequence = sequence;
  report.command = shown_command(command.kind, command.payload);
  report.target = to_text(command.target);
  report.come_back = come_back_line(global, sequence);
  return report;
}

/// One after the other; what is waited for last has often ended by then.
void wait_for_plan(const ApplyCall& call, const GlobalOptions& global, Client& client,
                   const Surroundings& around, ApplyReport& report) {
  const std::uint64_t until = client.now_ms() + call.wait_timeout_ms;
  bool open = false;
  std::vector<OutcomeCount> counts;
  for (CommandReport& command : report.commands) {
    const std::uint64_t left = until - std::min(until, client.now_ms());
    if (!client.stopped()) {
      wait_into(command, EntryClass::kState, left, global, client, around);
    }
    open = open || command.open || !command.waited;
    counts.insert(counts.end(), command.counts.begin(), command.counts.end());
  }
  report.exit_code = exit_code_of(counts, EntryClass::kState);
  if (open && report.exit_code == kExitDone) report.exit_code = kExitOpen;
  if (!client.stopped()) return;
  report.exit_code = kExitInterrupted;
  report.detached_from = fmt::format("groupctl{} wait", global.same_coordinator);
  for (const CommandReport& command : report.commands) {
    report.detached_from += fmt::format(" {}", command.sequence.value);
  }
}

Said said_of(const ApplyReport& report, const GlobalOptions& global) {
  std::string names;
  for (const CommandReport& command : report.commands) {
    names += fmt::format("{}\n", command.sequence.value);
  }
  Said done = global.format == Format::kName ? Said{names} : said(report, global.format);
  done.exit_code = report.exit_code;
  return done;
}

/// It has no --id to ask again with: what was applied is no difference the next time.
Failure apply_lost(const Error& error) {
  Failure failure = submit_failure(error, std::nullopt);
  if (failure.exit_code == kExitUnknown)
    failure.hint = "groupctl plan diff shows what is to do yet";
  return failure;
}

}  // namespace

Done run_apply(const GlobalOptions& global, const ApplyCall& call, const HelloReply& hello,
               Client& client, const Surroundings& around) {
  const auto compared = compare_plan(global, call.file, call.prune, hello, client);
  if (!compared) return tl::unexpected(compared.error());
  PlanDiffReport shown = diff_report(global, call.file, call.prune, *compared, hello);
  if (call.dry_run) return said(shown, global.format);
  ApplyReport report{compared->head, {}, compared->plan.warnings};
  if (compared->diff.steps.empty()) return said_of(report, global);
  const Submit submit = submit_of_plan(call, *compared, hello, around.issuer);
  if (auto failure = too_large(submit)) return tl::unexpected(*std::move(failure));
  shown.apply.clear();
  if (auto refused = not_confirmed(global, around, render_text(shown) + "Apply this?")) {
    return tl::unexpected(*std::move(refused));
  }
  if (global.yes && !global.quiet && global.format == Format::kTable)
    around.say(render_text(shown));
  const auto accepted = client.submit(submit, global.timeout_ms);
  if (!accepted) return tl::unexpected(apply_lost(accepted.error()));
  for (std::size_t i = 0; i < submit.commands.size(); ++i) {
    report.commands.push_back(
        begun(submit.commands[i], Sequence(accepted->first.value + i), global));
  }
  report.warnings.insert(report.warnings.end(), accepted->warnings.begin(),
                         accepted->warnings.end());
  if (call.wait) wait_for_plan(call, global, client, around, report);
  return said_of(report, global);
}

}  // namespace groupctl
