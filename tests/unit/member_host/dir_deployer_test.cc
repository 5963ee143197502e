#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>

#include "daemon/file_digest.h"
#include "tests/unit/member_host/archives.h"
#include "tests/unit/member_host/deployers.h"
#include "tests/unit/member_host/temp_dir.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

class DirDeployerTest : public ::testing::Test {
 protected:
  DirDeployerTest() : root_(dir_ / "root"), deployer_(testing::dir_deployer(root_)) {}

  /// A release whose archive has one page that says its version.
  Release make(const std::string& version, std::vector<PackedEntry> more = {}) {
    more.push_back(packed_file("index.html", "version " + version));
    pack(archive(version), more);
    return Release{version, *file_digest(archive(version)), "dir", {}};
  }
  std::string archive(const std::string& version) const {
    return dir_ / ("site-" + version + ".tar.gz");
  }
  StepResult<void> deploy(const Release& release) {
    return deployer_.deploy("site", release, {archive(release.version), "file:/repo"});
  }
  std::string id(const Release& release) const {
    return release.version + "-" + release.digest.hex().substr(0, 12);
  }
  std::string home() const { return root_ + "/site"; }
  std::string page() const { return content_of(home() + "/current/index.html"); }
  std::size_t releases_on_disk() const {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(home() + "/releases")) {
      if (entry.is_directory()) ++count;
    }
    return count;
  }
  void expect_current(const Release& release) {
    expect_page_and_status(release);
    for (const auto& entry : fs::directory_iterator(home())) {
      EXPECT_FALSE(entry.path().filename().string().starts_with(".staging-")) << entry.path();
    }
  }
  void expect_page_and_status(const Release& release) {
    EXPECT_EQ(page(), "version " + release.version);
    const auto placed = deployer_.status("site");
    ASSERT_TRUE(placed);
    ASSERT_TRUE(placed->has_value());
    EXPECT_EQ(**placed, testing::placed(release));
  }
  bool nothing_placed() {
    const auto placed = deployer_.status("site");
    return placed && !placed->has_value();
  }

  TempDir dir_;
  std::string root_;
  DirDeployer deployer_;
};

TEST_F(DirDeployerTest, G47_TheReleaseIsInPlaceWhenDeployReturns) {
  EXPECT_TRUE(nothing_placed());
  const Release one = make("1.0");
  const auto deployed = deploy(one);
  ASSERT_TRUE(deployed) << deployed.error().text;
  expect_current(one);
  EXPECT_EQ(fs::read_symlink(home() + "/current"), "releases/" + id(one));
  // Another process that knows only the disk says the same.
  EXPECT_EQ(**testing::dir_deployer(root_).status("site"), testing::placed(one));
}

TEST_F(DirDeployerTest, UpgradesRepeatsAndRollsBack) {
  const Release one = make("1.0");
  const Release two = make("2.0");
  for (const Release& release : {one, two, two, one, two}) {
    const auto deployed = deploy(release);
    ASSERT_TRUE(deployed) << deployed.error().text;
    expect_current(release);
  }
  EXPECT_EQ(releases_on_disk(), 2U);
}

TEST_F(DirDeployerTest, OneVersionWithAnotherContentIsAnotherRelease) {
  const Release before = make("1.0");
  ASSERT_TRUE(deploy(before));
  const Release after = make("1.0", {packed_file("more", "x")});
  ASSERT_NE(before.digest, after.digest);
  ASSERT_TRUE(deploy(after));
  expect_current(after);
  EXPECT_TRUE(fs::exists(home() + "/current/more"));
}

TEST_F(DirDeployerTest, KeepsTheReleasesThatWereCurrentLast) {
  const Release one = make("1.0");
  const Release two = make("2.0");
  const Release three = make("3.0");
  for (const Release& release : {one, two, three, one, make("4.0")}) ASSERT_TRUE(deploy(release));
  EXPECT_EQ(releases_on_disk(), 3U);
  EXPECT_TRUE(fs::exists(home() + "/releases/" + id(one)));
  EXPECT_FALSE(fs::exists(home() + "/releases/" + id(two)));
  EXPECT_TRUE(fs::exists(home() + "/releases/" + id(three)));
  EXPECT_EQ(page(), "version 4.0");
}

