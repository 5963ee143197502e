// What a configuration file says, and what is said about one that is wrong.
#include "daemon/toml_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/toml.h"

namespace groupctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<FlagSpec> flags() {
  return {{.name = "state-dir"},
          {.name = "heartbeat", .kind = FlagKind::kDuration},
          {.name = "keep-entries", .kind = FlagKind::kNumber},
          {.name = "once", .kind = FlagKind::kSwitch},
          {.name = "repository", .repeated = true, .key = "repositories.chain"},
          {.name = "label", .kind = FlagKind::kPair, .repeated = true, .key = "labels"},
          {.name = "name", .check = check_name},
          {.name = "log-level", .key = "log.level"},
          {.name = "log-format", .key = "log.format"}};
}

std::optional<std::string> lookup(const std::string& name) {
  if (name == "HOSTNAME") return "web-07";
  if (name == "N") return "3";
  if (name == "ODD") return "${HOSTNAME} $ \"";
  return std::nullopt;
}

Result<Settings> read(std::string_view text) {
  return settings_from_toml(text, "m.toml", flags(), lookup);
}
std::vector<std::string> values(std::string_view text, const std::string& name) {
  const auto settings = read(text);
  EXPECT_TRUE(settings) << settings.error().text;
  return settings ? settings->at(name).values : std::vector<std::string>{};
}
std::string error_of(std::string_view text) {
  const auto settings = read(text);
  return settings ? "no error" : settings.error().text;
}

TEST(TomlSettings, TablesAreFlagsAndEverythingHasItsLine) {
  const auto settings = read(R"(# a member
state_dir = '/var/lib/x#y'
heartbeat = "200ms"
keep_entries = 1_000
once = true

[log]
level = "debug"   # while we look
)");
  ASSERT_TRUE(settings) << settings.error().text;
  EXPECT_THAT(settings->at("state-dir").values, ElementsAre("/var/lib/x#y"));
  EXPECT_EQ(settings->at("state-dir").source, "m.toml:2");
  EXPECT_THAT(settings->at("heartbeat").values, ElementsAre("200ms"));
  EXPECT_THAT(settings->at("keep-entries").values, ElementsAre("1000"));
  EXPECT_THAT(settings->at("once").values, ElementsAre("true"));
  EXPECT_THAT(settings->at("log-level").values, ElementsAre("debug"));
  EXPECT_EQ(settings->at("log-level").source, "m.toml:8");
  EXPECT_EQ(settings->size(), 5U);
  EXPECT_THAT(read("").value(), IsEmpty());
}

// What CLI11's own reader takes for other values without a word.
TEST(TomlSettings, ListsOverLinesAndEscapes) {
  EXPECT_THAT(values("repositories.chain = [\n  \"file:/a, b\", # first\n  \"file:/c#d\",\n]\n"
                     "state_dir = \"a#b\"\n",
                     "repository"),
              ElementsAre("file:/a, b", "file:/c#d"));
  EXPECT_THAT(values("state_dir = \"tab\\tq\\\"uote\\u00e9\"", "state-dir"),
              ElementsAre("tab\tq\"uote\xc3\xa9"));
  EXPECT_THAT(values("state_dir = \"\"\"\none\ntwo\"\"\"", "state-dir"), ElementsAre("one\ntwo"));
  EXPECT_THAT(values("repositories = { chain = [] }", "repository"), IsEmpty());
}

TEST(TomlSettings, PairsAreATable) {
  EXPECT_THAT(values("labels = { role = \"web\", rack = \"a=b\" }", "label"),
              ElementsAre("role=web", "rack=a=b"));
  EXPECT_THAT(values("[labels]\nrole = \"web\"\n\"a.b\" = \"\"", "label"),
              ElementsAre("role=web", "a.b="));
}

TEST(TomlSettings, A2_AReplicasSettingsComeFromItsEnvironment) {
  EXPECT_THAT(values("name = \"${HOSTNAME}\"", "name"), ElementsAre("web-07"));
  EXPECT_THAT(values("state_dir = \"/x/${HOSTNAME}/${N}$$\"", "state-dir"),
              ElementsAre("/x/web-07/3$"));
  EXPECT_THAT(values("keep_entries = \"${N}000\"", "keep-entries"), ElementsAre("3000"));
  EXPECT_THAT(values("labels.rack = \"r${N}\"", "label"), ElementsAre("rack=r3"));
  EXPECT_THAT(values("state_dir = \"${ODD}\"", "state-dir"), ElementsAre("${HOSTNAME} $ \""))
      << "what a variable says is not read again";
  EXPECT_EQ(error_of("\n  name = \"${HOSTNAM}\""),
            "m.toml:2:10: name: there is no variable ${HOSTNAM}");
  EXPECT_EQ(error_of("labels.a = \"x\"\nlabels.b = \"${X}\""),
            "m.toml:2:12: labels: there is no variable ${X}");
  for (const char* bad : {"state_dir = \"$HOME\"", "state_dir = \"a$\"", "state_dir = \"${N\""}) {
    EXPECT_THAT(error_of(bad), HasSubstr("m.toml:1:13: state_dir: a variable is written ${NAME}"));
  }
}

