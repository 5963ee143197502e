// Names, hexadecimal, the machine words of errors.
#include <gtest/gtest.h>

#include <set>

#include "log/result.h"
#include "log/types.h"

namespace groupctl {
namespace {

TEST(Name, FollowsTheRule) {
  EXPECT_TRUE(is_name("a"));
  EXPECT_TRUE(is_name("0shop.web_1-b"));
  EXPECT_TRUE(is_name(std::string(64, 'x')));
  for (std::string_view bad : {"", ".a", "-a", "_a", "A", "aB", "a b", "a/b", "..", "\xc3\xa9"}) {
    EXPECT_FALSE(is_name(bad)) << bad;
  }
  EXPECT_FALSE(is_name(std::string(65, 'x')));
  EXPECT_FALSE(is_name(std::string_view("a\0b", 3)));
}

TEST(Hex, GoesThereAndBack) {
  LogId id;
  EXPECT_FALSE(id);
  ASSERT_TRUE(id.assign_hex("000102030405060708090a0b0c0D0E0f"));
  EXPECT_TRUE(id);
  EXPECT_EQ(id.hex(), "000102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(to_hex({}), "");
}

TEST(Hex, LeavesTheBlockAloneWhenTheTextIsWrong) {
  LogId id;
  ASSERT_TRUE(id.assign_hex("ff0102030405060708090a0b0c0d0e0f"));
  LogId before = id;
  EXPECT_FALSE(id.assign_hex("00"));
  EXPECT_FALSE(id.assign_hex("000102030405060708090a0b0c0d0e0g"));
  EXPECT_FALSE(id.assign_hex("000102030405060708090a0b0c0d0e0f00"));
  EXPECT_FALSE(id.assign(as_bytes("short")));
  EXPECT_EQ(id, before);
}

TEST(ErrorWords, AreDistinctAndComplete) {
  std::set<std::string_view> words;
  for (std::uint16_t code = 0; code <= static_cast<std::uint16_t>(ErrorCode::kUnprotected);
       ++code) {
    words.insert(to_word(static_cast<ErrorCode>(code)));
  }
  EXPECT_EQ(words.size(), static_cast<std::size_t>(ErrorCode::kUnprotected) + 1);
  EXPECT_FALSE(words.contains("unknown_code"));
  EXPECT_EQ(to_word(ErrorCode::kTooOldToKnow), "too_old_to_know");
}

TEST(ErrorValue, KeepsItsCodeWhenWordsAreSetBefore) {
  Status status = fail("opening the log", Error{ErrorCode::kInUse, "in use by pid 7"});
  EXPECT_EQ(status.error(), (Error{ErrorCode::kInUse, "opening the log: in use by pid 7"}));
}

TEST(BrokenInvariantDeathTest, AbortsAndSaysWhatBroke) {
  EXPECT_DEATH(GROUPCTL_INVARIANT(1 > 2, "one is less"), "broken invariant: one is less");
}

}  // namespace
}  // namespace groupctl
