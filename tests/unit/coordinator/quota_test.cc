// What one peer may send.
#include "coordinator/quota.h"

#include <gtest/gtest.h>

#include "tests/unit/coordinator/group.h"
#include "wire/limits.h"

namespace groupctl::testing {
namespace {

constexpr QuotaLimits kLimits{10, 20, 1000, 3000};

Peer keyed(std::uint8_t number, const std::string& routing_id) {
  Peer one{routing_id, {}};
  one.key.bytes.fill(number);
  return one;
}

/// How many of `messages` pass at once.
std::size_t passing(Quota& quota, LocalTime now, const Peer& from, std::size_t messages,
                    std::size_t bytes = 1) {
  std::size_t passed = 0;
  for (std::size_t i = 0; i < messages; ++i) {
    if (quota.ask(now, from, kLimits, bytes).pass) ++passed;
  }
  return passed;
}

// ---- the bucket

TEST(TokenBucket, GivesItsBurstAndThenAsManyAsComeBack) {
  const Rate rate = Rate::per_second(10, 3);
  TokenBucket bucket;
  EXPECT_TRUE(bucket.take(LocalTime(5), rate, 3));
  EXPECT_FALSE(bucket.take(LocalTime(5), rate, 1));
  EXPECT_FALSE(bucket.take(LocalTime(104), rate, 1)) << "a millisecond early";
  EXPECT_TRUE(bucket.take(LocalTime(105), rate, 1));
  EXPECT_FALSE(bucket.take(LocalTime(105), rate, 1));
  EXPECT_TRUE(bucket.take(LocalTime(100'000), rate, 3)) << "full again, and no more than full";
  EXPECT_FALSE(bucket.take(LocalTime(100'000), rate, 1));
}

TEST(TokenBucket, WhatItCannotGiveTakesNothing) {
  const Rate rate = Rate::per_second(10, 3);
  TokenBucket bucket;
  EXPECT_FALSE(bucket.take(LocalTime(0), rate, 4)) << "more than the burst";
  EXPECT_TRUE(bucket.take(LocalTime(0), rate, 2));
  EXPECT_FALSE(bucket.take(LocalTime(0), rate, 2));
  EXPECT_TRUE(bucket.take(LocalTime(0), rate, 1));
}

TEST(CountedLine, IsSaidOnceAMinuteWithHowOften) {
  CountedLine line;
  const LocalTime start(5'000'000);
  EXPECT_TRUE(line.is_due(start));
  EXPECT_EQ(line.count(start), 1U);
  EXPECT_FALSE(line.is_due(start));
  for (int i = 0; i < 9; ++i) EXPECT_EQ(line.count(LocalTime(start.value + 59'999)), 0U);
  EXPECT_EQ(line.count(LocalTime(start.value + 60'000)), 10U);
}

TEST(TokenBucket, TimeThatStandsStillOrGoesBackGivesNothing) {
  const Rate rate = Rate::per_second(1000, 1);
  TokenBucket bucket;
  EXPECT_TRUE(bucket.take(LocalTime(500), rate, 1));
  EXPECT_FALSE(bucket.take(LocalTime(500), rate, 1));
  EXPECT_FALSE(bucket.take(LocalTime(400), rate, 1));
  EXPECT_TRUE(bucket.take(LocalTime(501), rate, 1));
}

TEST(TokenBucket, HighRatesAndLongTimesDoNotOverflow) {
  const Rate rate = Rate::per_second(std::uint64_t{2} << 30, std::uint64_t{2} << 30);
  TokenBucket bucket;
  EXPECT_TRUE(bucket.take(LocalTime(1), rate, rate.burst));
  EXPECT_FALSE(bucket.holds(LocalTime(500), rate, rate.burst));
  EXPECT_TRUE(bucket.holds(LocalTime(UINT64_MAX), rate, rate.burst));
  EXPECT_FALSE(bucket.holds(LocalTime(UINT64_MAX), rate, UINT64_MAX));
}

TEST(TokenBucket, SlowRatesComeBackWholly) {
  const Rate rate = Rate::per_minute(1, 2);
  TokenBucket bucket;
  EXPECT_TRUE(bucket.take(LocalTime(1), rate, 2));
  EXPECT_FALSE(bucket.take(LocalTime(60'000), rate, 1));
  EXPECT_TRUE(bucket.take(LocalTime(60'001), rate, 1));
}

// ---- what is idle makes way

TEST(IdleMap, TheOneIdleLongestGoes) {
  IdleMap<int, int> map(2);
  map.use(1) = 10;
  map.use(2) = 20;
  EXPECT_EQ(map.use(1), 10);
  map.use(3) = 30;
  EXPECT_EQ(map.size(), 2u);
  EXPECT_EQ(map.use(1), 10);
  EXPECT_EQ(map.use(2), 0) << "it was idle longest, and begins anew";
}

// ---- the quota

TEST(Quota, MessagesPassUpToTheBurstThenAtTheRate) {
  Quota quota;
  EXPECT_EQ(passing(quota, LocalTime(1), peer("a"), 100), 20u);
  EXPECT_EQ(passing(quota, LocalTime(1001), peer("a"), 100), 10u);
  EXPECT_EQ(passing(quota, LocalTime(1'000'000), peer("a"), 100), 20u);
}

TEST(Quota, BytesAreCountedApart) {
  Quota quota;
  EXPECT_EQ(passing(quota, LocalTime(1), peer("a"), 10, 1000), 3u);
  EXPECT_EQ(passing(quota, LocalTime(1), peer("a"), 10, 0), 10u) << "messages are left";
  EXPECT_EQ(passing(quota, LocalTime(1001), peer("a"), 10, 1000), 1u);
  EXPECT_FALSE(quota.ask(LocalTime(1'000'000), peer("a"), kLimits, 3001).pass);
  EXPECT_TRUE(quota.ask(LocalTime(1'000'000), peer("a"), kLimits, 3000).pass);
}

TEST(Quota, WhatIsDroppedCostsNothingOfEither) {
  Quota quota;
  EXPECT_EQ(passing(quota, LocalTime(1), peer("a"), 19), 19u);
  EXPECT_FALSE(quota.ask(LocalTime(1), peer("a"), kLimits, 5000).pass);
  EXPECT_TRUE(quota.ask(LocalTime(1), peer("a"), kLimits, 1).pass) << "the twentieth";
  EXPECT_FALSE(quota.ask(LocalTime(1), peer("a"), kLimits, 100).pass);
  EXPECT_EQ(passing(quota, LocalTime(101), peer("a"), 1, 2980 + 20), 1u);
}

TEST(Quota, AKeyHasOneBudgetWhereverItConnects) {
  Quota quota;
  EXPECT_EQ(passing(quota, LocalTime(1), keyed(1, "a"), 15), 15u);
  EXPECT_EQ(passing(quota, LocalTime(1), keyed(1, "b"), 15), 5u);
  EXPECT_EQ(passing(quota, LocalTime(1), keyed(2, "a"), 15), 15u);
  EXPECT_EQ(quota.peers(), 2u);
}

TEST(Quota, WithoutAKeyTheConnectionHasIt) {
  Quota quota;
  EXPECT_EQ(passing(quota, LocalTime(1), peer("a"), 30), 20u);
  EXPECT_EQ(passing(quota, LocalTime(1), peer("b"), 30), 20u);
  EXPECT_EQ(passing(quota, LocalTime(1), keyed(1, "a"), 30), 20u);
}

Peer guest(const std::string& address, const std::string& routing_id) {
  Peer one = keyed(9, routing_id);
  one.shared = true;
  one.address = address;
  return one;
}

TEST(Quota, F37_GuestsShareOneKeyAndEachAddressHasItsOwnSmallBudget) {
  Quota quota;
  const std::size_t burst = kGuestQuota.message_burst;
  EXPECT_EQ(passing(quota, LocalTime(0), guest("10.0.0.1", "a"), 100), burst);
  EXPECT_EQ(passing(quota, LocalTime(0), guest("10.0.0.1", "b"), 100), 0U) << "a new connection";
  EXPECT_EQ(passing(quota, LocalTime(0), guest("10.0.0.2", "c"), 100), burst);
  EXPECT_EQ(passing(quota, LocalTime(1000), guest("10.0.0.1", "d"), 100),
            kGuestQuota.messages_per_s);
}

TEST(Quota, F37_GuestsFromManyAddressesAreBoundedTogetherAndCostNoMember) {
  Quota quota;
  std::size_t passed = 0;
  for (int i = 0; i < 1000; ++i) {
    passed += passing(quota, LocalTime(0), guest("10.0.0." + std::to_string(i), "a"), 10);
  }
  EXPECT_EQ(passed, kGuestsQuota.message_burst);
  EXPECT_EQ(passing(quota, LocalTime(0), keyed(1, "m"), 100), kLimits.message_burst);
}

TEST(Quota, ForgetsTheOneIdleLongest) {
  Quota quota(2);
  passing(quota, LocalTime(1), peer("a"), 20);
  passing(quota, LocalTime(1), peer("b"), 20);
  EXPECT_EQ(passing(quota, LocalTime(1), peer("a"), 1), 0u);
  EXPECT_EQ(passing(quota, LocalTime(1), peer("c"), 1), 1u);
  EXPECT_EQ(quota.peers(), 2u);
  EXPECT_EQ(passing(quota, LocalTime(1), peer("a"), 1), 0u) << "it was not idle";
  EXPECT_EQ(passing(quota, LocalTime(1), peer("b"), 30), 20u);
}

TEST(Quota, ADropIsSaidOnceAMinuteWithItsCount) {
  Quota quota;
  passing(quota, LocalTime(1), peer("a"), 20);
  EXPECT_EQ(quota.ask(LocalTime(1), peer("a"), kLimits, 1).dropped, 1u) << "the first at once";
  for (int i = 0; i < 5; ++i) EXPECT_EQ(quota.ask(LocalTime(2), peer("a"), kLimits, 1).dropped, 0u);
  passing(quota, LocalTime(60'000), peer("a"), 20);
  EXPECT_EQ(quota.ask(LocalTime(60'000), peer("a"), kLimits, 1).dropped, 0u);
  EXPECT_EQ(quota.ask(LocalTime(60'001), peer("a"), kLimits, 1).dropped, 7u);
  passing(quota, LocalTime(60'001), peer("b"), 20);
  EXPECT_EQ(quota.ask(LocalTime(60'001), peer("b"), kLimits, 1).dropped, 1u) << "each by itself";
}

TEST(Quota, AFloodIsNotAnsweredWithAFlood) {
  Quota quota;
  passing(quota, LocalTime(1), peer("a"), 20);
  std::size_t answers = 0;
  for (int i = 0; i < 10'000; ++i) {
    if (quota.ask(LocalTime(1), peer("a"), kLimits, 1).answer) ++answers;
  }
  EXPECT_EQ(answers, 100u);
}

TEST(Quota, F38_TheProductsOwnLimitsLetTheLargestMessagePass) {
  EXPECT_GE(kMemberQuota.byte_burst, kMaxMessageBytes);
  EXPECT_GE(kAdminQuota.byte_burst, kMaxSubmitBytes);
  Quota quota;
  for (std::uint64_t ms = 1; ms < 5000; ++ms) {
    for (int i = 0; i < 8; ++i)
      ASSERT_TRUE(quota.ask(LocalTime(ms), peer("a"), kMemberQuota, 200).pass);
  }
  for (std::uint64_t ms = 5000; ms < 10'000; ++ms) {
    for (int i = 0; i < 60; ++i)
      ASSERT_TRUE(quota.ask(LocalTime(ms), peer("b"), kAdminQuota, 400).pass);
  }
}

}  // namespace
}  // namespace groupctl::testing
