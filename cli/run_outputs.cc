// exec, and result of an EXEC: what the programs said.
#include "cli/outputs.h"
#include "cli/run.h"
#include "cli/wait_report.h"

namespace groupctl {

Done show_outputs(const GlobalOptions& global, CommandReport command, bool per_line, Client& client,
                  const Surroundings& around) {
  if (global.format == Format::kName || command.detached) {
    return Said{rendered(command, global, around), command.exit_code};
  }
  const OutputsReport report = gather_outputs(client, std::move(command));
  if (global.format == Format::kJson) return Said{render_json(report), report.command.exit_code};
  return Said{render_text(report, per_line, screen_of(around.screen_facts(), global.color)),
              report.command.exit_code};
}

}  // namespace groupctl