TEST_F(DirDeployerTest, F47_InspectTellsWhatWasChangedAndDeployMendsIt) {
  const Release one = make("1.0", {packed_file("more.html", "more")});
  ASSERT_TRUE(deploy(one));
  const Inspection whole{testing::placed(one), ""};
  EXPECT_EQ(*deployer_.inspect("site", at_once), whole);
  fs::remove(home() + "/current/index.html");
  EXPECT_EQ(deployer_.inspect("site", at_once)->altered, "index.html is gone");
  ASSERT_TRUE(deploy(one));
  expect_current(one);
  EXPECT_EQ(*deployer_.inspect("site", at_once), whole);
  fs::remove(home() + "/current");
  EXPECT_EQ(*deployer_.inspect("site", at_once), Inspection{});
}

TEST_F(DirDeployerTest, F47_InspectSeesAMovedLink) {
  const Release one = make("1.0");
  const Release two = make("2.0");
  ASSERT_TRUE(deploy(one));
  ASSERT_TRUE(deploy(two));
  fs::remove(home() + "/current");
  fs::create_symlink("releases/" + id(one), home() + "/current");
  EXPECT_EQ(deployer_.inspect("site", at_once)->placed, testing::placed(one));
}

TEST_F(DirDeployerTest, NeverRemovesTheCurrentRelease) {
  DirDeployer keeps_none = testing::dir_deployer(root_, 0);
  for (const Release& release : {make("1.0"), make("2.0")}) {
    ASSERT_TRUE(keeps_none.deploy("site", release, {archive(release.version), ""}));
    expect_current(release);
    EXPECT_EQ(releases_on_disk(), 1U);
  }
}

TEST_F(DirDeployerTest, ADeployThatWasKilledIsRepeated) {
  const Release one = make("1.0");
  const Release two = make("2.0");
  ASSERT_TRUE(deploy(one));
  // Killed while it unpacked, and between making the next link and renaming it.
  fs::create_directories(home() + "/.staging-" + id(two) + "/half");
  fs::create_symlink("releases/" + id(two), home() + "/.staging-current");
  expect_page_and_status(one);
  ASSERT_TRUE(deploy(two));
  expect_current(two);
}

TEST_F(DirDeployerTest, WhatACrashLeftIsRemovedAtTheNextStart) {
  const Release one = make("1.0");
  Releases::clean_up(root_);
  ASSERT_TRUE(deploy(one));
  fs::create_directories(home() + "/.staging-2.0-000000000000/half");
  Releases::clean_up(root_);
  expect_current(one);
}

TEST_F(DirDeployerTest, ATreeWithoutItsRecordIsNotTrusted) {
  const Release one = make("1.0");
  ASSERT_TRUE(deploy(one));
  // Killed between placing the tree and its record, or while it was removed.
  fs::remove(home() + "/releases/." + id(one) + ".json");
  write_content(home() + "/current/index.html", "half");
  write_content(home() + "/current/foreign", "x");
  EXPECT_TRUE(nothing_placed());
  ASSERT_TRUE(deploy(one));
  expect_current(one);
  EXPECT_FALSE(fs::exists(home() + "/current/foreign"));
}

TEST_F(DirDeployerTest, ADanglingOrForeignCurrentIsNothing) {
  const Release one = make("1.0");
  ASSERT_TRUE(deploy(one));
  for (const char* target :
       {"releases/2.0-000000000000", "releases/../../x", "/etc", "releases/"}) {
    fs::remove(home() + "/current");
    fs::create_symlink(target, home() + "/current");
    EXPECT_TRUE(nothing_placed()) << target;
  }
  ASSERT_TRUE(deploy(one));
  expect_current(one);
}

