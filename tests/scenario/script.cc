#include "tests/scenario/script.h"

#include <sstream>

namespace groupctl::scenario {
namespace {

constexpr const char* kRule = "----";

}  // namespace

Result<ScriptFile> parse_script(const std::string& text) {
  ScriptFile script;
  std::istringstream in(text);
  std::string line;
  while (in.peek() == '#' && std::getline(in, line)) script.head += line + "\n";
  Step step;
  bool in_output = false;
  int number = 0;
  while (std::getline(in, line)) {
    ++number;
    if (in_output && line.empty()) {
      script.steps.push_back(std::exchange(step, {}));
      in_output = false;
    } else if (in_output) {
      step.expected += line + "\n";
    } else if (line == kRule) {
      if (step.commands.empty()) return fail(ErrorCode::kInvalid, "no command before ----");
      in_output = true;
    } else if (!line.empty()) {
      step.commands.push_back(line);
    }
  }
  if (in_output) script.steps.push_back(std::move(step));
  if (!in_output && !step.commands.empty()) {
    return fail(ErrorCode::kInvalid, "commands at the end without ----");
  }
  if (script.head.empty()) return fail(ErrorCode::kInvalid, "no comment says why it exists");
  return script;
}

std::string to_text(const ScriptFile& script) {
  std::string text = script.head;
  for (const Step& step : script.steps) {
    text += "\n";
    for (const std::string& command : step.commands) text += command + "\n";
    text += std::string(kRule) + "\n" + step.expected;
  }
  return text;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  std::string word;
  while (in >> word) words.push_back(word);
  return words;
}

}  // namespace groupctl::scenario
