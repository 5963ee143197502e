// Acknowledgements: watermarks, outcomes, digests; pacing by them; replay and snapshot requests.
#include <gtest/gtest.h>

#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

OutcomeReport failed(std::uint64_t sequence) {
  return {Sequence(sequence), Sequence(sequence), Outcome::kFailed, "unpack", "no room"};
}

TEST(Ack, G18_RaisesTheWatermarksAndARepeatedOneChangesNothing) {
  Group group;
  Follower member = group.joined("web-1", 1);
  for (int i = 0; i < 3; ++i) group.submit(set_command("a", "1"));
  group.ack(member, Sequence(3), Sequence(2));
  group.ack(member, Sequence(3), Sequence(2));
  group.ack(member, Sequence(2), Sequence(1));  // overtaken on the way
  EXPECT_EQ(group.core->marks_of(member.id)->received, Sequence(3));
  EXPECT_EQ(group.core->marks_of(member.id)->executed, Sequence(2));
}

TEST(Ack, F40_BeyondTheHeadOrAgainstItselfChangesNothing) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  group.ack(member, Sequence(9), Sequence(1), {failed(2)});
  group.ack(member, Sequence(1), Sequence(2), {failed(2)});
  EXPECT_EQ(group.core->marks_of(member.id)->received, Sequence(1));
  EXPECT_EQ(group.asked<Update>(Watch{Sequence(2), 0}).rows.at(0).outcome, Outcome::kWaiting);
  EXPECT_FALSE(group.told<Recorded>(member.peer).has_value());
}

TEST(Ack, F17_OneThatAsksIsAnsweredAtOnceWhateverItSays) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.hold_commits = true;
  Ack ack;
  ack.session = member.session;
  ack.marks = {Sequence(9), Sequence(9)};
  EXPECT_TRUE(group.say(member, ack).to_members.empty());
  ack.asks = true;
  const CoordinatorOutput output = group.say(member, ack);
  ASSERT_EQ(output.to_members.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<Heard>(output.to_members[0].reply));
}

TEST(Ack, F40_OutcomesOfEntriesThatDoNotExistAreNotRecorded) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.ack(member, Sequence(1), Sequence(1),
            {failed(2), {Sequence(1), Sequence(0), Outcome::kFailed, "", ""}});
  group.submit(set_command("a", "1"));
  EXPECT_EQ(group.asked<Update>(Watch{Sequence(2), 0}).rows.at(0).outcome, Outcome::kWaiting);
}

TEST(Ack, G51_WhatANewerProgramAppliedIsNotUnderstoodNoMore) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  const OutcomeReport stopped{Sequence(2), Sequence(2), Outcome::kNotUnderstood, "", ""};
  const auto outcome = [&] {
    return group.asked<Update>(Watch{Sequence(2), 0}).rows.at(0).outcome;
  };
  group.ack(member, Sequence(1), Sequence(1), {stopped});
  EXPECT_EQ(outcome(), Outcome::kNotUnderstood);
  group.ack(member, Sequence(2), Sequence(2));
  EXPECT_EQ(outcome(), Outcome::kDone);
  group.tick(1000);  // the ledger's rows are written
  group.restart();
  EXPECT_EQ(outcome(), Outcome::kDone);
}

TEST(Ack, G51_WhatWasPassedStaysNotUnderstood) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  group.submit(set_command("a", "2"));
  const OutcomeReport passed{Sequence(2), Sequence(2), Outcome::kNotUnderstood, "", ""};
  group.ack(member, Sequence(2), Sequence(2), {passed});
  group.ack(member, Sequence(3), Sequence(3));
  EXPECT_EQ(group.asked<Update>(Watch{Sequence(2), 0}).rows.at(0).outcome, Outcome::kNotUnderstood);
}

TEST(Ack, FromAnUnknownSessionOrAnotherPeerIsToldToJoin) {
  Group group;
  Follower member = group.joined("web-1", 1);
  Follower thief = member;
  thief.peer = peer("thief");
  group.ack(thief, Sequence(1), Sequence(1));
  EXPECT_TRUE(group.told<Rejoin>(thief.peer).has_value());
  group.restart();
  group.ack(member, Sequence(1), Sequence(1));
  EXPECT_TRUE(group.told<Rejoin>(member.peer).has_value());
}

