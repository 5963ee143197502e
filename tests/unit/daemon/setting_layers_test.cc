// Where a setting comes from when several places say it, and what another reading changes.
#include "daemon/setting_layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "daemon/expansion.h"
#include "daemon/flags.h"
#include "daemon/paths.h"
#include "daemon/reread.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ProgramSpec layered_program() {
  VerbSpec run{.name = "run", .summary = "Run", .flags = {}};
  run.flags = {{.name = "level", .default_value = "built-in", .key = "log.level", .live = true},
               {.name = "name", .default_value = "${HOSTNAME}"},
               {.name = "replica", .kind = FlagKind::kNumber},
               {.name = "label", .kind = FlagKind::kPair, .repeated = true, .key = "labels"},
               {.name = "secret", .required = true}};
  VerbSpec status{.name = "status", .summary = "Show", .flags = {}};
  status.flags = {run.flags[1], {.name = "output", .default_value = "table"}};
  return {"group-test", "test", {run, status}};
}

/// One of the places that may say the level, weakest first.
struct Place {
  std::string source;  ///< its end
  void (*say)(const fs::path& dir, std::vector<std::string>& words);
};

void write(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

const std::vector<Place>& places() {
  static const std::vector<Place> table = {
      {"default", [](const fs::path&, std::vector<std::string>&) {}},
      {"/test.toml:1",
       [](const fs::path& dir, std::vector<std::string>&) {
         write(dir / "test.toml", "log.level = \"x\"\n");
       }},
      {"/test.toml.d/10-a.toml:2",
       [](const fs::path& dir, std::vector<std::string>&) {
         write(dir / "test.toml.d/10-a.toml", "\nlog.level = \"x\"\n");
       }},
      {"/test.toml.d/20-b.toml:1",
       [](const fs::path& dir, std::vector<std::string>&) {
         write(dir / "test.toml.d/20-b.toml", "log.level = \"x\"\n");
       }},
      {"/named.toml:1",
       [](const fs::path& dir, std::vector<std::string>& words) {
         write(dir / "named.toml", "log.level = \"x\"\n");
         words.insert(words.end(), {"--config", (dir / "named.toml").string()});
       }},
      {"env GROUPCTL_LEVEL",
       [](const fs::path&, std::vector<std::string>&) { ::setenv("GROUPCTL_LEVEL", "x", 1); }},
      {"--set log.level",
       [](const fs::path&, std::vector<std::string>& words) {
         words.insert(words.end(), {"--set", "log.level=x"});
       }},
      {"--level",
       [](const fs::path&, std::vector<std::string>& words) {
         words.insert(words.end(), {"--level", "x"});
       }},
  };
  return table;
}

class LayersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "gcl-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    clean();
  }
  void TearDown() override {
    clean();
    fs::remove_all(dir_);
    ::unsetenv("CONFIGURATION_DIRECTORY");
  }
  void clean() {
    for (const char* name : {"GROUPCTL_LEVEL", "GROUPCTL_NAME", "GROUPCTL_LABEL",
                             "GROUPCTL_REPLICA", "GROUPCTL_CONFIG", "GROUPCTL_SECRET"}) {
      ::unsetenv(name);
    }
    fs::remove_all(dir_);
    fs::create_directories(dir_);
    ::setenv("CONFIGURATION_DIRECTORY", (dir_.string() + ":/elsewhere").c_str(), 1);
  }

  static tl::expected<ParsedFlags, FlagsEnd> parse(const std::vector<std::string>& words) {
    std::vector<const char*> argv = {"group-test"};
    for (const std::string& word : words) argv.push_back(word.c_str());
    return parse_flags(layered_program(), static_cast<int>(argv.size()), argv.data());
  }
  static ParsedFlags run(std::vector<std::string> words = {}) {
    words.insert(words.begin(), {"run", "--secret", "s"});
    auto flags = parse(words);
    EXPECT_TRUE(flags) << flags.error().text;
    return flags ? *flags : ParsedFlags("", {});
  }
  static std::string end_of(const std::vector<std::string>& words, int code) {
    const auto flags = parse(words);
    if (flags) return "no end";
    EXPECT_EQ(flags.error().exit_code, code) << flags.error().text;
    return flags.error().text;
  }

  /// As check-config shows it.
  static std::string source_of_level(std::vector<std::string> words) {
    words.insert(words.begin(), {"check-config", "--secret", "s"});
    const std::string shown = end_of(words, 0);
    const std::size_t level = shown.find("log.level = ");
    const std::size_t comment = shown.find("# ", level);
    return shown.substr(comment, shown.find('\n', comment) - comment);
  }

  fs::path dir_;
};

