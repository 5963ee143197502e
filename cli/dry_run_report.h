// What there is to say of dry runs, before it is text or JSON, and of what came of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/report.h"
#include "plan/diff.h"

namespace groupctl {

struct DryCommand {
  Sequence sequence;  ///< that it would have
  ShownCommand command;
  std::string target;       ///< as selector text
  std::size_t targets = 0;  ///< whom it would count
  /// What each that was asked foretells, by name; kUnknown: why nothing is known of it.
  std::vector<LedgerRow> rows;
};

/// `--dry-run`.
struct DryRunReport {
  std::string group;
  Sequence head;                              ///< that it rests on
  std::vector<plan::Difference> differences;  ///< of a plan; else none
  std::vector<DryCommand> commands;
  std::vector<std::string> warnings;
  std::string run;    ///< the command line that does it
  bool asked = true;  ///< members were
};

/// How many would end so, over all commands.
struct DryCounts {
  std::size_t change = 0;
  std::size_t stay = 0;  ///< as they are
  std::size_t fail = 0;
  std::size_t unknown = 0;
  std::size_t all() const { return change + stay + fail + unknown; }
};
DryCounts counts_of(const DryRunReport& report);
/// '~' changes, '=' stays, '!' fails, '?' cannot tell.
char mark_of(Outcome outcome);

/// As the coordinator keeps it: members that foretell the same together. Who cannot tell is not in
/// it.
std::vector<Predicted> predicted_of(const DryCommand& command);

std::string render_text(const DryRunReport& report);
std::string render_json(const DryRunReport& report);
/// "39 as it came, 1 otherwise", and behind an empty line a row for each of these; empty: nobody
/// foretold it.
std::string foretold_text(const std::vector<LedgerRow>& rows, const ForetoldByMember& foretold);

}  // namespace groupctl
