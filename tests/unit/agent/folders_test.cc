#include "agent/folders.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

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

}  // namespace
}  // namespace groupctl
