// Keys and signals at a real terminal: what `watch` does at them, and that the terminal is as it
// was however groupctl ends.
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/process/harness_group.h"
#include "tests/process/harness_terminal.h"

namespace groupctl::process_test {
namespace {

const std::string kCtrlZ = "\x1a";
const std::string kCtrlS = "\x13";
const std::string kCtrlBackslash = "\x1c";

bool takes_keys(const termios& mode) { return (mode.c_lflag & (ICANON | ECHO)) == 0; }

/// The mode of a terminal in which nothing has run yet.
termios untouched() {
  Terminal terminal({"/bin/true"}, {});
  terminal.wait();
  return terminal.mode();
}

class WatchKeys : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(group.start_coordinator());
    group.start_members({"m1", "m2", "m3"});
  }
  std::vector<std::string> words(const std::vector<std::string>& verb) const {
    std::vector<std::string> all = {groupctl_program(), "-E", group.endpoint("admin")};
    all.insert(all.end(), verb.begin(), verb.end());
    return all;
  }
  /// Its table is there, and its keys are taken.
  void until_it_watches(Terminal& terminal) const {
    ASSERT_TRUE(terminal.shows("> m1")) << terminal.screen();
    ASSERT_TRUE(eventually([&] { return takes_keys(terminal.mode()); }));
  }

  Group group;
  const termios before = untouched();
};

TEST_F(WatchKeys, EachDoesWhatTheHelpSaysAndQGivesTheTerminalBack) {
  Terminal terminal(words({"watch"}), {});
  until_it_watches(terminal);
  terminal.type("\x1b[B");
  EXPECT_TRUE(terminal.shows("> m2")) << terminal.screen();
  terminal.type("\r");
  EXPECT_TRUE(terminal.shows("member  m2   in-step")) << terminal.screen();
  terminal.type("\x1b");
  EXPECT_TRUE(eventually([&] {
    const std::string& screen = terminal.screen();
    return screen.find("> m2", screen.find("member  m2   in-step")) != std::string::npos;
  })) << terminal.screen();
  terminal.type("/name=m3\r");
  EXPECT_TRUE(terminal.shows("members 1-1 of 1   by state   /name=m3")) << terminal.screen();
  terminal.type("l");
  EXPECT_TRUE(terminal.shows("JOINED m3")) << terminal.screen();
  terminal.type("?");
  EXPECT_TRUE(terminal.shows("these keys")) << terminal.screen();
  terminal.type("q");
  EXPECT_EQ(terminal.wait(), (Ended{0, 0})) << terminal.screen();
  EXPECT_TRUE(same_mode(terminal.mode(), before));
}

TEST_F(WatchKeys, SpaceStopsTheDrawingAndLetsItGoOn) {
  Terminal terminal(words({"watch"}), {});
  until_it_watches(terminal);
  terminal.type(" ");
  ASSERT_TRUE(terminal.shows("paused   members 1-3 of 3")) << terminal.screen();
  ASSERT_EQ(group.ctl({"set", "k=1"}).exit_code, 0);
  const std::string head = "log    seq " + std::to_string(group.admin().status()->head.value);
  // A key is drawn after the news came: they are not in what it draws.
  terminal.type("s");
  ASSERT_TRUE(terminal.shows("paused   members 1-3 of 3   by name")) << terminal.screen();
  EXPECT_EQ(terminal.screen().find(head), std::string::npos);
  terminal.type(" ");
  EXPECT_TRUE(terminal.shows(head)) << terminal.screen();
  terminal.type("q");
  EXPECT_EQ(terminal.wait(), (Ended{0, 0}));
}

