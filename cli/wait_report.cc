#include "cli/wait_report.h"

#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/wait_display.h"
#include "cli/waiting.h"
#include "commands/state/target.h"

namespace groupctl {
namespace {

/// The key is let in no more, or who answers is another: waiting again would not help.
bool is_no_entry(ErrorCode code) {
  const int exit_code = exit_code_of(code);
  return exit_code == kExitUnreachable || exit_code == kExitNotAllowed;
}

}  // namespace

void wait_into(CommandReport& report, EntryClass entry_class, std::uint64_t within_ms,
               const GlobalOptions& global, Client& client, const Surroundings& around) {
  const std::uint64_t start = client.now_ms();
  WaitDisplay display(global, client, around);
  display.begin({report.sequence, report.command.text, report.target, report.come_back});
  const WaitEnd end =
      wait_for_outcomes(client, report.sequence, within_ms,
                        [&](const LedgerView& ledger, const std::vector<LedgerRow>& changed,
                            bool reachable) { display.round(ledger, changed, reachable); });
  report.waited = true;
  report.detached = end.detached;
  report.open = !end.ledger.closed();
  report.targets = end.ledger.targets();
  report.counts = end.ledger.counts();
  report.rows = end.ledger.rows();
  report.took_ms = client.now_ms() - start;
  report.exit_code = exit_code_of(report.counts, entry_class);
  // Nothing was heard, or rows are still to come.
  if (report.open && report.exit_code == kExitDone) report.exit_code = kExitOpen;
  if (end.cut_short && is_no_entry(end.cut_short->code)) {
    report.exit_code = exit_code_of(end.cut_short->code);
  }
  if (end.detached) report.exit_code = kExitInterrupted;
  display.end(end.ledger, report.exit_code);
  if (end.cut_short) {
    warn(report, "the coordinator tells no more of this command: " + end.cut_short->text, global,
         around);
  }
}

void warn(CommandReport& report, std::string warning, const GlobalOptions& global,
          const Surroundings& around) {
  if (global.format != Format::kJson) around.say("warning: " + escaped(warning) + "\n");
  report.warnings.push_back(std::move(warning));
}

CommandReport begun(const SubmittedCommand& command, Sequence sequence,
                    const GlobalOptions& global) {
  CommandReport report;
  report.sequence = sequence;
  report.command = shown_command(command.kind, command.payload);
  report.target = to_text(command.target);
  report.come_back = come_back_line(global, sequence);
  report.groupctl += global.same_coordinator;
  return report;
}

std::string come_back_line(const GlobalOptions& global, Sequence sequence) {
  return fmt::format("groupctl{} wait {}", global.same_coordinator, sequence.value);
}

std::string rendered(const CommandReport& report, const GlobalOptions& global,
                     const Surroundings& around) {
  switch (global.format) {
    case Format::kJson:
      return render_json(report);
    case Format::kName:
      return fmt::format("{}\n", report.sequence.value);
    case Format::kTable:
      break;
  }
  return render_text(report, screen_of(around.screen_facts(), global.color));
}

}  // namespace groupctl
