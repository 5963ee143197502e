// Addresses from which too many come that say nothing.
#include "wire/penalty_box.h"

#include <gtest/gtest.h>

namespace groupctl {
namespace {

constexpr std::uint64_t kBurst = PenaltyBox::kStrangers.burst;
constexpr LocalTime kStart(5'000'000);

LocalTime later(std::uint64_t ms) { return LocalTime(kStart.value + ms); }

TEST(PenaltyBoxTest, F37_WhereManyComeFromThatSayNothingNobodyIsTakenInForAWhile) {
  PenaltyBox box;
  for (std::uint64_t i = 0; i < kBurst; ++i) ASSERT_TRUE(box.enter(kStart, "10.0.0.1"));
  EXPECT_FALSE(box.enter(kStart, "10.0.0.1"));
  EXPECT_TRUE(box.enter(kStart, "10.0.0.2")) << "others are";
  EXPECT_TRUE(box.enter(later(10), "10.0.0.1")) << "a hundred a second";
  EXPECT_FALSE(box.enter(later(10), "10.0.0.1"));
}

TEST(PenaltyBoxTest, F37_WhoSpeaksMayComeAsOftenAsItLikes) {
  PenaltyBox box;
  for (std::uint64_t i = 0; i < 3 * kBurst; ++i) {
    ASSERT_TRUE(box.enter(kStart, "10.0.0.1"));
    box.redeem(kStart, "10.0.0.1");
  }
}

TEST(PenaltyBoxTest, F37_ItIsToldOnceAMinuteHowManyWereSentAway) {
  PenaltyBox box;
  const auto send_away = [&](LocalTime now, const std::string& network) {
    while (box.enter(now, network)) {
    }
  };
  EXPECT_FALSE(box.news(kStart));
  send_away(kStart, "10.0.0.1");
  auto news = box.news(kStart);
  ASSERT_TRUE(news);
  EXPECT_EQ(news->network, "10.0.0.1");
  EXPECT_EQ(news->times, 1U);
  send_away(later(10), "10.0.0.1");
  send_away(later(59'999), "10.0.0.2");
  EXPECT_FALSE(box.news(later(59'999)));
  news = box.news(later(60'000));
  ASSERT_TRUE(news) << "nobody has to come again for it";
  EXPECT_EQ(news->network, "10.0.0.2");
  EXPECT_EQ(news->times, 2U);
  EXPECT_FALSE(box.news(later(120'000)));
}

}  // namespace
}  // namespace groupctl