TEST(TomlSettings, AnUnknownKeyIsAnErrorWithTheNearestKnownOne) {
  EXPECT_EQ(error_of("once = true\nlables = { role = \"web\" }"),
            "m.toml:2:1: unknown key \"lables\". Did you mean: labels?");
  EXPECT_EQ(error_of("[log]\n  levle = \"info\""),
            "m.toml:2:3: unknown key \"log.levle\". Did you mean: log.level?");
  EXPECT_EQ(error_of("log-level = \"info\""),
            "m.toml:1:1: unknown key \"log-level\". Did you mean: log.level?");
  EXPECT_EQ(error_of("[metrics]\nx = 1"), "m.toml:1:2: unknown key \"metrics\".");
  EXPECT_EQ(error_of("[[log]]\nlevel = \"info\""), "m.toml:1:1: log is a table, not a list");
}

TEST(TomlSettings, AnotherTypeIsAnErrorWithItsPlace) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"state_dir = 5", "m.toml:1:13: state_dir is a text in quotes, not a whole number"},
      {"state_dir = [\"/x\"]", "m.toml:1:13: state_dir is a text in quotes, not a list"},
      {"heartbeat = 3", "heartbeat is a text with a unit, as in \"30s\", not a whole number"},
      {"heartbeat = \"3\"", "m.toml:1:13: heartbeat: \"3\" is no duration: a unit is needed"},
      {"keep_entries = \"3\"", "keep_entries is a whole number, not a text in quotes"},
      {"keep_entries = 3.5", "keep_entries is a whole number, not a number with a fraction"},
      {"keep_entries = -3", "keep_entries: \"-3\" is no whole number"},
      {"once = \"yes\"", "once is true or false, not a text in quotes"},
      {"once = 2026-01-01", "once is true or false, not a date or time"},
      {"log = \"debug\"", "m.toml:1:7: log is a table, not a text in quotes"},
      {"log.level = { a = 1 }", "log.level is a text in quotes, not a table"},
      {"repositories.chain = \"file:/x\"", "repositories.chain is a list of texts, not a text"},
      {"repositories.chain = [\"file:/x\",\n 1]",
       "m.toml:2:2: repositories.chain is a text in quotes, not a whole number"},
      {"labels = [\"role=web\"]", "labels is a table of texts, not a list"},
      {"labels.role = true", "m.toml:1:15: labels is a text in quotes, not true or false"},
      {"labels.\"a=b\" = \"c\"", "m.toml:1:8: \"a=b\" is no name"},
      {"name = \"Web 7\"", "m.toml:1:8: name: \"Web 7\" is no name"},
  };
  for (const auto& [text, error] : cases) EXPECT_THAT(error_of(text), HasSubstr(error)) << text;
}

TEST(TomlSettings, WhatIsNoTomlIsAnErrorWithItsPlace) {
  for (const char* bad :
       {"once = ", "repositories.chain = [\"a\"\n\"b\"]", "once = true\nonce = true", "x",
        "state_dir = \"\xff\"", "[log\nlevel = 1", "a = \"\"\"\n"}) {
    const std::string error = error_of(bad);
    EXPECT_TRUE(error.starts_with("m.toml:")) << error;
    EXPECT_EQ(error.find('\n'), std::string::npos) << error;
  }
  EXPECT_THAT(error_of("repositories.chain = [\"a\"\n\"b\"]"), HasSubstr("m.toml:2:"));
}

TEST(TomlSettings, WhatIsShownReadsTheSame) {
  const std::string text =
      "state_dir = \"a\\\"b $$ \\u0007\"\nlabels = { role = \"web\", \"a.b\" = \"c\" }\n"
      "repositories.chain = [\"x\", \"y\"]\nkeep_entries = 7\nonce = false\nheartbeat = \"2s\"\n";
  const Settings first = read(text).value();
  const std::string shown = settings_text(flags(), first);
  const auto second = read(shown);
  ASSERT_TRUE(second) << second.error().text << "\n" << shown;
  EXPECT_EQ(second->size(), first.size());
  for (const auto& [name, setting] : first) EXPECT_EQ(second->at(name).values, setting.values);
  EXPECT_THAT(shown, HasSubstr("keep_entries = 7 "));
  EXPECT_THAT(shown, HasSubstr("# m.toml:4\n"));
  EXPECT_THAT(shown, HasSubstr("# log.level "));
}

}  // namespace
}  // namespace groupctl
