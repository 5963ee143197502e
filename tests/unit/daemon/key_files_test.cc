// Keys on disk are whole, are never written over, and are nobody else's to read.
#include "daemon/key_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/unit/log/temp_dir.h"

namespace groupctl {
namespace {

class KeyFilesTest : public testing::Test {
 protected:
  std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(folder_), {});
  }
  static struct stat of(const std::string& path) {
    struct stat info {};
    EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
    return info;
  }

  const fixtures::TempDir temp_;
  const std::string folder_ = (temp_.path() / "keys").string();
  const std::string file_ = secret_file(folder_, "m1");
};

TEST_F(KeyFilesTest, F49_ANewKeyIsTheOwnersAloneAndNeverOverAnother) {
  const KeyPair first = draw_keys();
  ASSERT_TRUE(write_new_secret_key(file_, first));
  EXPECT_EQ(of(file_).st_mode & 0777U, 0600U);
  EXPECT_EQ(of(folder_).st_mode & 0777U, 0700U);
  const Status again = write_new_secret_key(file_, draw_keys());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  EXPECT_EQ(read_secret_key(file_)->public_key, first.public_key);
  EXPECT_EQ(files(), 1) << "nothing is left beside it";
}

TEST_F(KeyFilesTest, TheNextKeyIsNotWrittenAnewWhenItTakesItsPlace) {
  const KeyPair former = *read_or_make_key(folder_, "m1");
  const KeyPair next = *read_or_make_next_key(file_);
  const ino_t written = of(next_key_file(file_)).st_ino;
  ASSERT_TRUE(take_next_key(file_));
  EXPECT_EQ(read_secret_key(file_)->public_key, next.public_key);
  EXPECT_EQ(of(file_).st_ino, written) << "a crash must not find it cut short";
  EXPECT_EQ(read_secret_key(file_ + ".old")->public_key, former.public_key);
  EXPECT_EQ(files(), 2);
}

TEST_F(KeyFilesTest, AFileWithoutAFolderIsInTheCurrentOne) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(temp_.path());
  const KeyPair keys = draw_keys();
  const Status secret = write_new_secret_key("me.secret", keys);
  const Status shown = write_public_key("me.public", keys.public_key);
  std::filesystem::current_path(before);
  ASSERT_TRUE(secret) << secret.error().text;
  ASSERT_TRUE(shown) << shown.error().text;
  const std::string folder = temp_.path().string();
  EXPECT_EQ(read_secret_key(secret_file(folder, "me"))->public_key, keys.public_key);
  EXPECT_EQ(*read_public_key(public_file(folder, "me")), keys.public_key);
}

TEST_F(KeyFilesTest, AFolderIsNoKey) {
  std::filesystem::create_directories(file_);
  const auto read = read_secret_key(file_);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(read.error().text.find("chmod"), std::string::npos) << read.error().text;
}

TEST_F(KeyFilesTest, F49_WhatOthersMayReadIsRefused) {
  ASSERT_TRUE(write_new_secret_key(file_, draw_keys()));
  std::filesystem::permissions(file_, std::filesystem::perms{0640});
  const auto read = read_secret_key(file_);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kRefused);
  EXPECT_NE(read.error().text.find("chmod 600"), std::string::npos) << read.error().text;
}

}  // namespace
}  // namespace groupctl
