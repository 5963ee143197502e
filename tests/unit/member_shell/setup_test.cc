// The first start of a member, cut short.
#include "member/setup.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/log/temp_dir.h"

namespace groupctl::testing {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kMap = 16 << 20;

class FirstStart : public ::testing::Test {
 protected:
  fs::path at(const char* name) const { return dir_.path() / name; }
  void expect_opens() {
    auto store = open_member_store(dir_.path().string(), kMap);
    ASSERT_TRUE(store) << store.error().text;
    EXPECT_EQ((*store)->head()->last, Sequence(0));
  }
  fixtures::TempDir dir_;
};

TEST_F(FirstStart, MakesALogThatTheNextOneOpens) {
  expect_opens();
  expect_opens();
  EXPECT_TRUE(fs::exists(at("log") / "HEAD"));
  EXPECT_FALSE(fs::exists(at(".new-log")));
}

TEST_F(FirstStart, KilledBetweenAnyTwoFilesStartsAgain) {
  {
    auto whole = LmdbStore::create(at("whole"), {kMap});
    ASSERT_TRUE(whole) << whole.error().text;
  }
  for (const char* missing : {"HEAD", "data.mdb", "LOCK"}) {
    fs::remove(at("whole") / missing);
    fs::remove_all(at("log"));
    fs::copy(at("whole"), at(".new-log"));
    expect_opens();
    EXPECT_FALSE(fs::exists(at(".new-log"))) << "without " << missing;
  }
}

TEST_F(FirstStart, WhatCannotBeMadeWholeIsNotThere) {
  std::ofstream(at("log")) << "in its way";
  EXPECT_FALSE(open_member_store(dir_.path().string(), kMap));
  fs::remove(at("log"));
  expect_opens();
}

TEST(KeptLogBytes, AQuarterOfTheMapAndNoMoreThanWasEverKept) {
  EXPECT_EQ(kept_log_bytes(64 << 20), 16U << 20);
  EXPECT_EQ(kept_log_bytes(1024UL << 20), 256U << 20);
  EXPECT_EQ(kept_log_bytes(4096UL << 20), 256U << 20);
}

}  // namespace
}  // namespace groupctl::testing
