// apply: all commands of a plan as one batch, and then the outcome of every target of each.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/dry_run.h"
#include "cli/exit_code.h"
#include "cli/plan_files.h"
#include "cli/render_text.h"
#include "cli/wait_report.h"
#include "commands/state/rollout.h"
#include "commands/state/target.h"
#include "daemon/random.h"
#include "wire/limits.h"

namespace groupctl {
namespace {

constexpr const char* kPartIt = "part the plan into several, and apply one after the other";

Submit submit_of_plan(const ApplyCall& call, const ComparedPlan& compared, const HelloReply& hello,
                      const std::string& issuer) {
  Submit submit;
  submit.first = {drawn_client_id(hello.now, random_number()), 1};
  submit.issuer = issuer;
  submit.allow_empty_target = call.allow_empty;
  submit.at_sequence = call.at_sequence ? call.at_sequence : compared.head;
  const std::string& why = call.message.empty() ? compared.plan.message : call.message;
  for (const plan::Step& step : compared.diff.steps) {
    submit.commands.push_back({step.command.kind, step.target, 0, why, step.command.payload});
  }
  return submit;
}

/// What the coordinator would drop unread, or refuse at a place that nobody knows.
std::optional<Failure> too_large(const Submit& submit, const plan::Diff& diff) {
  const std::size_t bytes = encode(AdminRequestId(1), submit).size();
  std::string why;
  if (submit.commands.size() > kMaxCommandsPerSubmit || bytes > kMaxSubmitBytes) {
    why = fmt::format("the plan needs {} commands of {} KiB, and a batch takes {} of {} KiB",
                      submit.commands.size(), bytes / 1024, kMaxCommandsPerSubmit,
                      kMaxSubmitBytes / 1024);
  } else if (diff.rollouts > kMaxRollouts) {
    why = fmt::format("the plan begins {} rollouts, and a group has {} at a time", diff.rollouts,
                      kMaxRollouts);
  } else {
    return std::nullopt;
  }
  return Failure{"bad_plan", why, kPartIt, kExitUsage};
}

/// Nobody hears more of any of them: this key is let in no more, or it is another coordinator.
bool ends_the_wait(int exit_code) {
  return exit_code == kExitInterrupted || exit_code == kExitUnreachable ||
         exit_code == kExitNotAllowed;
}

/// Of many commands it is that all have come to the last: nobody types so many numbers.
std::string wait_line(const ApplyReport& report, const GlobalOptions& global) {
  constexpr std::size_t kMostNamed = 10;
  std::string line = fmt::format("groupctl{} wait", global.same_coordinator);
  if (report.commands.size() > kMostNamed) {
    return line + fmt::format(" --for in-step={}", report.commands.back().sequence.value);
  }
  for (const CommandReport& command : report.commands) {
    line += fmt::format(" {}", command.sequence.value);
  }
  return line;
}

/// One after the other; what is waited for last has often ended by then.
void wait_for_plan(const ApplyCall& call, const GlobalOptions& global, Client& client,
                   const Surroundings& around, ApplyReport& report) {
  const std::uint64_t until = client.now_ms() + call.wait_timeout_ms;
  bool open = false;
  for (CommandReport& command : report.commands) {
    const std::uint64_t left = until - std::min(until, client.now_ms());
    wait_into(command, EntryClass::kState, left, global, client, around);
    open = open || command.open;
    if (ends_the_wait(command.exit_code)) {
      report.exit_code = command.exit_code;
      break;
    }
    report.exit_code = worse_exit_code(report.exit_code, command.exit_code);
  }
  report.detached = report.exit_code == kExitInterrupted;
  if (open || ends_the_wait(report.exit_code)) report.come_back = wait_line(report, global);
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
Failure apply_lost(const BatchError& error, const plan::Diff& diff) {
  Failure failure = submit_failure(error, std::nullopt);
  if (failure.exit_code == kExitUnknown) {
    failure.hint = "groupctl plan diff shows what is to do yet";
  } else if (error.command > 0 && error.command <= diff.steps.size()) {
    failure.more.push_back(step_text(diff.steps[error.command - 1]) +
                           " was refused, and so nothing of the plan was sequenced");
  } else if (error.code == ErrorCode::kConflict) {
    failure.hint = "groupctl plan diff shows the group as it is now";
  } else if (failure.exit_code == kExitUsage) {
    failure.hint = kPartIt;
  }
  return failure;
}

}  // namespace

Done run_apply(const GlobalOptions& global, const ApplyCall& call, const HelloReply& hello,
               Client& client, const Surroundings& around) {
  const auto compared = compare_plan(global, call.file, call.prune, hello, client);
  if (!compared) return tl::unexpected(compared.error());
  PlanDiffReport shown = diff_report(global, call.file, call.prune, *compared, hello);
  const bool dry = global.dry_run != DryRun::kNo;
  ApplyReport report;
  report.head = compared->head;
  report.warnings = compared->warnings();
  if (compared->diff.steps.empty()) {
    return dry ? Done(said(shown, global.format)) : Done(said_of(report, global));
  }
  const Submit submit = submit_of_plan(call, *compared, hello, around.issuer);
  if (auto failure = too_large(submit, compared->diff)) return tl::unexpected(*std::move(failure));
  if (dry) return dry_said(submit, global, hello, client, compared->diff.differences);
  shown.apply.clear();
  if (auto refused = not_confirmed(global, around, {render_text(shown) + "Apply this?"})) {
    return tl::unexpected(*std::move(refused));
  }
  if (global.yes && !global.quiet && global.format == Format::kTable) {
    around.say(render_text(shown));
  }
  const auto accepted = client.submit(submit, global.timeout_ms);
  if (!accepted) return tl::unexpected(apply_lost(accepted.error(), compared->diff));
  for (std::size_t i = 0; i < submit.commands.size(); ++i) {
    report.commands.push_back(
        begun(submit.commands[i], Sequence(accepted->first.value + i), global));
  }
  report.warnings.insert(report.warnings.end(), accepted->warnings.begin(),
                         accepted->warnings.end());
  if (call.wait) {
    wait_for_plan(call, global, client, around, report);
  } else {
    report.come_back = wait_line(report, global);
  }
  return said_of(report, global);
}

}  // namespace groupctl
