// Every flag of a daemon's run is a setting in every way there is, and stands in
// docs/configuration.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

#include "agent/flags.h"
#include "coordinator/flags.h"
#include "daemon/durable_file.h"
#include "daemon/expansion.h"
#include "daemon/toml_settings.h"
#include "member/flags.h"

namespace groupctl {
namespace {

using ::testing::ElementsAre;

std::optional<std::string> no_variables(const std::string&) { return std::nullopt; }

std::vector<ProgramSpec> programs() {
  return {coordinator_program_spec(), member_program_spec(), agent_program_spec()};
}

/// A value that a flag with this placeholder takes, other than its default.
std::string sample(const FlagSpec& flag) {
  static const std::map<std::string, std::string> table = {
      {"DIR", "/some/where"},
      {"FILE", "/some/where/file"},
      {"NAME", "a-name"},
      {"NAME=VALUE", "role=web"},
      {"URL", "group:"},
      {"DURATION", "1234ms"},
      {"ENDPOINT", "ipc:///x/y"},
      {"LEVEL", "warn"},
      {"FORMAT", "text"},
      {"N", "77"},
      {"HOST", "127.9.8.7"},
      {"WHAT", "revert"},
      {"MIB", "77"},
      {"", "false"},
      {"KEY", std::string(64, 'a')},
      {"TOKEN", std::string(64, 'b')},
  };
  const auto found = table.find(flag.placeholder);
  EXPECT_NE(found, table.end()) << "no sample for the placeholder of --" << flag.name;
  return found == table.end() ? "" : found->second;
}

/// The sample as a file has it.
std::string line_of(const FlagSpec& flag) {
  return settings_text({flag}, {{flag.name, {{sample(flag)}, "test"}}});
}

tl::expected<ParsedFlags, FlagsEnd> parse(const ProgramSpec& program,
                                          const std::vector<std::string>& words) {
  std::vector<const char*> argv = {program.name.c_str(), "run"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  return parse_flags(program, static_cast<int>(argv.size()), argv.data());
}

/// What `run` needs beside the flag that is looked at.
std::vector<std::string> needed_beside(const ProgramSpec& program, const FlagSpec& looked_at) {
  std::vector<std::string> words;
  for (const FlagSpec& flag : program.settings()) {
    const bool needed = flag.required && flag.name != looked_at.name;
    if (needed) words.insert(words.end(), {"--" + flag.name, sample(flag)});
  }
  return words;
}

void expect_sample(const tl::expected<ParsedFlags, FlagsEnd>& flags, const FlagSpec& flag) {
  ASSERT_TRUE(flags) << flags.error().text;
  EXPECT_THAT(flags->texts(flag.name), ElementsAre(sample(flag))) << flag.name;
}

class ProgramSettings : public ::testing::Test {
 protected:
  void SetUp() override { ::setenv("CONFIGURATION_DIRECTORY", "/nonexistent", 1); }
  void TearDown() override { ::unsetenv("CONFIGURATION_DIRECTORY"); }
};

TEST_F(ProgramSettings, EveryFlagOfRunIsASettingInEveryWay) {
  for (const ProgramSpec& program : programs()) {
    for (const FlagSpec& flag : program.settings()) {
      const auto needed = needed_beside(program, flag);
      auto words = needed;
      words.push_back("--" + flag.name + "=" + sample(flag));
      expect_sample(parse(program, words), flag);
      words = needed;
      words.insert(words.end(), {"--set", key_of(flag) + "=" + sample(flag)});
      expect_sample(parse(program, words), flag);
      ::setenv(variable_of(flag).c_str(), sample(flag).c_str(), 1);
      expect_sample(parse(program, needed), flag);
      ::unsetenv(variable_of(flag).c_str());
      const auto settings =
          settings_from_toml(line_of(flag), "FILE", program.settings(), no_variables);
      ASSERT_TRUE(settings) << settings.error().text << " in " << line_of(flag);
      EXPECT_THAT(settings->at(flag.name).values, ElementsAre(sample(flag)));
    }
  }
}

TEST_F(ProgramSettings, KeysAndVariablesAreEachOneFlags) {
  for (const ProgramSpec& program : programs()) {
    std::set<std::string> seen;
    for (const FlagSpec& flag : program.settings()) {
      EXPECT_TRUE(seen.insert(key_of(flag)).second) << key_of(flag);
      EXPECT_TRUE(seen.insert(variable_of(flag)).second) << variable_of(flag);
    }
    EXPECT_FALSE(seen.empty()) << program.name;
    for (const char* taken : {"GROUPCTL_CONFIG", "GROUPCTL_SET"})
      EXPECT_FALSE(seen.contains(taken));
  }
}

TEST_F(ProgramSettings, NoVariableIsGroupctlsOwnWithAnotherMeaning) {
  // Whoever exports these for groupctl may start a daemon in the same shell.
  for (const ProgramSpec& program : programs()) {
    for (const FlagSpec& flag : program.settings()) {
      for (const char* groupctls : {"GROUPCTL_ENDPOINT", "GROUPCTL_CONTEXT", "GROUPCTL_KEY"}) {
        EXPECT_NE(variable_of(flag), groupctls) << program.name;
      }
    }
  }
}

TEST_F(ProgramSettings, AVariableOfSeveralDaemonsIsTheSameSetting) {
  std::map<std::string, const FlagSpec*> seen;
  const std::vector<ProgramSpec> all = programs();
  for (const ProgramSpec& program : all) {
    for (const FlagSpec& flag : program.settings()) {
      const FlagSpec& other = *seen.try_emplace(variable_of(flag), &flag).first->second;
      EXPECT_EQ(flag.placeholder, other.placeholder) << program.name << " " << variable_of(flag);
      EXPECT_EQ(key_of(flag), key_of(other)) << program.name << " " << variable_of(flag);
    }
  }
}

std::string kind_words(const FlagSpec& flag) {
  switch (flag.kind) {
    case FlagKind::kText:
      return flag.repeated ? "list of texts" : "text";
    case FlagKind::kSwitch:
      return "true or false";
    case FlagKind::kDuration:
      return "duration";
    case FlagKind::kNumber:
      return "number";
    case FlagKind::kPair:
      return "table of texts";
  }
  return "";
}

std::string quoted(const std::string& text) { return "`" + text + "`"; }

std::string row_of(const FlagSpec& flag) {
  std::string otherwise = flag.required ? "needed" : "none";
  if (!flag.default_value.empty()) otherwise = quoted(flag.default_value);
  return "| " + quoted(key_of(flag)) + " | " + quoted("--" + flag.name) + " | " +
         quoted(variable_of(flag)) + " | " + kind_words(flag) + " | " + otherwise + " | " +
         flag.help + (flag.live ? "; taken at SIGHUP" : "") + " |";
}

/// The rows of tables whose first cell is in backticks, below "## TITLE".
std::vector<std::string> rows_below(const std::string& title) {
  const auto text = read_small_file(GROUPCTL_SOURCE_DIR "/docs/configuration.md");
  EXPECT_TRUE(text) << "docs/configuration.md";
  std::istringstream lines(text.value_or(""));
  std::vector<std::string> rows;
  bool below = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) below = line == "## " + title;
    if (below && line.starts_with("| `")) rows.push_back(line);
  }
  return rows;
}

TEST_F(ProgramSettings, TheDocHasEveryKeyOfEveryDaemon) {
  for (const ProgramSpec& program : programs()) {
    std::vector<std::string> rows;
    std::string wanted;
    for (const FlagSpec& flag : program.settings()) {
      rows.push_back(row_of(flag));
      wanted += rows.back() + "\n";
    }
    EXPECT_EQ(rows_below(program.name), rows)
        << "below \"## " << program.name << "\" docs/configuration.md should have:\n"
        << wanted;
  }
}

}  // namespace
}  // namespace groupctl