TEST(Ack, OutcomesAreDurableBeforeRecordedIsSaid) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  group.hold_commits = true;
  group.ack(member, Sequence(2), Sequence(2), {failed(2)});
  ASSERT_TRUE(group.in_commit.has_value());  // at once, not when the watermarks are due
  EXPECT_FALSE(group.told<Recorded>(member.peer).has_value());
  group.commit();
  EXPECT_EQ(group.told<Recorded>(member.peer)->number, AckNumber(1));
  group.ack(member, Sequence(2), Sequence(2), {failed(2)});  // it had not heard that
  EXPECT_EQ(group.told<Recorded>(member.peer)->number, AckNumber(2));
}

TEST(Ack, ARepeatedOneIsAnsweredByTheCommitThatHoldsItsOutcomes) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  group.hold_commits = true;
  group.ack(member, Sequence(2), Sequence(2), {failed(2)});
  group.ack(member, Sequence(2), Sequence(2), {failed(2)});
  group.commit();
  EXPECT_EQ(group.told<Recorded>(member.peer)->number, AckNumber(2));
}

TEST(Ack, NewOutcomesWaitForTheBatchBehindTheOneInCommit) {
  Group group;
  Follower member = group.joined("web-1", 1);
  for (int i = 0; i < 2; ++i) group.submit(set_command("a", "1"));
  group.hold_commits = true;
  group.ack(member, Sequence(2), Sequence(2), {failed(2)});
  group.ack(member, Sequence(3), Sequence(3), {failed(2), failed(3)});
  const CoordinatorOutput output = group.commit();
  EXPECT_TRUE(output.commit.has_value());
  EXPECT_EQ(group.told<Recorded>(member.peer)->number, AckNumber(1));
  group.commit();
  EXPECT_EQ(group.told<Recorded>(member.peer)->number, AckNumber(2));
}

TEST(Ack, OutcomesOfAJoinAreRecordedToo) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  member.join.marks = {Sequence(2), Sequence(2)};
  member.join.chain = group.core->durable_head().chain;
  member.join.outcomes = {failed(2)};
  group.try_join(member);
  group.restart();
  EXPECT_EQ(group.asked<Update>(Watch{Sequence(2), 0}).rows.at(0).outcome, Outcome::kFailed);
}

TEST(Ack, G37_AnotherDigestAtTheHeadIsToldToResynchronise) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  Ack ack;
  ack.session = member.session;
  ack.marks = {Sequence(2), Sequence(2)};
  ack.state_digest.bytes.fill(1);
  group.say(member, ack);
  EXPECT_TRUE(group.told<Resynchronise>(member.peer).has_value());
  group.say(member, ack);
  EXPECT_FALSE(group.told<Resynchronise>(member.peer).has_value());  // once
}

TEST(Ack, WithoutADifferenceNothingIsSaid) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  group.ack(member, Sequence(2), Sequence(2));
  EXPECT_EQ(group.messages_for(member.peer), 0u);
}

// ---- pacing

TEST(Pacing, TwoFramesAreInFlightAndASlowMemberLeavesTheWindow) {
  Group group;
  Follower quick = group.joined("web-1", 1);
  Follower slow = group.joined("web-2", 2);
  group.ack_all({&quick, &slow});
  group.published.clear();
  for (int i = 0; i < 4; ++i) group.submit(set_command("a", "1"));
  EXPECT_EQ(group.published.size(), 2u);
  group.ack(quick, group.head(), group.head());
  EXPECT_EQ(group.published.size(), 2u);
  EXPECT_LE(group.core->next_tick().value, group.now.value + group.config.pace_limit_ms);
  group.tick(group.config.pace_limit_ms);
  EXPECT_EQ(group.published.size(), 4u);
  EXPECT_EQ(group.state_of(slow.id), MemberState::kReplaying);
  group.ack(slow, group.head(), group.head());
  EXPECT_EQ(group.state_of(slow.id), MemberState::kInStep);
  for (int i = 0; i < 3; ++i) group.submit(set_command("a", "1"));
  EXPECT_EQ(group.published.size(), 6u);  // it is waited for again
}