TEST_F(WatchKeys, TheTerminalIsAsItWasAfterEverySignal) {
  struct Way {
    std::string key;
    int signal;
    Ended ended;
  };
  for (const Way& way :
       {Way{kCtrlC, 0, {130, 0}}, Way{"", SIGTERM, {130, 0}}, Way{"", SIGHUP, {-1, SIGHUP}},
        Way{kCtrlBackslash, 0, {-1, SIGQUIT}}, Way{"", SIGABRT, {-1, SIGABRT}}}) {
    Terminal terminal(words({"watch"}), {});
    until_it_watches(terminal);
    EXPECT_FALSE(same_mode(terminal.mode(), before));
    if (!way.key.empty()) terminal.type(way.key);
    if (way.signal != 0) terminal.send(way.signal);
    EXPECT_EQ(terminal.wait(), way.ended) << way.signal << terminal.screen();
    EXPECT_TRUE(same_mode(terminal.mode(), before)) << way.signal;
  }
}

TEST_F(WatchKeys, TheSecondSignalEndsItAtOnceAndTheTerminalIsAsItWas) {
  Terminal terminal(words({"watch"}), {});
  until_it_watches(terminal);
  // The key has it draw, and nothing goes to the terminal any more: that holds it up for good.
  terminal.send(SIGSTOP);
  terminal.type(kCtrlS + "s");
  ASSERT_TRUE(eventually([&] { return terminal.unread() == 1; }));
  terminal.send(SIGCONT);
  ASSERT_TRUE(eventually([&] { return terminal.unread() == 0; }));
  terminal.send(SIGTERM);
  ASSERT_TRUE(eventually([&] { return same_mode(terminal.mode(), before); }));
  EXPECT_EQ(terminal.wait(0), std::nullopt) << "it still waits for the terminal";
  terminal.send(SIGTERM);
  EXPECT_EQ(terminal.wait(), (Ended{128 + SIGTERM, 0}));
  EXPECT_TRUE(same_mode(terminal.mode(), before));
}

TEST_F(WatchKeys, CtrlZGivesTheTerminalBackAndFgGoesOn) {
  const std::string line =
      "set -m; \"$@\"; echo stopped-$?; read -r word; fg >/dev/null; echo ended-$?";
  std::vector<std::string> shell = {"/bin/sh", "-c", line, "sh"};
  for (const std::string& word : words({"watch"})) shell.push_back(word);
  Terminal terminal(shell, {});
  until_it_watches(terminal);
  terminal.type(kCtrlZ);
  ASSERT_TRUE(terminal.shows("stopped-" + std::to_string(128 + SIGTSTP))) << terminal.screen();
  EXPECT_TRUE(same_mode(terminal.mode(), before));
  const std::size_t stopped_at = terminal.screen().size();
  terminal.type("go\n");
  ASSERT_TRUE(eventually([&] { return takes_keys(terminal.mode()); })) << terminal.screen();
  EXPECT_TRUE(eventually([&] {
    return terminal.screen().find("> m1", stopped_at) != std::string::npos;
  })) << "it is drawn anew";
  terminal.type("q");
  EXPECT_TRUE(terminal.shows("ended-0")) << terminal.screen();
  EXPECT_EQ(terminal.wait(), (Ended{0, 0}));
  EXPECT_TRUE(same_mode(terminal.mode(), before));
}

TEST_F(WatchKeys, WithoutATerminalOnStdinThereAreNone) {
  std::vector<std::string> shell = {"/bin/sh", "-c", "exec \"$@\" </dev/null", "sh"};
  for (const std::string& word : words({"watch"})) shell.push_back(word);
  Terminal terminal(shell, {});
  ASSERT_TRUE(terminal.shows("m1    in-step")) << terminal.screen();
  EXPECT_TRUE(same_mode(terminal.mode(), before));
  terminal.type("q?");
  group.ctl({"set", "k=1"});
  const std::string head = "log    seq " + std::to_string(group.admin().status()->head.value);
  EXPECT_TRUE(terminal.shows(head)) << terminal.screen();
  EXPECT_EQ(terminal.screen().find("these keys"), std::string::npos);
  terminal.type(kCtrlC);
  EXPECT_EQ(terminal.wait(), (Ended{130, 0}));
}

}  // namespace
}  // namespace groupctl::process_test
