// The user's contexts: the file, and where groupctl asks because of it.
#include "cli/contexts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/parser.h"
#include "cli/run.h"
#include "daemon/paths.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;
using ::testing::EndsWith;
using ::testing::HasSubstr;

class ContextsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "gcc-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    ::setenv("XDG_CONFIG_HOME", dir_.c_str(), 1);
    clean();
  }
  void TearDown() override {
    clean();
    fs::remove_all(dir_);
    ::unsetenv("XDG_CONFIG_HOME");
  }
  static void clean() {
    ::unsetenv("GROUPCTL_ENDPOINT");
    ::unsetenv("GROUPCTL_CONTEXT");
    ::unsetenv("GROUPCTL_GROUP");
  }

  static fs::path file() { return user_config_file(); }
  static void write(std::string_view text) {
    fs::create_directories(file().parent_path());
    std::ofstream(file()) << text;
  }

  /// What a context verb prints, or its error as "EXIT CODE message".
  static std::string said(const std::vector<std::string>& words) {
    const Parsed parsed = parse_command_line(words, syntax_table());
    if (const auto* error = std::get_if<UsageError>(&parsed)) {
      return std::to_string(error->failure.exit_code) + " " + error->failure.message;
    }
    const auto& invocation = std::get<Invocation>(parsed);
    const Done done = run_context(invocation.global, std::get<ContextCall>(invocation.call));
    if (done) return done->out;
    return std::to_string(done.error().exit_code) + " " + done.error().message;
  }
  static GlobalOptions asked(const std::vector<std::string>& words) {
    const Parsed parsed = parse_command_line(words, syntax_table());
    const auto* error = std::get_if<UsageError>(&parsed);
    EXPECT_EQ(error, nullptr) << error->failure.message;
    return error == nullptr ? std::get<Invocation>(parsed).global : GlobalOptions{};
  }

  fs::path dir_;
};

