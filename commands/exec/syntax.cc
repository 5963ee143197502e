#include "commands/exec/words.h"
#include "commands/syntax_text.h"
#include "log/text.h"

namespace groupctl::exec {
namespace {

constexpr std::uint64_t kDefaultTtlMs = 60'000;

Result<BuiltCommand> build(const SyntaxValues& values) {
  const std::vector<std::string>& words = values_of(values, "PROGRAM");
  if (auto valid = check(words); !valid) return tl::unexpected<Error>(valid.error());
  return BuiltCommand{kind_of<payload::Exec>(), make_payload<payload::Exec>([&](auto out) {
                        write_texts(words, out.initWords(static_cast<unsigned>(words.size())));
                      })};
}

/// As it would be typed.
std::string line_of(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + shell_quoted(word);
  return line;
}

std::string describe(ByteView bytes) {
  const auto words = read(bytes);
  return words ? "EXEC " + shown(line_of(*words)) : unreadable("EXEC");
}

std::vector<std::pair<std::string, std::string>> fields(ByteView bytes) {
  const auto words = read(bytes);
  if (!words) return unreadable_fields(bytes);
  return {{"line", line_of(*words)}};
}

}  // namespace

SyntaxRow syntax_row() {
  SyntaxRow row;
  row.kind = kind_of<payload::Exec>();
  row.verb = "exec";
  row.summary = "run a program on members, and show what it says";
  row.help =
      "Each target runs the program once, at its place among the commands, without a\n"
      "shell, and what it says is shown: members that say the same together. A member\n"
      "runs only what its own allow-exec names; none does so from the start. What it\n"
      "did is not repeated after a crash, and who gets the command later than --ttl\n"
      "does not run it. Exit 1 unless every program ended with 0.\n\n"
      "  groupctl exec -t rack=r2 -- df -h /srv\n"
      "  groupctl exec -t name=web-03 --per-line -- uptime";
  row.positionals = {
      {"PROGRAM", "PROGRAM", "its name, and behind it its words", true, true, false}};
  row.options = {{"--per-line", "", "each line behind its member's name", false, false, false}};
  row.entry_class = EntryClass::kNeverLate;
  row.default_ttl_ms = kDefaultTtlMs;
  row.leaves = Leaves::kOutput;
  row.build = build;
  row.describe = describe;
  row.fields = fields;
  return row;
}

}  // namespace groupctl::exec
