#include "agent/folders.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "agent/process.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

class AgentFoldersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "agent-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir = pattern;
    spawn.member = {"shop", "m1"};
    spawn.coordinator = "tcp://127.0.0.1:7400";
    spawn.server_key.bytes[0] = 1;
    spawn.token.bytes[0] = 2;
  }
  void TearDown() override { fs::remove_all(dir); }

  fs::path dir;
  SpawnMember spawn;
};

TEST_F(AgentFoldersTest, AMemberIsMadeWholeAndFoundAgain) {
  const AgentFolders folders(dir.string());
  EXPECT_TRUE(folders.all()->empty());
  ASSERT_TRUE(folders.make(spawn));
  EXPECT_EQ(folders.all(), std::vector<MemberRef>{spawn.member});
  EXPECT_EQ(folders.record(spawn.member), MemberRecord());
  EXPECT_EQ(folders.token(spawn.member), spawn.token.hex());
  struct stat token {};
  ASSERT_EQ(::stat((dir / "members/shop/m1/token").c_str(), &token), 0);
  EXPECT_EQ(token.st_mode & 0777U, 0600U);
  folders.drop_token(spawn.member);
  EXPECT_EQ(folders.token(spawn.member), "");
}

TEST_F(AgentFoldersTest, TheSameIsMadeOnceAndAnotherIsRefused) {
  const AgentFolders folders(dir.string());
  ASSERT_TRUE(folders.make(spawn));
  ASSERT_TRUE(folders.keep(spawn.member, {false, 5, 6, "boot"}));
  EXPECT_EQ(folders.make(spawn), AgentFolders::Made::kBefore);
  EXPECT_EQ(folders.record(spawn.member)->pid, 5U) << "it is left as it was";
  spawn.token.bytes[0] = 3;
  EXPECT_EQ(folders.make(spawn), AgentFolders::Made::kNewToken);
  EXPECT_EQ(folders.token(spawn.member), spawn.token.hex());
  folders.drop_token(spawn.member);
  EXPECT_EQ(folders.make(spawn), AgentFolders::Made::kBefore) << "it has been let in";
  EXPECT_EQ(folders.token(spawn.member), "");
  spawn.labels["role"] = "web";
  EXPECT_EQ(folders.make(spawn).error().code, ErrorCode::kConflict);
}

TEST_F(AgentFoldersTest, AFolderWhoseNameIsTooLongForASocketIsRefused) {
  const AgentFolders folders((dir / std::string(80, 'd')).string());
  EXPECT_EQ(folders.make(spawn).error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(folders.all()->empty()) << "nothing is left of it";
}

TEST_F(AgentFoldersTest, TheLastWordsOfALogAreOneHarmlessLine) {
  const AgentFolders folders(dir.string());
  ASSERT_TRUE(folders.make(spawn));
  EXPECT_EQ(folders.last_words(spawn.member), "");
  const std::string log = folders.log_file(spawn.member);
  std::ofstream(log) << "begins\n" << std::string(3000, 'x') << "\nerror: \x1b[2J no\n\n";
  EXPECT_EQ(folders.last_words(spawn.member), "error: \\x1b[2J no");
  std::ofstream(log) << std::string(3000, 'x');
  EXPECT_EQ(folders.last_words(spawn.member), std::string(1024, 'x'));
}

TEST_F(AgentFoldersTest, ALogIsCutAndKeptOnce) {
  const AgentFolders folders(dir.string());
  ASSERT_TRUE(folders.make(spawn));
  const std::string log = folders.log_file(spawn.member);
  std::ofstream(log) << "short";
  folders.cut_log(spawn.member);
  EXPECT_EQ(fs::file_size(log), 5U);
  fs::resize_file(log, AgentFolders::kMaxMemberLogBytes + 1);
  folders.cut_log(spawn.member);
  EXPECT_EQ(fs::file_size(log), 0U);
  EXPECT_EQ(fs::file_size(log + ".old"), AgentFolders::kMaxMemberLogBytes + 1);
}

TEST_F(AgentFoldersTest, AProcessBeginsOnlyWhenItIsToldAndIsFoundByItsRecord) {
  const std::string mark = (dir / "mark").string();
  const MemberProcess::Program program{"/bin/sh",
                                       {"-c", "echo $0 $TOKEN > " + mark + "; exec sleep 60"},
                                       dir.string(),
                                       (dir / "log").string(),
                                       {{"TOKEN", "secret"}}};
  auto process = MemberProcess::start(program);
  ASSERT_TRUE(process) << process.error().text;
  EXPECT_FALSE(process->ended());
  EXPECT_FALSE(fs::exists(mark));
  ASSERT_TRUE(process->go());
  for (int i = 0; i < 1000 && (!fs::exists(mark) || fs::file_size(mark) == 0); ++i)
    ::usleep(10'000);
  std::string text;
  std::getline(std::ifstream(mark), text);
  EXPECT_EQ(text, "/bin/sh secret");
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
  std::optional<MemberProcess::Ended> ended;
  for (int i = 0; i < 1000 && !ended; ++i) {
    ended = process->ended();
    if (!ended) ::usleep(10'000);
  }
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->how, "signal 9");
  EXPECT_FALSE(MemberProcess::attach(process->record()));
}

TEST_F(AgentFoldersTest, AProcessThatIsNeverToldToBeginEnds) {
  const std::string mark = (dir / "mark").string();
  std::optional<MemberProcess> watched;
  {
    const auto process = MemberProcess::start(
        {"/bin/sh", {"-c", "echo > " + mark}, dir.string(), (dir / "log").string(), {}});
    ASSERT_TRUE(process);
    auto attached = MemberProcess::attach(process->record());
    ASSERT_TRUE(attached);
    watched = *std::move(attached);
  }
  std::optional<MemberProcess::Ended> ended;
  for (int i = 0; i < 1000 && !ended; ++i) {
    ended = watched->ended();
    if (!ended) ::usleep(10'000);
  }
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->how, "exit code 127");
  EXPECT_FALSE(fs::exists(mark));
}

}  // namespace
}  // namespace groupctl
