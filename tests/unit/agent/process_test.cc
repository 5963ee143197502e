// Real processes in place of members: when they begin, and how they are found again and end.
#include "agent/process.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

namespace groupctl {
namespace {

namespace fs = std::filesystem;

/// Whether it comes to be so; one that does has ten seconds for it.
bool comes_true(const std::function<bool()>& condition) {
  constexpr auto kBetween = std::chrono::milliseconds(10);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(kBetween);
  }
  return true;
}

/// Whether it waits for something.
bool sleeps(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("State:")) return line.find('S', 6) != line.npos;
  }
  return false;
}

class AgentProcessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "agent-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir = pattern;
  }
  void TearDown() override { fs::remove_all(dir); }

  /// A shell that runs this, in the test's folder.
  Result<MemberProcess> start(const std::string& script) const {
    return MemberProcess::start(
        {"/bin/sh", {"-c", script}, dir.string(), (dir / "log").string(), {{"TOKEN", "secret"}}});
  }
  std::string marked() const {
    std::string text;
    std::getline(std::ifstream(dir / "mark"), text);
    return text;
  }
  static std::optional<MemberProcess::Ended> end_of(const MemberProcess& process) {
    std::optional<MemberProcess::Ended> ended;
    comes_true([&] { return (ended = process.ended()).has_value(); });
    return ended;
  }

  fs::path dir;
};

TEST_F(AgentProcessTest, OneBeginsOnlyWhenItIsTold) {
  auto process = start("echo $0 $TOKEN > mark; exec sleep 60");
  ASSERT_TRUE(process) << process.error().text;
  // As far as it comes by itself: a shell that had begun would sleep behind its mark.
  ASSERT_TRUE(comes_true([&] { return sleeps(process->pid()); }));
  EXPECT_FALSE(fs::exists(dir / "mark"));
  EXPECT_FALSE(process->ended());
  ASSERT_TRUE(process->go());
  EXPECT_TRUE(comes_true([&] { return marked() == "/bin/sh secret"; })) << marked();
  ASSERT_TRUE(process->send(SIGKILL));
  EXPECT_TRUE(end_of(*process));
}

TEST_F(AgentProcessTest, OneIsFoundByItsRecordAndNoOtherIs) {
  auto process = start("exec sleep 60");
  ASSERT_TRUE(process) << process.error().text;
  ASSERT_TRUE(process->go());
  const auto again = MemberProcess::attach(process->record());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->pid(), process->pid());
  MemberRecord other = process->record();
  ++other.start_time;
  EXPECT_FALSE(MemberProcess::attach(other)) << "a later process with its pid";
  other = process->record();
  other.boot = "another start of the machine";
  EXPECT_FALSE(MemberProcess::attach(other));
  ASSERT_TRUE(again->send(SIGKILL));
  const auto ended = end_of(*process);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->how, "signal 9");
  EXPECT_FALSE(ended->cleanly);
  EXPECT_FALSE(MemberProcess::attach(process->record()));
}

TEST_F(AgentProcessTest, AProcessThatIsNeverToldToBeginEnds) {
  std::optional<MemberProcess> watched;
  {
    const auto process = start("echo > mark");
    ASSERT_TRUE(process) << process.error().text;
    auto attached = MemberProcess::attach(process->record());
    ASSERT_TRUE(attached);
    watched = *std::move(attached);
  }
  const auto ended = end_of(*watched);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->how, "exit code 127");
  EXPECT_FALSE(fs::exists(dir / "mark"));
}

}  // namespace
}  // namespace groupctl