TEST_F(LayersTest, OfEveryTwoPlacesTheStrongerOneCounts) {
  for (std::size_t weak = 0; weak < places().size(); ++weak) {
    for (std::size_t strong = weak + 1; strong < places().size(); ++strong) {
      clean();
      std::vector<std::string> words;
      places()[strong].say(dir_, words);
      places()[weak].say(dir_, words);
      const std::string counts = source_of_level(words);
      EXPECT_TRUE(counts.ends_with(places()[strong].source))
          << counts << " over " << places()[weak].source;
      EXPECT_EQ(run(words).text("level"), "x");
    }
  }
}

TEST_F(LayersTest, AListIsTakenWholeFromOnePlace) {
  write(dir_ / "test.toml", "labels = { a = \"1\", b = \"2\" }");
  EXPECT_THAT(run().texts("label"), ElementsAre("a=1", "b=2"));
  ::setenv("GROUPCTL_LABEL", "c=3,d=4", 1);
  EXPECT_THAT(run().texts("label"), ElementsAre("c=3", "d=4"));
  EXPECT_THAT(run({"--set", "labels=e=5", "--set", "labels=f=6"}).texts("label"),
              ElementsAre("e=5", "f=6"));
  EXPECT_THAT(run({"--label", "g=7"}).texts("label"), ElementsAre("g=7"));
  write(dir_ / "test.toml.d/1.toml", "labels = {}");
  ::unsetenv("GROUPCTL_LABEL");
  EXPECT_THAT(run().texts("label"), IsEmpty());
}

TEST_F(LayersTest, A2_TheFileOfAReplicaIsChosenByItsEnvironment) {
  write(dir_ / "pod-0.toml", "name = \"zero\"");
  write(dir_ / "pod-1.toml", "name = \"one\"");
  ::setenv("GROUPCTL_CONFIG", (dir_.string() + "/${POD}.toml").c_str(), 1);
  ::setenv("POD", "pod-0", 1);
  EXPECT_EQ(run().text("name"), "zero");
  ::setenv("POD", "pod-1", 1);
  EXPECT_EQ(run().text("name"), "one");
  EXPECT_EQ(run({"--config", (dir_ / "pod-0.toml").string()}).text("name"), "zero");
  ::unsetenv("POD");
  EXPECT_THAT(end_of({"run", "--secret", "s"}, 2), HasSubstr("GROUPCTL_CONFIG: there is no "));
}

TEST_F(LayersTest, AnotherVerbTakesWhatItHas) {
  write(dir_ / "test.toml", "name = \"web\"\nlog.level = \"debug\"");
  const auto flags = parse({"status"});
  ASSERT_TRUE(flags) << flags.error().text;
  EXPECT_EQ(flags->text("name"), "web");
  EXPECT_EQ(flags->text("output"), "table");
  EXPECT_FALSE(flags->has("level"));
}

TEST_F(LayersTest, WhatIsWrongSaysWhereItIs) {
  EXPECT_EQ(end_of({"run"}, 2),
            "error: --secret is needed, or GROUPCTL_SECRET, or secret in a configuration file\n");
  EXPECT_THAT(end_of({"run", "--config", "/nowhere"}, 2), HasSubstr("cannot open /nowhere"));
  EXPECT_THAT(end_of({"run", "--secret", "s", "--set", "log.levle=x"}, 2),
              HasSubstr("--set: unknown key \"log.levle\". Did you mean: log.level?"));
  EXPECT_THAT(end_of({"run", "--secret", "s", "--set", "log.level"}, 2),
              HasSubstr("\"log.level\" is not KEY=VALUE"));
  EXPECT_THAT(end_of({"run", "--secret", "s", "--set", "replica=x"}, 2),
              HasSubstr("--set replica: \"x\" is no whole number"));
  ::setenv("GROUPCTL_REPLICA", "many", 1);
  EXPECT_THAT(end_of({"run", "--secret", "s"}, 2), HasSubstr("env GROUPCTL_REPLICA: \"many\""));
  write(dir_ / "test.toml", "log.level = 5");
  EXPECT_THAT(end_of({"status"}, 2), HasSubstr("/test.toml:1:13: log.level is a text"));
  write(dir_ / "test.toml.d/x.toml", "nmae = \"x\"");
  EXPECT_THAT(end_of({"status"}, 2), HasSubstr("/x.toml:1:1: unknown key \"nmae\""));
  fs::remove(dir_ / "test.toml.d/x.toml");
  write(dir_ / "test.toml.d/x.toml.bak", "nmae = \"x\"");
  EXPECT_THAT(end_of({"status"}, 2), HasSubstr("/test.toml:1:13")) << "only *.toml is read";
}

