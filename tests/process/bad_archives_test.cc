// Archives that cannot be put in place: each a bad outcome that says why, and what was there runs
// on.
#include <gtest/gtest.h>

#include "keeper/kept.h"
#include "tests/process/harness_disk.h"
#include "tests/process/harness_group.h"
#include "tests/unit/member_host/archives.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRunner = "#!/bin/sh\ntrap 'exit 0' TERM\nwhile :; do sleep 0.05; done\n";
constexpr const char* kRunsIt = R"({"command":["./serve"]})";
constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

class BadArchives : public ::testing::Test {
 protected:
  void begin() {
    ASSERT_TRUE(group.start_coordinator());
    group.start_members({"m1"});
    const std::string archive = group.pack("shop", "1.0", {{"serve", kRunner}});
    const Answer first = deploy("1.0", archive);
    ASSERT_EQ(first.exit_code, 0) << first.out << first.err;
    pid_ = running_pid();
    ASSERT_GT(pid_, 0);
  }
  Answer deploy(const std::string& version, const std::string& archive) const {
    return group.ctl({"deploy", "shop@" + version, "--archive", archive, "--deployer", "process",
                      "--config", kRunsIt});
  }
  /// An archive of the group's repository with these entries beside the program.
  std::string pack(const std::string& version, std::vector<PackedEntry> entries,
                   const std::string& suffix = ".tar") const {
    entries.push_back(packed_file("serve", kRunner, 0755));
    const fs::path path = group.repository() / ("shop-" + version + suffix);
    groupctl::pack(path.string(), entries);
    return path.string();
  }
  pid_t running_pid() {
    const auto state =
        keeper::Kept(keeper_program(), (group.member("m1").state_dir() / "run/shop").string())
            .state();
    return state && state->phase == keeper::Phase::kRunning ? static_cast<pid_t>(state->pid) : 0;
  }
  void expect_refused(const Answer& answer, const std::string& why) {
    EXPECT_EQ(answer.exit_code, 1) << answer.out << answer.err;
    EXPECT_NE(answer.out.find(why), std::string::npos) << answer.out;
    EXPECT_EQ(running_pid(), pid_) << "what was there runs on";
    const auto current = fs::read_symlink(group.member("m1").files() / "shop/current").string();
    EXPECT_NE(current.find("1.0-"), std::string::npos) << current;
    for (const auto& one : fs::directory_iterator(group.member("m1").files() / "shop")) {
      EXPECT_EQ(one.path().filename().string().rfind(".staging", 0), std::string::npos)
          << "nothing of it stays";
    }
    const std::string head = std::to_string(group.admin().status()->head.value);
    EXPECT_NE(group.ctl({"log", "show", head}).out.find(why), std::string::npos)
        << "and the ledger says why";
  }

  Group group;
  pid_t pid_ = 0;
};

TEST_F(BadArchives, F52_ABombIsRefusedAndWhatWasThereRunsOn) {
  begin();
  PackedEntry zeros = packed_file("zeros", "");
  zeros.zeros = 2 * kGiB;
  const std::string bomb = pack("2.0", {zeros}, ".tar.zst");
  ASSERT_LT(fs::file_size(bomb), std::uint64_t{8} << 20);
  expect_refused(deploy("2.0", bomb), "unpack");
}

TEST_F(BadArchives, F52_OneThatLeadsElsewhereIsRefusedAndWhatWasThereRunsOn) {
  begin();
  expect_refused(deploy("2.0", pack("2.0", {packed_file("../../escaped", "x")})), "escaped");
  EXPECT_FALSE(fs::exists(group.member("m1").files() / "escaped"));
  expect_refused(
      deploy("3.0", pack("3.0", {packed_symlink("out", "/etc"), packed_file("out/passwd", "x")})),
      "a symbolic link");
}

TEST_F(BadArchives, ADiskThatFillsUpInMidUnpackLeavesWhatWasThere) {
  fs::create_directory(group.member("m1").files());
  const SmallDisk disk(group.member("m1").files(), "16m");
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount a tmpfs here";
  begin();
  const std::string large = pack("2.0", {packed_file("data", std::string(24 << 20, 'x'))});
  expect_refused(deploy("2.0", large), "No space left");
  EXPECT_EQ(group.ctl({"ping", "-t", "m1"}).exit_code, 0);
  const std::string fits = pack("3.0", {packed_file("data", std::string(4 << 20, 'x'))});
  EXPECT_EQ(deploy("3.0", fits).exit_code, 0) << "there is room for this one";
}

}  // namespace
}  // namespace groupctl::process_test
