// What the program of an EXEC said on each of its targets.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/client.h"
#include "cli/report.h"
#include "cli/screen.h"

namespace groupctl {

/// How a program ended and what it said.
struct ProgramOutput {
  std::string end;               ///< "exit code 3"
  std::optional<int> exit_code;  ///< nullopt: it did not end by itself
  std::string out;
  std::string err;
  std::vector<std::string> members;  ///< on which it was exactly this, by name
};

struct MissingOutput {
  std::string member;
  std::string why;
};

/// Of a whole command, with `rows` as people read them: without the digests of the outputs.
struct OutputsReport {
  CommandReport command;
  std::vector<ProgramOutput> outputs;  ///< different ones, by the first of their members
  std::vector<MissingOutput> missing;  ///< by name
};

/// What is kept of an output on a member. Error: kCorrupt.
Result<ProgramOutput> read_output(std::string_view text);

/// Fetches each different output from one of those that have it, as long as one of them answers; of
/// those that said nothing nothing is fetched. Of more than kMaxOutputBytes in all the rest is
/// missing.
OutputsReport gather_outputs(Client& client, CommandReport command);
inline constexpr std::size_t kMaxOutputBytes = 64 << 20;

/// Outputs and how the command ended; `per_line`: each line behind its member's name.
std::string render_text(const OutputsReport& report, bool per_line, const Screen& screen = {});
std::string render_json(const OutputsReport& report);

}  // namespace groupctl
