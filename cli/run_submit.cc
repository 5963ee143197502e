// deploy, set, unset, ping -t, member label ...: into the log, and then the outcome of every
// target.
#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/render_json.h"
#include "cli/render_progress.h"
#include "cli/render_text.h"
#include "cli/run.h"
#include "cli/waiting.h"
#include "commands/state/target.h"
#include "daemon/file_digest.h"
#include "daemon/random.h"

namespace groupctl {
namespace {

// Options whose value is a file give its digest to the command.
Result<SyntaxValues> with_digests(const SubmitCall& call) {
  SyntaxValues values = call.values;
  for (const SyntaxOption& option : call.row->options) {
    const auto given = values.find(option.name);
    if (!option.file_digest || given == values.end()) continue;
    for (std::string& value : given->second) {
      const auto digest = file_digest(value);
      if (!digest)
        return fail(ErrorCode::kInvalid, std::string(option.name) + ": " + digest.error().text);
      value = digest->hex();
    }
  }
  return values;
}

Result<Submit> submit_of(const SubmitCall& call, const HelloReply& hello, std::string issuer) {
  const auto values = with_digests(call);
  if (!values) return tl::unexpected(values.error());
  auto built = call.row->build(*values);
  if (!built) return tl::unexpected(built.error());
  auto target = parse_target(call.targets);
  if (!target) return fail("--target", target.error());
  Submit submit;
  submit.first.client =
      call.id ? keyed_client_id(*call.id) : drawn_client_id(hello.now, random_number());
  submit.first.number = 1;
  submit.issuer = std::move(issuer);
  submit.allow_empty_target = call.allow_empty;
  submit.commands.push_back(
      {built->kind, *std::move(target), call.ttl_ms, call.message, std::move(built->payload)});
  return submit;
}

// What cannot be built or read here is a wrong command line.
Failure wrong_arguments(const Error& error) {
  Failure failure = failure_of(error);
  failure.exit_code = kExitUsage;
  return failure;
}

void warn(CommandReport& report, std::string warning, const GlobalOptions& global,
          const Surroundings& around) {
  // In JSON they are part of the result.
  if (global.format != Format::kJson) around.say("warning: " + escaped(warning) + "\n");
  report.warnings.push_back(std::move(warning));
}

void wait_into(CommandReport& report, const SubmitCall& call, const GlobalOptions& global,
               Client& client, const Surroundings& around) {
  const std::uint64_t start = client.now_ms();
  Progress progress(start);
  const auto on_round = [&](const LedgerView& ledger, const std::vector<LedgerRow>& changed,
                            bool reachable) {
    const WallClock clock = around.wall_clock();
    const std::string stamp = when_text(GroupTime(clock.now_ms), clock);
    const std::string lines = progress.reachable(reachable, stamp) +
                              progress.round(ledger, changed, client.now_ms(), stamp);
    if (!lines.empty() && !global.quiet) around.say(lines);
  };
  const WaitEnd end = wait_for_outcomes(client, report.sequence, call.wait_timeout_ms, on_round);
  report.waited = true;
  report.detached = end.detached;
  report.open = !end.ledger.closed();
  report.targets = end.ledger.targets();
  report.counts = end.ledger.counts();
  report.rows = end.ledger.rows();
  report.took_ms = client.now_ms() - start;
  report.exit_code = exit_code_of(report.counts, call.row->entry_class);
  // Nothing was heard, or rows are still to come.
  if (report.open && report.exit_code == kExitDone) report.exit_code = kExitOpen;
  if (end.detached) report.exit_code = kExitInterrupted;
  if (!end.cut_short.empty()) {
    warn(report, "the coordinator tells no more of this command: " + end.cut_short, global, around);
  }
}

std::string rendered(const CommandReport& report, Format format) {
  switch (format) {
    case Format::kJson:
      return render_json(report);
    case Format::kName:
      return fmt::format("{}\n", report.sequence.value);
    case Format::kTable:
      break;
  }
  return render_text(report);
}

}  // namespace

Done run_submit(const GlobalOptions& global, const SubmitCall& call, const HelloReply& hello,
                Client& client, const Surroundings& around) {
  const auto submit = submit_of(call, hello, around.issuer);
  if (!submit) return tl::unexpected(wrong_arguments(submit.error()));
  const auto accepted = client.submit(*submit, global.timeout_ms);
  if (!accepted) return tl::unexpected(submit_failure(accepted.error(), call.id));
  const SubmittedCommand& command = submit->commands.front();
  CommandReport report;
  report.sequence = accepted->first;
  report.command = shown_command(command.kind, command.payload);
  report.target = to_text(command.target);
  for (const std::string& warning : accepted->warnings) warn(report, warning, global, around);
  if (call.wait) {
    if (!global.quiet) {
      around.say(fmt::format("seq={} {} is in the log; Ctrl-C detaches\n", report.sequence.value,
                             escaped(report.command.text)));
    }
    wait_into(report, call, global, client, around);
  }
  return Said{rendered(report, global.format), report.exit_code};
}

}  // namespace groupctl