TEST_F(ContextsTest, AreAddedUsedAndRemoved) {
  EXPECT_EQ(said({"context", "list"}), "IN USE  NAME  ENDPOINT\n");
  EXPECT_FALSE(fs::exists(file())) << "looking makes no file";
  EXPECT_EQ(said({"context", "add", "prod", "-E", "tcp://127.0.0.1:1"}),
            "IN USE  NAME  ENDPOINT\n*       prod  tcp://127.0.0.1:1\n");
  EXPECT_EQ(said({"context", "add", "lab.2", "-E", "ipc:///x"}),
            "IN USE  NAME   ENDPOINT\n        lab.2  ipc:///x\n*       prod   tcp://127.0.0.1:1\n");
  EXPECT_THAT(said({"context", "use", "lab.2"}), HasSubstr("*       lab.2  ipc:///x\n"));
  EXPECT_THAT(said({"context", "list", "-o", "json"}),
              HasSubstr(R"({"contexts":[{"endpoint":"ipc:///x","name":"lab.2"},)"
                        R"({"endpoint":"tcp://127.0.0.1:1","name":"prod"}],"current":"lab.2",)"));
  EXPECT_EQ(said({"context", "rm", "lab.2"}),
            "IN USE  NAME  ENDPOINT\n        prod  tcp://127.0.0.1:1\n");
  EXPECT_EQ(asked({"status"}).endpoint, kBuiltInEndpoint) << "none is in use";
}

TEST_F(ContextsTest, MayMeanOneGroupAlone) {
  EXPECT_EQ(said({"context", "add", "prod", "-E", "ipc:///a", "-g", "shop"}),
            "IN USE  NAME  ENDPOINT  GROUP\n*       prod  ipc:///a  shop\n");
  EXPECT_EQ(asked({"status"}).group, "shop");
  EXPECT_EQ(asked({"status", "-g", "bank"}).group, "bank");
  EXPECT_EQ(asked({"status", "-E", "ipc:///b"}).group, "") << "that is another coordinator";
  EXPECT_THAT(said({"context", "list", "-o", "json"}), HasSubstr(R"("group":"shop")"));
  EXPECT_THAT(said({"context", "add", "lab", "-E", "ipc:///b", "-g", "No Name"}),
              HasSubstr("2 --group"));
}

TEST_F(ContextsTest, MaySayFromHowManyMembersOnIsAsked) {
  said({"context", "add", "prod", "-E", "ipc:///a", "--confirm-above", "7"});
  EXPECT_EQ(asked({"status"}).confirm_above, 7U);
  said({"context", "add", "lab", "-E", "ipc:///b"});
  EXPECT_EQ(asked({"status", "-c", "lab"}).confirm_above, kConfirmAbove);
  EXPECT_THAT(said({"context", "add", "bad", "-E", "ipc:///b", "--confirm-above", "few"}),
              HasSubstr("2 --confirm-above"));
}

TEST_F(ContextsTest, TheFileIsTheUsersAlone) {
  said({"context", "add", "prod", "-E", "tcp://127.0.0.1:1"});
  struct stat info {};
  ASSERT_EQ(::stat(file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  ASSERT_EQ(::stat(file().parent_path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700U);
  EXPECT_EQ(std::distance(fs::directory_iterator(file().parent_path()), {}), 1)
      << "what was written first is not left";
}

TEST_F(ContextsTest, TheEndpointComesFromTheStrongestPlace) {
  write(
      "current = \"a\"\n[contexts.a]\nendpoint = \"ipc:///a\"\n[contexts.b]\nendpoint = "
      "\"ipc:///b\"\n[contexts.c]\nendpoint = \"ipc:///c\"\n");
  const auto expect = [](const std::vector<std::string>& flags, const std::string& endpoint,
                         const std::string& source) {
    std::vector<std::string> words = {"status"};
    words.insert(words.end(), flags.begin(), flags.end());
    EXPECT_EQ(asked(words).endpoint, endpoint);
    EXPECT_EQ(asked(words).endpoint_source, source);
  };
  const auto context = [](const std::string& name) {
    return "context \"" + name + "\", " + file().string();
  };
  expect({}, "ipc:///a", context("a"));
  ::setenv("GROUPCTL_CONTEXT", "b", 1);
  expect({}, "ipc:///b", context("b"));
  ::setenv("GROUPCTL_ENDPOINT", "ipc:///e", 1);
  expect({}, "ipc:///e", "GROUPCTL_ENDPOINT");
  expect({"-c", "c"}, "ipc:///c", context("c"));
  expect({"--context", "c", "-E", "ipc:///f"}, "ipc:///f", "--endpoint");
  fs::remove(file());
  clean();
  expect({}, "tcp://127.0.0.1:7401", "the built-in default");
}

TEST_F(ContextsTest, ErrorsNameWhatIsWrongAndWhere) {
  said({"context", "add", "prod", "-E", "tcp://127.0.0.1:1"});
  EXPECT_EQ(said({"context", "use", "prdo"}),
            "3 there is no context \"prdo\" in " + file().string() + ". Did you mean: prod?");
  EXPECT_THAT(said({"context", "rm", "x"}), HasSubstr("3 there is no context \"x\""));
  EXPECT_THAT(said({"status", "-c", "x"}), HasSubstr("3 --context: there is no context \"x\""));
  EXPECT_THAT(said({"context", "add", "prod", "-E", "ipc:///x"}),
              HasSubstr("7 there is a context"));
  EXPECT_THAT(said({"context", "add", "far", "-E", "tcp://0192.0.2.1:1"}), HasSubstr("2 \"tcp://"));
  EXPECT_THAT(said({"context", "add", "A b", "-E", "ipc:///x"}), HasSubstr("2 \"A b\" is no name"));
  EXPECT_THAT(said({"context", "add", "x"}), HasSubstr("2 -E URL is needed"));
  EXPECT_THAT(said({"context", "use"}), HasSubstr("2 NAME is needed"));
  EXPECT_THAT(said({"context"}), HasSubstr("2 context list, use NAME"));
  EXPECT_THAT(said({"context", "lst"}), HasSubstr("Did you mean: list?"));
  ::setenv("GROUPCTL_CONTEXT", "gone", 1);
  EXPECT_THAT(said({"status"}), HasSubstr("3 GROUPCTL_CONTEXT: there is no context \"gone\""));
}

TEST_F(ContextsTest, AFileThatIsNoneIsAnErrorWithItsPlace) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"curent = \"a\"", ":1:1: unknown key \"curent\". Did you mean: current?"},
      {"current = 5", ":1:11: current is a text in quotes, not a whole number"},
      {"contexts = 5", ":1:12: contexts is a table, not a whole number"},
      {"[contexts]\na = 5", ":2:5: a is a table, not a whole number"},
      {"[contexts.a]\nendpont = \"x\"", ":2:1: unknown key \"endpont\". Did you mean: endpoint?"},
      {"[contexts.a]", ":1:11: context \"a\" has no endpoint"},
      {"[contexts.\"A b\"]\nendpoint = \"x\"", ":1:11: \"A b\" is no name"},
      {"[contexts", ":1:10: "},
  };
  for (const auto& [text, error] : cases) {
    write(text);
    EXPECT_THAT(said({"status"}), HasSubstr("2 " + file().string() + error)) << text;
    EXPECT_THAT(said({"context", "add", "x", "-E", "ipc:///x"}), HasSubstr(error));
  }
  EXPECT_EQ(asked({"status", "-E", "ipc:///x"}).endpoint, "ipc:///x") << "it is not read then";
}

}  // namespace
}  // namespace groupctl
