// How far the floor rises.
#include "coordinator/retention.h"

#include <gtest/gtest.h>

#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

/// Keeps two entries, of any age.
CoordinatorConfig forgetful() {
  CoordinatorConfig config = Group::default_config();
  config.keep_entries = 2;
  config.keep_age_ms = 0;
  return config;
}

void fill(Group& group, int entries) {
  for (int i = 0; i < entries; ++i) group.submit(set_command("a", std::to_string(i)));
}

Sequence floor_of(Group& group) {
  group.raise_floor();
  return group.core->durable_head().floor;
}

TEST(Retention, TheNewestEntriesStay) {
  Group group(forgetful());
  fill(group, 10);
  EXPECT_EQ(floor_of(group), Sequence(9));
  EXPECT_EQ(floor_of(group), Sequence(9));
  EXPECT_EQ(group.store.read_frames(Sequence(9), SIZE_MAX)->size(), 2U);
}

TEST(Retention, WhatIsYoungStays) {
  CoordinatorConfig config = forgetful();
  config.keep_age_ms = 60000;
  Group group(config);
  fill(group, 10);
  EXPECT_EQ(floor_of(group), Sequence(1));
  group.tick(50000);
  fill(group, 10);
  EXPECT_EQ(floor_of(group), Sequence(1));
  group.tick(10000);
  EXPECT_EQ(floor_of(group), Sequence(11));
}

TEST(Retention, WhatALiveMemberHasNotReceivedStays) {
  Group group(forgetful());
  Follower here = group.joined("web-1", 1);
  Follower late = group.joined("web-2", 2);
  fill(group, 10);
  group.ack_all({&here});
  EXPECT_EQ(floor_of(group), Sequence(3)) << "JOINED and JOINED are received by both";
  group.tick(7000);
  group.ack_all({&here});
  group.tick(3000);
  EXPECT_EQ(group.state_of(late.id), MemberState::kLost);
  EXPECT_EQ(floor_of(group), Sequence(11)) << "who is lost holds nothing";
  EXPECT_EQ(plan(group.try_join(late)), CatchUp::kSnapshot);
}

TEST(Retention, WhoTakesASnapshotIsHeldByItsImageAlone) {
  Group group(forgetful());
  fill(group, 5);
  Follower fresh = group.newcomer("web-1", 1);
  ASSERT_EQ(plan(group.try_join(fresh)), CatchUp::kSnapshot);
  group.say(fresh, SnapshotRequest{fresh.session, {}, 0});
  const auto chunk = group.told<SnapshotChunk>(fresh.peer);
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->image.at, Sequence(6));
  fill(group, 10);
  EXPECT_EQ(floor_of(group), Sequence(7)) << "what follows the image is needed";
  group.ack(fresh, group.head(), group.head());
  for (int i = 0; i < 12; ++i) {
    group.tick(2000);
    group.ack(fresh, group.head(), group.head());
  }
  EXPECT_EQ(floor_of(group), Sequence(15)) << "nobody asks for the image any more";
}

TEST(Retention, AHeldMemberHoldsNothing) {
  Group group(forgetful());
  Follower member = group.joined("web-1", 1);
  fill(group, 10);
  Ack ack;
  ack.session = member.session;
  ack.marks = {Sequence(1), Sequence(1)};
  ack.held_at = Sequence(2);
  group.say(member, ack);
  EXPECT_EQ(floor_of(group), Sequence(10));
}

TEST(Retention, TheCapWinsWhoeverIsLate) {
  CoordinatorConfig config = forgetful();
  config.keep_entries = 1000;
  config.log_cap_bytes = 5000;
  Group group(config);
  Follower late = group.joined("web-1", 1);
  fill(group, 30);
  const Sequence floor = floor_of(group);
  EXPECT_GT(floor, Sequence(20));
  std::uint64_t left = 0;
  const auto frames = group.store.read_frames(floor, SIZE_MAX);
  ASSERT_TRUE(frames);
  for (const FramePtr& frame : *frames) left += frame->bytes().size();
  EXPECT_LE(left, config.log_cap_bytes);
  EXPECT_GT(left, config.log_cap_bytes / 2);
  group.say(late, ReplayRequest{late.session, Sequence(2), 1});
  EXPECT_TRUE(group.told<Resynchronise>(late.peer));
}

TEST(Retention, AnOldRequestThatComesAgainResynchronisesNobody) {
  Group group(forgetful());
  Follower member = group.joined("web-1", 1);
  fill(group, 10);
  group.ack(member, group.head(), group.head());
  ASSERT_GT(floor_of(group), Sequence(2));
  group.say(member, ReplayRequest{member.session, Sequence(2), 1});
  EXPECT_FALSE(group.told<Resynchronise>(member.peer)) << "it has that by its own word";
}

TEST(Retention, TheCapOfAgeWinsToo) {
  CoordinatorConfig config = forgetful();
  config.keep_entries = 1000;
  config.log_cap_age_ms = 60000;
  Group group(config);
  fill(group, 5);
  EXPECT_EQ(floor_of(group), Sequence(1));
  group.tick(60000);
  EXPECT_EQ(floor_of(group), Sequence(6)) << "nothing is left";
  fill(group, 1);
  EXPECT_EQ(group.head(), Sequence(6));
}

TEST(Retention, WhatWasThereBeforeTheStartGoesLikeTheRest) {
  CoordinatorConfig config = forgetful();
  config.log_cap_bytes = 5000;
  Group group(config);
  group.config.keep_entries = 1000;
  fill(group, 30);
  group.restart();
  EXPECT_GT(floor_of(group), Sequence(20)) << "how long the log is has been kept";
  group.config.keep_entries = 2;
  group.restart();
  EXPECT_EQ(floor_of(group), Sequence(29));
}

TEST(Retention, ARefusedBatchLeavesTheFloorAndIsTriedAgain) {
  Group group(forgetful());
  fill(group, 10);
  group.hold_commits = true;
  group.tick(2000);
  group.tick(100);
  ASSERT_TRUE(group.in_commit);
  EXPECT_EQ(group.in_commit->head.floor, Sequence(9));
  group.refuse_commit();
  EXPECT_EQ(group.core->durable_head().floor, Sequence(1));
  EXPECT_FALSE(group.in_commit) << "not at once";
  group.tick(100);
  ASSERT_TRUE(group.in_commit);
  group.commit();
  EXPECT_EQ(group.core->durable_head().floor, Sequence(9));
}

TEST(Retention, WhoComesBackWhileItIsLookedAtStopsIt) {
  Group group(forgetful());
  Follower member = group.joined("web-1", 1);
  fill(group, 10);
  group.hold_reads = true;
  group.tick(20000);
  ASSERT_EQ(group.reads.size(), 1U);
  ASSERT_EQ(plan(group.try_join(member)), CatchUp::kReplay);
  group.answer_reads();
  group.tick(100);
  EXPECT_EQ(group.core->durable_head().floor, Sequence(1));
}

}  // namespace
}  // namespace groupctl::testing
