#include "log/gap_tracker.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/log/builders.h"

namespace groupctl {
namespace {

using fixtures::History;
using Verdict = GapTracker::Verdict;

/// Frames 1-2, 3-4, 5-6, 7-8.
std::vector<FramePtr> four_frames() {
  History history;
  std::vector<FramePtr> frames;
  for (int i = 0; i < 4; ++i) frames.push_back(history.frame(2));
  return frames;
}

TEST(GapTracker, LetsFramesInOrderPass) {
  GapTracker tracker(Sequence(0), 1 << 20);
  for (const FramePtr& frame : four_frames()) {
    EXPECT_EQ(tracker.offer(frame), Verdict::kNext);
    tracker.advance(frame->header().last);
    EXPECT_EQ(tracker.missing(), std::nullopt);
  }
  EXPECT_EQ(tracker.received(), Sequence(8));
}

TEST(GapTracker, F19_NamesTheGapThatALaterFrameReveals) {
  auto frames = four_frames();
  GapTracker tracker(Sequence(2), 1 << 20);
  EXPECT_EQ(tracker.offer(frames[2]), Verdict::kHeld);
  EXPECT_EQ(tracker.missing(), Sequence(3));
  EXPECT_EQ(tracker.take_next(), nullptr);
  EXPECT_EQ(tracker.offer(frames[1]), Verdict::kNext);
  tracker.advance(Sequence(4));
  EXPECT_EQ(tracker.missing(), std::nullopt);
  EXPECT_EQ(tracker.take_next(), frames[2]);
  EXPECT_EQ(tracker.held_bytes(), 0U);
}

TEST(GapTracker, F20_AHeartbeatRevealsALostTail) {
  GapTracker tracker(Sequence(6), 1 << 20);
  EXPECT_EQ(tracker.missing(), std::nullopt);
  tracker.heard_head(Sequence(8));
  EXPECT_EQ(tracker.missing(), Sequence(7));
  tracker.heard_head(Sequence(5));
  EXPECT_EQ(tracker.known_head(), Sequence(8));
}

TEST(GapTracker, F21_ForgetsDuplicates) {
  auto frames = four_frames();
  GapTracker tracker(Sequence(2), 1 << 20);
  EXPECT_EQ(tracker.offer(frames[0]), Verdict::kDuplicate);
  EXPECT_EQ(tracker.offer(frames[3]), Verdict::kHeld);
  EXPECT_EQ(tracker.offer(frames[3]), Verdict::kDuplicate);
  EXPECT_EQ(tracker.held_bytes(), frames[3]->bytes().size());
}

TEST(GapTracker, F22_HandsOutReorderedFramesInOrder) {
  auto frames = four_frames();
  GapTracker tracker(Sequence(0), 1 << 20);
  EXPECT_EQ(tracker.offer(frames[3]), Verdict::kHeld);
  EXPECT_EQ(tracker.offer(frames[1]), Verdict::kHeld);
  EXPECT_EQ(tracker.offer(frames[2]), Verdict::kHeld);
  EXPECT_EQ(tracker.offer(frames[0]), Verdict::kNext);
  tracker.advance(Sequence(2));
  for (std::size_t i = 1; i < 4; ++i) {
    FramePtr next = tracker.take_next();
    ASSERT_EQ(next, frames[i]);
    tracker.advance(next->header().last);
  }
  EXPECT_EQ(tracker.missing(), std::nullopt);
}

TEST(GapTracker, DropsAtItsBoundAndStillKnowsWhatIsMissing) {
  auto frames = four_frames();
  GapTracker tracker(Sequence(0), frames[1]->bytes().size());
  EXPECT_EQ(tracker.offer(frames[1]), Verdict::kHeld);
  EXPECT_EQ(tracker.offer(frames[2]), Verdict::kDropped);
  tracker.advance(Sequence(2));
  EXPECT_EQ(tracker.take_next(), frames[1]);
  tracker.advance(Sequence(4));
  EXPECT_EQ(tracker.missing(), Sequence(5));
}

TEST(GapTracker, ASnapshotInsideAFrameLeavesThatFrameNext) {
  auto frames = four_frames();
  GapTracker tracker(Sequence(0), 1 << 20);
  EXPECT_EQ(tracker.offer(frames[1]), Verdict::kHeld);
  EXPECT_EQ(tracker.offer(frames[2]), Verdict::kHeld);
  tracker.advance(Sequence(5));
  EXPECT_EQ(tracker.held_bytes(), frames[2]->bytes().size());
  EXPECT_EQ(tracker.missing(), std::nullopt);
  EXPECT_EQ(tracker.take_next(), frames[2]);
}

TEST(GapTracker, CountsFramesUnpacked) {
  fixtures::History history;
  history.frame(1);
  const FramePtr packed = history.frame(50);
  ASSERT_LT(packed->bytes().size(), packed->held_bytes());
  GapTracker tracker(Sequence(0), packed->held_bytes() - 1);
  EXPECT_EQ(tracker.offer(packed), Verdict::kDropped);
  GapTracker roomy(Sequence(0), packed->held_bytes());
  EXPECT_EQ(roomy.offer(packed), Verdict::kHeld);
  EXPECT_EQ(roomy.held_bytes(), packed->held_bytes());
}

}  // namespace
}  // namespace groupctl
