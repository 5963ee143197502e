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
  /// A frame a burst.
  Pacer pacer{{2, 50, 4, 1}, Sequence(0)};
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

TEST_F(PacerAlone, WhatBecameDurableMeanwhileGoesOutTogether) {
  Pacer bursts({1, 50, 8, 5000}, Sequence(0));
  bursts.member_came(SessionNumber(1), Sequence(0));
  const auto ready = [&](std::uint64_t now) { return bursts.take(LocalTime(now)).size(); };
  bursts.enqueue(history.frame(1));
  EXPECT_EQ(ready(0), 1u) << "nothing waits for more to come";
  std::size_t bytes = 0;
  for (int i = 0; i < 3; ++i) {
    const FramePtr frame = history.frame(1);
    bytes = frame->bytes().size();
    bursts.enqueue(frame);
  }
  EXPECT_EQ(ready(1), 0u);
  bursts.member_received(SessionNumber(1), Sequence(1));
  ASSERT_LT(3 * bytes, 5000u);
  EXPECT_EQ(ready(2), 3u);
  bursts.enqueue(history.frame(1));
  bursts.member_received(SessionNumber(1), Sequence(3));
  EXPECT_EQ(ready(3), 0u) << "the burst has been received when its last frame has";
  bursts.member_received(SessionNumber(1), Sequence(4));
  EXPECT_EQ(ready(4), 1u);
}

TEST_F(PacerAlone, ABurstHasAtMostSoManyBytes) {
  const FramePtr first = history.frame(1);
  Pacer bursts({1, 50, 8, 2 * first->bytes().size()}, Sequence(0));
  bursts.member_came(SessionNumber(1), Sequence(0));
  bursts.enqueue(first);
  for (int i = 0; i < 2; ++i) bursts.enqueue(history.frame(1));
  EXPECT_EQ(bursts.take(LocalTime(0)).size(), 2u);
}

TEST_F(PacerAlone, ABurstHasAtMostSoManyFrames) {
  Pacer bursts({1, 50, 32}, Sequence(0));
  bursts.member_came(SessionNumber(1), Sequence(0));
  for (int i = 0; i < 20; ++i) bursts.enqueue(history.frame(1));
  EXPECT_EQ(bursts.take(LocalTime(0)).size(), kMaxBatchFrames);
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
