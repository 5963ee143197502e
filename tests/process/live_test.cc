// The live view with real processes: at a terminal, in a pipe, and over a coordinator's restart.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>

#include "tests/process/harness_group.h"
#include "tests/process/harness_terminal.h"
#include "tests/schema/output_schema.h"

namespace groupctl::process_test {
namespace {

constexpr const char* kSlowHeartbeat = "2s";  // a member that is stopped is lost only after some

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// What stands behind `mark` up to the end of its line.
std::string line_behind(const std::string& screen, const std::string& mark) {
  const std::size_t at = screen.find(mark);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + mark.size();
  return screen.substr(begin, screen.find_first_of("\r\n", begin) - begin);
}

/// Two members in step, of which one does nothing any more; it is not lost for a while.
class Live : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(group.start_coordinator({.flags = {"--heartbeat", kSlowHeartbeat}}));
    group.start_members({"m1", "m2"});
    group.member("m2").process().send(SIGSTOP);
  }
  void TearDown() override { group.member("m2").process().send(SIGCONT); }

  std::vector<std::string> ctl(const std::vector<std::string>& words) const {
    std::vector<std::string> all = {groupctl_program(), "-E", group.endpoint("admin")};
    all.insert(all.end(), words.begin(), words.end());
    return all;
  }

  Group group;
};

TEST_F(Live, CtrlCDetachesAndTheHintComesBack) {
  Terminal terminal(ctl({"set", "k=1"}), {});
  const termios before = terminal.mode();
  ASSERT_TRUE(terminal.shows("░  1/2")) << terminal.screen();
  terminal.type(kCtrlC);
  EXPECT_EQ(terminal.wait(), (Ended{130, 0}));
  EXPECT_TRUE(same_mode(terminal.mode(), before));
  EXPECT_EQ(terminal.screen().find("\x1b[?"), std::string::npos) << "no mode was left switched";
  const std::string hint = line_behind(terminal.screen(), "goes on: ");
  EXPECT_TRUE(hint.starts_with("groupctl -E ")) << terminal.screen();

  group.member("m2").process().send(SIGCONT);
  std::vector<std::string> typed = words_of(hint);
  typed.front() = groupctl_program();
  const Said said = run_program(typed);
  EXPECT_EQ(said.ended, (Ended{0, 0})) << said.err;
  EXPECT_NE(said.out.find("SET k=1   2 done   of 2"), std::string::npos) << said.out;
}

