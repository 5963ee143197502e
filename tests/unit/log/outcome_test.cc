#include "log/outcome.h"

#include <gtest/gtest.h>

#include <set>

#include "log/text.h"

namespace groupctl {
namespace {

TEST(Outcomes, EveryNumberIsAnOutcomeOrNot) {
  std::size_t count = 0;
  for (int number = 0; number < 256; ++number)
    if (is_outcome(static_cast<std::uint8_t>(number))) ++count;
  EXPECT_EQ(count, all_outcomes().size());
  EXPECT_EQ(count, 18u);
  EXPECT_FALSE(is_outcome(3));
  EXPECT_FALSE(is_outcome(44));
}

TEST(Outcomes, WordsAreDistinct) {
  std::set<std::string_view> words;
  for (Outcome outcome : all_outcomes()) words.insert(to_word(outcome));
  EXPECT_EQ(words.size(), all_outcomes().size());
  EXPECT_TRUE(words.contains("by_snapshot"));
}

TEST(Outcomes, Groups) {
  EXPECT_EQ(group_of(Outcome::kHeld), OutcomeGroup::kOpen);
  EXPECT_EQ(group_of(Outcome::kBySnapshot), OutcomeGroup::kGood);
  EXPECT_EQ(group_of(Outcome::kExpired), OutcomeGroup::kNeutral);
  EXPECT_EQ(group_of(Outcome::kUnknown), OutcomeGroup::kBad);
  EXPECT_EQ(group_of(Outcome::kNotAttempted), OutcomeGroup::kAbsent);
}

TEST(Text, ProseIsBrokenAtBlanks) {
  EXPECT_EQ(wrapped("", 5), "");
  EXPECT_EQ(wrapped("one two", 7), "one two");
  EXPECT_EQ(wrapped("one two three", 7), "one two\nthree");
  EXPECT_EQ(wrapped("a longerthanthat b", 5), "a\nlongerthanthat\nb");
}

TEST(Text, Utf8) {
  EXPECT_TRUE(is_utf8("plain, \xc3\xa9, \xe2\x82\xac, \xf0\x9f\x98\x80"));
  for (const char* bad : {"\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                          "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
                          "\xe2\x82"
                          "a"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

TEST(Text, CutsBetweenCharacters) {
  EXPECT_EQ(cut_text("abc", 3), "abc");
  EXPECT_EQ(cut_text("abcd", 3), "abc");
  EXPECT_EQ(cut_text("ab\xe2\x82\xac", 4), "ab");
  EXPECT_EQ(cut_text("ab\xe2\x82\xac", 5), "ab\xe2\x82\xac");
}

}  // namespace
}  // namespace groupctl
