// The group's time as a member knows it.
#include "member/group_clock.h"

#include <gtest/gtest.h>

namespace groupctl {
namespace {

TEST(GroupClockTest, IsTheOwnTimeAndHowFarItWasAheadOfIt) {
  GroupClock clock;
  EXPECT_FALSE(clock.now(LocalTime(5)).has_value());
  clock.hear(Epoch(1), GroupTime(5000), LocalTime(1000));
  clock.hear(Epoch(1), GroupTime(5100), LocalTime(1200));  // took longer on its way
  EXPECT_EQ(clock.now(LocalTime(2000)), GroupTime(6000));
}

/// Whatever number comes over the wire: the time does not go back by it, nor does adding overflow.
TEST(GroupClockTest, F33_ATimeBeyondAllTimesIsLaterThanTheOthers) {
  for (const std::uint64_t told : {UINT64_MAX, UINT64_MAX / 2, UINT64_MAX / 2 + 1}) {
    GroupClock clock;
    clock.hear(Epoch(1), GroupTime(5000), LocalTime(1000));
    clock.hear(Epoch(1), GroupTime(told), LocalTime(2000));
    EXPECT_GT(clock.now(LocalTime(9000)), GroupTime(1ULL << 60)) << told;
  }
}

}  // namespace
}  // namespace groupctl
