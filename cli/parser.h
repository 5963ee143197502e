// The command line of groupctl: verbs from the syntax table and the built-in ones. The one file of
// cli/ that knows CLI11.
#pragma once

#include <vector>

#include "cli/invocation.h"
#include "cli/report.h"

namespace groupctl {

/// Help or version, printed as it is; exit 0.
struct HelpText {
  std::string text;
};
/// The command line cannot be obeyed; `format` is what was asked for as far as it could be read.
struct UsageError {
  Failure failure;
  Format format = Format::kTable;
};
using Parsed = std::variant<Invocation, HelpText, UsageError>;

/// Words without the program's name. Where the coordinator is may come from the environment or a
/// context.
Parsed parse_command_line(const std::vector<std::string>& words,
                          const std::vector<SyntaxRow>& table);

/// Every verb with the names of its flags, for the test that finds clashes between them and the
/// global ones: ("log list", {"-n", "--limit", ...}); the global flags stand under "".
std::vector<std::pair<std::string, std::vector<std::string>>> flags_by_verb(
    const std::vector<SyntaxRow>& table);

}  // namespace groupctl