TEST(Pacing, HeartbeatsCarryWhatHasBeenPublishedNotWhatIsDurable) {
  Group group;
  Follower slow = group.joined("web-1", 1);
  for (int i = 0; i < 4; ++i) group.submit(set_command("a", std::to_string(i)));
  EXPECT_EQ(group.head(), Sequence(5));
  group.step(SubscriberCame{});
  group.tick(20);
  const Heartbeat beat = group.heartbeats.back();
  EXPECT_EQ(beat.head, Sequence(3));
  EXPECT_EQ(beat.chain, group.published.back()->header().chain_after);
  EXPECT_EQ(beat.tag, group.published.back()->header().tag);
}

TEST(Pacing, AMemberFarBehindAtARestartIsNotWaitedFor) {
  Group group;
  Follower member = group.joined("web-1", 1);
  for (int i = 0; i < 4; ++i) group.submit(set_command("a", "1"));
  group.restart();
  group.try_join(member);
  EXPECT_EQ(group.state_of(member.id), MemberState::kReplaying);
  group.published.clear();
  for (int i = 0; i < 4; ++i) group.submit(set_command("a", "1"));
  EXPECT_EQ(group.published.size(), 4u);
}

TEST(Pacing, ALostMemberHoldsNothingUpAndIsFoundAgain) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.tick(20000);
  EXPECT_EQ(group.state_of(member.id), MemberState::kLost);
  group.published.clear();
  for (int i = 0; i < 4; ++i) group.submit(set_command("a", "1"));
  EXPECT_EQ(group.published.size(), 4u);
  group.ack(member, group.head(), group.head());
  group.tick(1000);
  EXPECT_EQ(group.state_of(member.id), MemberState::kInStep);
}

TEST(Pacing, SubscribersGetAHeartbeatAndThoseRightBehindOneForAll) {
  Group group;
  group.tick(100);
  const std::size_t before = group.heartbeats.size();
  for (int i = 0; i < 10; ++i) group.step(SubscriberCame{});
  group.tick(20);
  EXPECT_EQ(group.heartbeats.size(), before + 2);
}

// ---- catching up

TEST(CatchUp, G28_ReplayRequestsBecomeReadsWithBoundedPages) {
  Group group;
  Follower member = group.joined("web-1", 1);
  for (int i = 0; i < 3; ++i) group.submit(set_command("a", "1"));
  group.say(member, ReplayRequest{member.session, Sequence(2), 1});
  const auto page = group.told<ReplayPage>(member.peer);
  ASSERT_TRUE(page.has_value());
  EXPECT_TRUE(page->last);
  EXPECT_EQ(page->frames.back()->header().last, Sequence(4));
  group.hold_reads = true;
  group.say(member, ReplayRequest{member.session, Sequence(2), 4000});
  EXPECT_LE(std::get<ReplayRead>(group.reads.at(0)).pages, 64u);
  group.say(member, ReplayRequest{member.session, Sequence(0), 1});
  EXPECT_TRUE(group.told<Resynchronise>(member.peer).has_value());
}

TEST(CatchUp, SnapshotRequestsAreAnsweredWithChunks) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.say(member, SnapshotRequest{member.session, {}, 0});
  const auto chunk = group.told<SnapshotChunk>(member.peer);
  ASSERT_TRUE(chunk.has_value());
  EXPECT_EQ(chunk->image.at, Sequence(1));
  EXPECT_EQ(chunk->bytes.size(), chunk->total);
  group.say(member, SnapshotRequest{SessionNumber(5), {}, 0});
  EXPECT_TRUE(group.told<Rejoin>(member.peer).has_value());
}

}  // namespace
}  // namespace groupctl::testing
