// The pacer alone.
#include "coordinator/pacer.h"

#include <gtest/gtest.h>

#include "tests/unit/log/builders.h"

namespace groupctl::testing {
namespace {

using fixtures::History;

class PacerAlone : public ::testing::Test {
 protected:
  std::size_t take(std::uint64_t now) { return pacer.take(LocalTime(now)).size(); }
  void enqueue(int frames) {
    for (int i = 0; i < frames; ++i) pacer.enqueue(history.frame(1));
  }
  History history;
  Pacer pacer{{2, 50, 4}, Sequence(0)};
};

TEST_F(PacerAlone, WithNobodyListeningAllGoesOut) {
  enqueue(4);
  EXPECT_EQ(take(0), 4u);
  EXPECT_EQ(pacer.deadline(), std::nullopt);
}

TEST_F(PacerAlone, TheSlowestWithinTheWindowPaces) {
  pacer.member_came(SessionNumber(1), Sequence(0));
  pacer.member_came(SessionNumber(2), Sequence(0));
  enqueue(4);
  EXPECT_EQ(take(0), 2u);
  EXPECT_EQ(pacer.deadline(), LocalTime(50));
  pacer.member_received(SessionNumber(1), Sequence(2));
  EXPECT_EQ(take(1), 0u);
  pacer.member_received(SessionNumber(2), Sequence(1));
  EXPECT_EQ(take(2), 1u);
}

TEST_F(PacerAlone, WhoIsLateLeavesAndComesBackWithinTheWindow) {
  pacer.member_came(SessionNumber(1), Sequence(0));
  enqueue(3);
  take(0);
  EXPECT_EQ(take(49), 0u);
  EXPECT_EQ(take(50), 1u);
  EXPECT_FALSE(pacer.in_window(SessionNumber(1)));
  pacer.member_received(SessionNumber(1), Sequence(2));
  EXPECT_FALSE(pacer.in_window(SessionNumber(1)));
  pacer.member_received(SessionNumber(1), Sequence(3));
  EXPECT_TRUE(pacer.in_window(SessionNumber(1)));
}

TEST_F(PacerAlone, WhoGoesHoldsNothingUp) {
  pacer.member_came(SessionNumber(1), Sequence(0));
  enqueue(3);
  take(0);
  pacer.member_gone(SessionNumber(1));
  pacer.member_gone(SessionNumber(1));
  EXPECT_EQ(take(1), 1u);
  EXPECT_FALSE(pacer.in_window(SessionNumber(1)));
  pacer.member_received(SessionNumber(1), Sequence(3));  // unknown: nothing
}

TEST_F(PacerAlone, WhatDoesNotFitTheQueueIsLeftToReplay) {
  enqueue(6);
  const auto frames = pacer.take(LocalTime(0));
  ASSERT_EQ(frames.size(), 4u);
  EXPECT_EQ(frames[0]->header().first, Sequence(3));
}

TEST_F(PacerAlone, WhoComesBehindWhatWasPublishedIsOutside) {
  Pacer restarted({2, 50, 4}, Sequence(10));
  restarted.member_came(SessionNumber(1), Sequence(9));
  restarted.member_came(SessionNumber(2), Sequence(10));
  EXPECT_FALSE(restarted.in_window(SessionNumber(1)));
  EXPECT_TRUE(restarted.in_window(SessionNumber(2)));
  restarted.member_received(SessionNumber(1), Sequence(10));
  EXPECT_TRUE(restarted.in_window(SessionNumber(1)));
}

}  // namespace
}  // namespace groupctl::testing