TEST_F(DirDeployerTest, ADamagedRecordIsNothing) {
  const Release one = make("1.0");
  for (const char* text : {"", "{", "[]", "{\"name\":\"site\"}", "{\"name\":\"other\"}"}) {
    ASSERT_TRUE(deploy(one));
    write_content(home() + "/releases/." + id(one) + ".json", text);
    EXPECT_TRUE(nothing_placed()) << text;
  }
}

TEST_F(DirDeployerTest, UndeployRemovesWhatIsOursAndMayBeRepeated) {
  const Release one = make("1.0");
  ASSERT_TRUE(deployer_.undeploy("site"));
  ASSERT_TRUE(deploy(one));
  ASSERT_TRUE(deployer_.undeploy("site"));
  EXPECT_TRUE(nothing_placed());
  EXPECT_FALSE(fs::exists(home()));
  ASSERT_TRUE(deployer_.undeploy("site"));

  ASSERT_TRUE(deploy(one));
  write_content(home() + "/notes", "mine");
  ASSERT_TRUE(deployer_.undeploy("site"));
  EXPECT_EQ(content_of(home() + "/notes"), "mine");
  EXPECT_FALSE(fs::exists(home() + "/releases"));
}

TEST_F(DirDeployerTest, F52_AHostileArchiveLeavesTheFormerReleaseCurrent) {
  const Release one = make("1.0");
  ASSERT_TRUE(deploy(one));
  const auto deployed = deploy(make("2.0", {packed_file("../../../x", "1")}));
  ASSERT_FALSE(deployed);
  EXPECT_EQ(deployed.error().outcome, Outcome::kFailed);
  EXPECT_EQ(deployed.error().step, "unpack");
  EXPECT_NE(deployed.error().text.find("unsafe archive"), std::string::npos);
  expect_current(one);
  EXPECT_EQ(releases_on_disk(), 1U);
}

TEST_F(DirDeployerTest, F48_APlaceThatCannotBeWrittenIsAFailedStep) {
  write_content(root_, "a file where the folder should be");
  const Release one = make("1.0");
  EXPECT_EQ(deploy(one).error().step, "unpack");
  fs::remove(root_);
  fs::create_directories(home() + "/current");
  const auto deployed = deploy(one);
  ASSERT_FALSE(deployed);
  EXPECT_EQ(deployed.error().step, "switch");
  EXPECT_EQ(deployer_.undeploy("site").error().step, "undeploy");
}

TEST_F(DirDeployerTest, AFullDiskLeavesTheFormerReleaseCurrent) {
  if (::geteuid() != 0) GTEST_SKIP() << "mounting a small file system takes root";
  fs::create_directory(root_);
  if (::mount("tmpfs", root_.c_str(), "tmpfs", 0, "size=256k") != 0) {
    GTEST_SKIP() << "no right to mount a small file system";
  }
  const Release one = make("1.0");
  const auto first = deploy(one);
  const auto second = deploy(make("2.0", {packed_file("large", std::string(1 << 20, 'x'))}));
  expect_current(one);
  ASSERT_EQ(::umount(root_.c_str()), 0);
  ASSERT_TRUE(first) << first.error().text;
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().step, "unpack");
  EXPECT_NE(second.error().text.find("No space left"), std::string::npos) << second.error().text;
}

TEST_F(DirDeployerTest, RefusesNamesVersionsAndConfigurationsThatItCannotTake) {
  Release release = make("1.0");
  const ArtefactSource source{archive("1.0"), ""};
  for (const char* name : {"..", "a/b", "", ".hidden"}) {
    EXPECT_FALSE(deployer_.deploy(name, release, source)) << name;
    EXPECT_FALSE(deployer_.undeploy(name)) << name;
    EXPECT_FALSE(deployer_.status(name)) << name;
  }
  release.config = {1};
  EXPECT_EQ(deployer_.deploy("site", release, source).error().step, "config");
  release.config.clear();
  release.version = "../1.0";
  EXPECT_FALSE(deployer_.deploy("site", release, source));
  EXPECT_FALSE(fs::exists(root_));
}

}  // namespace
}  // namespace groupctl
