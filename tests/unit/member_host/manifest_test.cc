// What a release held, and how it differs later.
#include "member/host/manifest.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/unit/member_host/archives.h"
#include "tests/unit/member_host/temp_dir.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

class ManifestTest : public ::testing::Test {
 protected:
  ManifestTest() : tree_(dir_ / "tree"), manifest_(dir_ / "manifest") {
    fs::create_directories(tree_ + "/deep/er");
    write_content(tree_ + "/index.html", "a page");
    write_content(tree_ + "/deep/er/style.css", "a style");
    write_content(tree_ + "/odd \\ na\nme", "odd");
    fs::create_symlink("index.html", tree_ + "/start");
    const Status written = write_manifest(tree_, manifest_);
    EXPECT_TRUE(written) << written.error().text;
  }
  std::string difference() {
    const auto text = differences(tree_, manifest_, at_once);
    EXPECT_TRUE(text) << text.error().text;
    return text ? *text : "error";
  }
  /// Another time, whatever the clock's grain is.
  void touch(const std::string& name) {
    fs::last_write_time(tree_ + "/" + name,
                        fs::last_write_time(tree_ + "/" + name) + std::chrono::seconds(5));
  }

  TempDir dir_;
  std::string tree_;
  std::string manifest_;
};

TEST_F(ManifestTest, NothingDiffersAtFirstNorAfterATouch) {
  EXPECT_EQ(difference(), "");
  touch("index.html");
  EXPECT_EQ(difference(), "");
}

TEST_F(ManifestTest, F47_RemovedChangedAndExchangedThingsAreNamed) {
  fs::remove(tree_ + "/index.html");
  EXPECT_EQ(difference(), "index.html is gone");
  write_content(tree_ + "/index.html", "a pa-e");
  touch("index.html");
  EXPECT_EQ(difference(), "index.html has another content") << "of the same length";
  write_content(tree_ + "/index.html", "longer than before");
  EXPECT_EQ(difference(), "index.html has another content");
  fs::remove(tree_ + "/index.html");
  fs::create_directory(tree_ + "/index.html");
  EXPECT_EQ(difference(), "index.html is something else");
  fs::remove(tree_ + "/index.html");
  fs::create_symlink("/etc/passwd", tree_ + "/index.html");
  EXPECT_EQ(difference(), "index.html is something else");
}

TEST_F(ManifestTest, F47_ALinkWithAnotherTargetDiffers) {
  fs::remove(tree_ + "/start");
  fs::create_symlink("deep", tree_ + "/start");
  EXPECT_EQ(difference(), "start has another content");
}

TEST_F(ManifestTest, ManyAreCounted) {
  fs::remove_all(tree_);
  fs::create_directory(tree_);
  EXPECT_NE(difference().find(", and 3 more"), std::string::npos) << difference();
}

TEST_F(ManifestTest, WhatWasAddedIsNotLookedFor) {
  write_content(tree_ + "/cache", "made by the program itself");
  EXPECT_EQ(difference(), "");
}

TEST_F(ManifestTest, WithoutAManifestNothingIsKnown) {
  fs::remove(manifest_);
  fs::remove(tree_ + "/index.html");
  EXPECT_EQ(difference(), "");
}

TEST_F(ManifestTest, AFileIsReadOnlyIfItsTimeIsAnotherAndALookCanBeEnded) {
  std::uint64_t cost = 0;
  const Pace counted = [&](std::uint64_t spent) {
    cost += spent;
    return true;
  };
  ASSERT_TRUE(differences(tree_, manifest_, counted));
  EXPECT_EQ(cost, 6U) << "one for each thing";
  const auto ended = differences(tree_, manifest_, [](std::uint64_t) { return false; });
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kTimeout);
}

TEST_F(ManifestTest, ABrokenManifestIsAnError) {
  write_content(manifest_, "f 1 x\n");
  EXPECT_FALSE(differences(tree_, manifest_, at_once));
}

}  // namespace
}  // namespace groupctl
