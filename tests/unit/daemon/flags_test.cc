#include "daemon/flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace groupctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Without configuration files; those are in setting_layers_test.cc.
ProgramSpec program() {
  return {
      "group-test",
      "",
      {{"init", "Make a new group", {{.name = "group", .placeholder = "G", .required = true}}},
       {"run",
        "Run",
        {{.name = "state-dir",
          .placeholder = "DIR",
          .help = "Where the state is",
          .required = true},
         {.name = "heartbeat",
          .placeholder = "TIME",
          .kind = FlagKind::kDuration,
          .default_value = "2s"},
         {.name = "label", .placeholder = "K=V", .repeated = true},
         {.name = "limit", .placeholder = "N", .kind = FlagKind::kNumber},
         {.name = "once", .kind = FlagKind::kSwitch}}},
       {"local set", "Set", {{.name = "message", .letter = "m"}}, "KEY=VALUE..."},
       {"local scan", "Scan", {}}},
      {},
      {{"local", "What is done here"}},
  };
}

class FlagsTest : public ::testing::Test {
 protected:
  static tl::expected<ParsedFlags, FlagsEnd> parse(std::vector<const char*> words) {
    words.insert(words.begin(), "group-test");
    return parse_flags(program(), static_cast<int>(words.size()), words.data());
  }
  static FlagsEnd end_of(std::vector<const char*> words) {
    auto parsed = parse(std::move(words));
    return parsed ? FlagsEnd{-1, "parsed"} : parsed.error();
  }
};

TEST_F(FlagsTest, GivesValuesAndDefaults) {
  const auto flags = parse({"run", "--state-dir", "/a", "--label", "a=[1,2]", "--label=b=2"});
  ASSERT_TRUE(flags) << flags.error().text;
  EXPECT_EQ(flags->verb(), "run");
  EXPECT_EQ(flags->text("state-dir"), "/a");
  EXPECT_EQ(flags->duration_ms("heartbeat"), 2000u);
  EXPECT_THAT(flags->texts("label"), ElementsAre("a=[1,2]", "b=2"));
  EXPECT_FALSE(flags->on("once"));
  EXPECT_FALSE(flags->has("limit"));
}

TEST_F(FlagsTest, SwitchesAndNumbers) {
  const auto flags = parse({"run", "--state-dir=/a", "--once", "--limit", "7"});
  ASSERT_TRUE(flags) << flags.error().text;
  EXPECT_TRUE(flags->on("once"));
  EXPECT_EQ(flags->number("limit"), 7u);
}

TEST_F(FlagsTest, UsageErrorsAreOneLineAndExit2) {
  const std::vector<std::pair<std::vector<const char*>, const char*>> cases = {
      {{}, "error: a command is needed"},
      {{"rnu"}, "error: unknown command \"rnu\". Did you mean: run?"},
      {{"run", "--state-dri", "/a"}, "unknown flag \"--state-dri\". Did you mean: --state-dir?"},
      {{"run"}, "error: --state-dir is needed"},
      {{"run", "--state-dir", "/a", "--heartbeat", "3"}, "--heartbeat: \"3\" is no duration"},
      {{"run", "--state-dir", "/a", "--limit", "-3"}, "error: "},
      {{"run", "--state-dir", "/a", "--limit", "x"}, "--limit: \"x\" is no whole number"},
      {{"run", "--state-dir", "/a", "--state-dir", "/b"}, "error: --state-dir is given twice"},
      {{"run", "--state-dir", "/a", "init"}, "unexpected argument \"init\""},
      {{"run", "--state-dir"}, "error: --state-dir needs a value"},
  };
  for (const auto& [words, text] : cases) {
    const FlagsEnd end = end_of(words);
    EXPECT_EQ(end.exit_code, 2) << text;
    EXPECT_THAT(end.text, HasSubstr(text));
    EXPECT_EQ(std::count(end.text.begin(), end.text.end(), '\n'), 1) << end.text;
  }
}

TEST_F(FlagsTest, HelpAndVersionExit0) {
  EXPECT_EQ(end_of({"--help"}).exit_code, 0);
  EXPECT_THAT(end_of({"--help"}).text, HasSubstr("init"));
  EXPECT_THAT(end_of({"--help"}).text, HasSubstr("What is done here"));
  EXPECT_THAT(end_of({"run", "--help"}).text, HasSubstr("--state-dir DIR"));
  EXPECT_THAT(end_of({"run", "--help"}).text, HasSubstr("[GROUPCTL_STATE_DIR]"));
  EXPECT_THAT(end_of({"version"}).text, HasSubstr("group-test 0."));
  EXPECT_EQ(end_of({"version"}).text, end_of({"--version"}).text);
}

TEST_F(FlagsTest, AVerbOfAFamilyTakesWordsBehindIt) {
  const auto set = parse({"local", "set", "a=1", "b=x y", "-m", "why"});
  ASSERT_TRUE(set) << set.error().text;
  EXPECT_EQ(set->verb(), "local set");
  EXPECT_THAT(set->words(), ElementsAre("a=1", "b=x y"));
  EXPECT_EQ(set->text("message"), "why");
  const auto scan = parse({"local", "scan"});
  ASSERT_TRUE(scan) << scan.error().text;
  EXPECT_TRUE(scan->words().empty());
  EXPECT_THAT(parse({"local", "scan", "x"}).error().text, HasSubstr("unexpected argument"));
  EXPECT_THAT(parse({"local"}).error().text, HasSubstr("a command is needed"));
  EXPECT_EQ(parse({"local", "nothing"}).error().exit_code, 2);
}

}  // namespace
}  // namespace groupctl