/// A pipe by name into which nothing more goes, until the test ends.
UniqueFd full_pipe(const std::filesystem::path& path) {
  if (::mkfifo(path.c_str(), 0600) != 0) throw std::runtime_error("cannot make a pipe");
  UniqueFd pipe(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  const std::string page(4096, 'x');
  while (::write(pipe.get(), page.data(), page.size()) > 0) continue;
  while (::write(pipe.get(), "x", 1) > 0) continue;
  return pipe;
}

// The first one detaches; while groupctl still says so, to a reader that does not read, the second
// one ends it.
TEST_F(Live, TheSecondCtrlCEndsItAtOnce) {
  const auto path = group.dir() / "full";
  const UniqueFd pipe = full_pipe(path);
  std::vector<std::string> shell = {"/bin/sh", "-c", "exec \"$@\" >" + path.string(), "sh"};
  for (const std::string& word : ctl({"set", "k=1"})) shell.push_back(word);
  Terminal terminal(shell, {});
  const termios before = terminal.mode();
  ASSERT_TRUE(terminal.shows("░  1/2")) << terminal.screen();
  ASSERT_NE(line_behind(terminal.screen(), "come back: "), "") << "it was said from the beginning";
  const auto cleared = [&] { return terminal.screen().ends_with("\r\x1b[J"); };
  EXPECT_FALSE(cleared());
  terminal.type(kCtrlC);
  ASSERT_TRUE(eventually(cleared)) << "the bar is taken away: it detaches";
  EXPECT_EQ(terminal.wait(0), std::nullopt) << "its last line is not out yet";
  terminal.type(kCtrlC);
  EXPECT_EQ(terminal.wait(), (Ended{130, 0}));
  EXPECT_TRUE(same_mode(terminal.mode(), before));

  group.member("m2").process().send(SIGCONT);
  EXPECT_EQ(group.ctl({"wait", "3"}).exit_code, 0) << "the command went on";
}

TEST_F(Live, TheBarGoesWhenAllHaveEnded) {
  Terminal terminal(ctl({"set", "k=1"}), {});
  ASSERT_TRUE(terminal.shows("░  1/2")) << terminal.screen();
  group.member("m2").process().send(SIGCONT);
  EXPECT_EQ(terminal.wait(), (Ended{0, 0}));
  const std::string& screen = terminal.screen();
  const std::size_t cleared = screen.rfind("\x1b[J");
  ASSERT_NE(cleared, std::string::npos);
  EXPECT_NE(screen.find("2 done   of 2", cleared), std::string::npos) << screen;
  EXPECT_EQ(screen.find("░", cleared), std::string::npos) << "nothing of the bar is left";
}

TEST_F(Live, ADumbTerminalGetsLinesAndTheCLocaleAscii) {
  group.member("m2").process().send(SIGCONT);
  Terminal dumb(ctl({"set", "k=1"}), {.term = "dumb"});
  EXPECT_EQ(dumb.wait(), (Ended{0, 0}));
  EXPECT_EQ(dumb.screen().find('\x1b'), std::string::npos) << dumb.screen();
  EXPECT_NE(dumb.screen().find("result done=2 of=2 exit=0"), std::string::npos) << dumb.screen();
  Terminal ascii(ctl({"wait", "3"}), {.locale = "C"});
  EXPECT_EQ(ascii.wait(), (Ended{0, 0}));
  for (const char c : ascii.screen()) EXPECT_GE(c, 0) << ascii.screen();
}

TEST_F(Live, WatchIsRepaintedWhenAMemberChanges) {
  Terminal terminal(ctl({"watch"}), {});
  ASSERT_TRUE(terminal.shows("m1    in-step")) << terminal.screen();
  EXPECT_TRUE(terminal.shows("m2    lost")) << terminal.screen();
  terminal.type(kCtrlC);
  EXPECT_EQ(terminal.wait(), (Ended{130, 0}));
}

TEST_F(Live, TailFollowsEachEntryOnceOverARestart) {
  const auto file = group.dir() / "tail.jsonl";
  Process tail =
      Process::start(ctl({"log", "tail", "-f", "-n", "1", "-o", "jsonl"}), {file, {}, {}});
  const auto lines = [&] {
    std::istringstream in(read_file(file));
    std::vector<std::string> found;
    for (std::string line; std::getline(in, line);) found.push_back(line);
    return found;
  };
  ASSERT_TRUE(eventually([&] { return lines().size() == 1; }));
  group.ctl({"set", "k=1", "--no-wait"});
  EXPECT_TRUE(eventually([&] { return lines().size() == 2; }));
  group.coordinator().kill_nine();
  ASSERT_TRUE(group.start_coordinator({.flags = {"--heartbeat", kSlowHeartbeat}}));
  group.ctl({"set", "k=2", "--no-wait"});
  group.ctl({"set", "k=3", "--no-wait"});
  EXPECT_TRUE(eventually([&] { return lines().size() == 4; })) << read_file(file);
  tail.send(SIGINT);
  EXPECT_EQ(tail.wait(20000), (Ended{130, 0}));
  std::vector<std::uint64_t> sequences;
  for (const std::string& line : lines()) {
    EXPECT_EQ(testing::schema_complaints(line), "") << line;
    sequences.push_back(nlohmann::json::parse(line).at("seq"));
  }
  EXPECT_EQ(sequences, (std::vector<std::uint64_t>{2, 3, 4, 5}));
}

}  // namespace
}  // namespace groupctl::process_test
