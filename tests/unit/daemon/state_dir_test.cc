#include "daemon/state_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "daemon/durable_file.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class StateDirTest : public ::testing::Test {
 protected:
  StateDirTest() {
    std::string name = (fs::temp_directory_path() / "state_dir_XXXXXX").string();
    root_ = ::mkdtemp(name.data());
    path_ = root_ + "/state";
  }
  ~StateDirTest() override { fs::remove_all(root_); }

  void flip_a_byte(const std::string& file) const {
    std::fstream stream(path_ + "/" + file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(30);
    const char byte = static_cast<char>(stream.get());
    stream.seekp(30);
    stream.put(static_cast<char>(byte ^ 1));
  }

  std::string root_;
  std::string path_;
};

TEST_F(StateDirTest, TheServerIdIsDrawnOnceAndTheIncarnationCounts) {
  ASSERT_TRUE(StateDir::create(path_, "shop"));
  ServerId id;
  {
    const auto first = StateDir::open(path_);
    ASSERT_TRUE(first) << first.error().text;
    EXPECT_TRUE(first->identity().server_id);
    EXPECT_EQ(first->identity().group, "shop");
    EXPECT_EQ(first->incarnation(), Incarnation(1));
    id = first->identity().server_id;
  }
  const auto second = StateDir::open_or_create(path_, "shop");
  ASSERT_TRUE(second) << second.error().text;
  EXPECT_EQ(second->identity().server_id, id);
  EXPECT_EQ(second->incarnation(), Incarnation(2));
}

TEST_F(StateDirTest, TwoDirectoriesHaveTwoIds) {
  const auto a = StateDir::open_or_create(path_, "shop");
  const auto b = StateDir::open_or_create(root_ + "/other", "shop");
  ASSERT_TRUE(a && b);
  EXPECT_NE(a->identity().server_id, b->identity().server_id);
}

TEST_F(StateDirTest, IsMadeOnceOnly) {
  ASSERT_TRUE(StateDir::create(path_, "shop"));
  EXPECT_EQ(StateDir::create(path_, "shop").error().code, ErrorCode::kConflict);
}

TEST_F(StateDirTest, ASecondProcessIsRefusedWithThePidOfTheFirst) {
  const auto first = StateDir::open_or_create(path_, "shop");
  ASSERT_TRUE(first) << first.error().text;
  const auto second = StateDir::open(path_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kInUse);
  EXPECT_THAT(second.error().text, HasSubstr(std::to_string(::getpid())));
}

TEST_F(StateDirTest, IsBoundToItsGroup) {
  ASSERT_TRUE(StateDir::open_or_create(path_, "shop"));
  const auto other = StateDir::open_or_create(path_, "bakery");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kWrongGroup);
}

TEST_F(StateDirTest, WhatIsMissingIsNotMade) {
  EXPECT_EQ(StateDir::open(path_).error().code, ErrorCode::kNotFound);
  fs::create_directory(path_);
  EXPECT_EQ(StateDir::open(path_).error().code, ErrorCode::kNotFound);
}

TEST_F(StateDirTest, DamageIsFoundAndNotRunOn) {
  for (const char* file : {"identity", "incarnation"}) {
    fs::remove_all(path_);
    ASSERT_TRUE(StateDir::create(path_, "shop"));
    flip_a_byte(file);
    const auto opened = StateDir::open(path_);
    ASSERT_FALSE(opened) << file;
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt) << file;
  }
}

TEST_F(StateDirTest, AMissingCountIsDamageToo) {
  ASSERT_TRUE(StateDir::create(path_, "shop"));
  fs::remove(path_ + "/incarnation");
  EXPECT_EQ(StateDir::open(path_).error().code, ErrorCode::kCorrupt);
}

TEST_F(StateDirTest, DurableFilesAreReplacedWhole) {
  const std::string file = root_ + "/file";
  EXPECT_EQ(read_small_file(file).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(write_file_durably(file, "a longer text\n"));
  ASSERT_TRUE(write_file_durably(file, "short\n"));
  EXPECT_EQ(read_small_file(file).value(), "short\n");
  EXPECT_FALSE(fs::exists(file + ".new"));
}

}  // namespace
}  // namespace groupctl
