// Golden scenarios: a text file of steps and the output they give. A step is command lines, a line
// "----", the output, and an empty line; lines that begin with # are comments. player.h names the
// commands, the comments at their functions say their words.
#pragma once

#include <string>
#include <vector>

#include "log/result.h"

namespace groupctl::scenario {

struct Step {
  std::vector<std::string> commands;  ///< with the comments between them
  std::string expected;               ///< lines, each ended by \n
};
struct ScriptFile {
  std::string head;  ///< the comment that says why the scenario exists
  std::vector<Step> steps;
};

/// Errors: kInvalid with the line.
Result<ScriptFile> parse_script(const std::string& text);
std::string to_text(const ScriptFile& script);

/// The words of a command line.
std::vector<std::string> words_of(const std::string& line);

}  // namespace groupctl::scenario