TEST_F(LayersTest, CheckConfigShowsEachValueAndItsSource) {
  write(dir_ / "named.toml", "name = \"web\"\nsecret = \"s\"\n");
  ::setenv("GROUPCTL_REPLICA", "4", 1);
  const std::string file = (dir_ / "named.toml").string();
  const std::vector<std::string> by_word = {"check-config", file, "--label", "a=1"};
  const std::string shown = end_of(by_word, 0);
  EXPECT_THAT(shown, HasSubstr("name = \"web\""));
  EXPECT_THAT(shown, HasSubstr("# " + file + ":1\n"));
  EXPECT_THAT(shown, HasSubstr("labels = { a = \"1\" }    # --label\n"));
  EXPECT_THAT(shown, HasSubstr("replica = 4             # env GROUPCTL_REPLICA\n"));
  EXPECT_THAT(shown, HasSubstr("log.level = \"built-in\"  # default\n"));
  EXPECT_EQ(end_of({"check-config", "--config", file, "--label", "a=1"}, 0), shown);
  EXPECT_THAT(end_of({"check-config"}, 2), HasSubstr("--secret is needed"));
}

TEST_F(LayersTest, AnotherReadingTellsWhatNeedsARestart) {
  write(dir_ / "test.toml", "name = \"a\"\nlabels = { x = \"1\" }\n");
  const ParsedFlags running = run();
  write(dir_ / "test.toml.d/1.toml", "name = \"a\"\nlog.level = \"y\"\nreplica = 2\n");
  const SettingChanges changes = changes_between(layered_program().settings(), running, run());
  EXPECT_THAT(changes.taken, ElementsAre("log.level"));
  EXPECT_THAT(changes.restart, ElementsAre("replica")) << "another source is no other value";
  fs::remove(dir_ / "test.toml");
  EXPECT_THAT(changes_between(layered_program().settings(), running, run()).restart,
              ElementsAre("replica", "labels"));
  ParsedFlags taken = running;
  taken.take("level", run());
  EXPECT_EQ(taken.text("level"), "y");
  EXPECT_EQ(taken.text("name"), "a");
}

TEST_F(LayersTest, PathsFollowSystemdAndXdg) {
  ::setenv("STATE_DIRECTORY", "/run/one:/run/two", 1);
  EXPECT_EQ(default_state_dir("member"), "/run/one");
  EXPECT_EQ(surroundings("member")("STATE_DIRECTORY"), "/run/one");
  ::unsetenv("STATE_DIRECTORY");
  EXPECT_TRUE(default_state_dir("member").ends_with("/groupctl/member"));
  ::setenv("XDG_CONFIG_HOME", "/x", 1);
  EXPECT_EQ(user_config_file(), "/x/groupctl/config.toml");
  ::setenv("XDG_CONFIG_HOME", "relative", 1);
  EXPECT_TRUE(user_config_file().ends_with("/.config/groupctl/config.toml"));
  ::unsetenv("XDG_CONFIG_HOME");
  ::setenv("HOSTNAME", "told", 1);
  EXPECT_EQ(surroundings("member")("HOSTNAME"), "told");
  ::unsetenv("HOSTNAME");
  EXPECT_EQ(surroundings("member")("HOSTNAME"), short_host_name());
  EXPECT_EQ(short_host_name().find('.'), std::string::npos);
  ::unsetenv("CONFIGURATION_DIRECTORY");
  EXPECT_EQ(system_config_dir(), "/etc/groupctl");
}

}  // namespace
}  // namespace groupctl
