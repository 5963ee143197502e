// What was lost is given up: group recover.
#include "coordinator/recovery.h"

#include <gtest/gtest.h>

#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

/// The member brings what a coordinator with this one's secret said of `last` in that epoch.
void prove(const Group& group, Follower& member, Sequence last, Epoch epoch) {
  const Hash chain = hash_of(as_bytes("lost " + std::to_string(last.value)));
  const LogId& log_id = group.core->durable_head().log_id;
  member.join.marks.received = last;
  member.join.chain = chain;
  member.join.frame_epoch = epoch;
  member.join.tag = {log_id, epoch, last, chain,
                     make_tag(group.config.secret, log_id, epoch, last, chain)};
}

/// Ends at 2, in epoch 1; web-1 proves 9 of epoch 4.
struct Lost {
  Lost() : member(group.joined("web-1", 1)) {
    group.submit(set_command("a", "1"));
    group.ack_all({&member});
    prove(group, member, Sequence(9), Epoch(4));
    group.try_join(member);
  }
  RecoverReply recover(Sequence through) {
    const auto id = group.ask(Recover{through, "ana@bastion", "the disk broke"});
    const auto* reply = group.reply_as<RecoverReply>(id);
    return reply != nullptr ? *reply : RecoverReply{};
  }
  /// As the process does when it is told to load anew.
  void recovered() {
    ASSERT_TRUE(recover(Sequence(9)).done);
    ASSERT_EQ(group.exit, kLoadAnew);
    group.restart();
  }
  Group group;
  Follower member;
};

TEST(Recovery, F29_WhatIsLostIsShownFirst) {
  Lost lost;
  const RecoverReply shown = lost.recover(Sequence());
  EXPECT_FALSE(shown.done);
  EXPECT_EQ(shown.head, Sequence(2));
  EXPECT_EQ(shown.first_lost, Sequence(3));
  EXPECT_EQ(shown.last_lost, Sequence(9));
  ASSERT_EQ(shown.proofs.size(), 1U);
  EXPECT_EQ(shown.proofs.front(), (ProofOfLoss{"web-1", Sequence(9), Epoch(4)}));
  EXPECT_TRUE(lost.group.core->read_only());
}

TEST(Recovery, F29_WhoWasNotHeardIsNamed) {
  Group group;
  group.joined("web-2", 2);
  Follower member = group.joined("web-1", 1);
  group.restart();
  prove(group, member, Sequence(9), Epoch(4));
  group.try_join(member);
  const auto shown = group.asked<RecoverReply>(Recover{});
  EXPECT_EQ(shown.absent, std::vector<std::string>{"web-2"});
}

TEST(Recovery, F29_WhoAsksAgainHearsThatItIsDone) {
  Lost lost;
  lost.recovered();
  const RecoverReply again = lost.recover(Sequence(9));
  EXPECT_TRUE(again.done);
  EXPECT_EQ(again.first_lost, Sequence(3));
  EXPECT_EQ(again.last_lost, Sequence(9));
  EXPECT_FALSE(lost.group.exit) << "nothing is written anew";
}

TEST(Recovery, F29_WithoutALossThereIsNothingToRecover) {
  Group group;
  const auto id = group.ask(Recover{Sequence(5), "ana", ""});
  EXPECT_EQ(group.reply_as<QueryRefused>(id)->code, ErrorCode::kRefused);
}

TEST(Recovery, F29_WhatHasGrownMeanwhileIsLookedAtAgain) {
  Lost lost;
  const auto id = lost.group.ask(Recover{Sequence(8), "ana", ""});
  EXPECT_EQ(lost.group.reply_as<QueryRefused>(id)->code, ErrorCode::kConflict);
  EXPECT_FALSE(lost.group.exit);
}

TEST(Recovery, F29_LostSequencesAreNeverGivenOutAgain) {
  Lost lost;
  const Hash digest = lost.group.core->durable_head().state_digest;
  lost.recovered();
  Group& group = lost.group;
  EXPECT_FALSE(group.core->read_only());
  EXPECT_EQ(group.head(), Sequence(9));
  EXPECT_EQ(group.core->durable_head().floor, Sequence(10));
  EXPECT_EQ(group.core->durable_head().state_digest, digest);
  EXPECT_GT(group.core->epoch(), Epoch(4));
  const auto id = group.submit(set_command("b", "1"));
  EXPECT_EQ(group.reply_as<Accepted>(id)->first, Sequence(10));
}

TEST(Recovery, F29_ALostSequenceSaysThatItIsLost) {
  Lost lost;
  lost.recovered();
  const auto shown = lost.group.ask(LogQuery{Sequence(5), 1});
  const auto* refused = lost.group.reply_as<QueryRefused>(shown);
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(refused->text,
            "sequence 5 was lost: 3 to 9 were given up by ana@bastion (the disk broke)");
  const auto watched = lost.group.ask(Watch{Sequence(5), 0});
  EXPECT_EQ(lost.group.reply_as<QueryRefused>(watched)->text, refused->text);
  lost.group.restart();
  const auto later = lost.group.ask(LogQuery{Sequence(9), 1});
  EXPECT_EQ(lost.group.reply_as<QueryRefused>(later)->code, ErrorCode::kNotFound);
}

TEST(Recovery, F29_WhoIsAheadTakesASnapshot) {
  Lost lost;
  lost.recovered();
  EXPECT_EQ(plan(lost.group.try_join(lost.member)), CatchUp::kSnapshot);
  EXPECT_FALSE(lost.group.core->read_only()) << "its proof is of what was given up";
  lost.group.submit(set_command("b", "1"));
  EXPECT_EQ(plan(lost.group.try_join(lost.member)), CatchUp::kSnapshot);
  const LogHead& head = lost.group.core->durable_head();
  lost.member.join.marks.received = head.last;
  lost.member.join.chain = head.chain;
  lost.member.join.state_digest = head.state_digest;
  lost.member.join.frame_epoch = head.epoch;
  EXPECT_EQ(plan(lost.group.try_join(lost.member)), CatchUp::kNothing);
}

TEST(Recovery, F31_BehindWhatWasGivenUpAnotherHistoryIsNotRewound) {
  Lost lost;
  lost.recovered();
  lost.group.submit(set_command("b", "1"));
  Follower other = lost.group.joined("web-2", 2);
  lost.group.tick(20000);
  prove(lost.group, other, lost.group.head(), Epoch(4));
  EXPECT_EQ(refusal(lost.group.try_join(other)), ErrorCode::kDiverged);
  lost.group.submit(set_command("c", "1"));
  EXPECT_EQ(refusal(lost.group.try_join(other)), ErrorCode::kDiverged);
  EXPECT_FALSE(lost.group.core->read_only());
  const auto rows = lost.group.asked<MembersReply>(MembersQuery{}).rows;
  EXPECT_EQ(rows.back().state, MemberState::kQuarantined);
  EXPECT_NE(rows.back().note.find(other.join.chain.hex()), std::string::npos);
}

TEST(Recovery, F29_WhoKnowsOfStillMoreStopsAllWritingOnceMore) {
  Lost lost;
  lost.recovered();
  Follower further = lost.group.joined("web-2", 2);
  prove(lost.group, further, Sequence(30), Epoch(4));
  EXPECT_EQ(refusal(lost.group.try_join(further)), ErrorCode::kReadOnly);
  const RecoverReply done = lost.recover(Sequence(30));
  EXPECT_TRUE(done.done);
  EXPECT_EQ(done.first_lost, Sequence(11));
  lost.group.restart();
  EXPECT_EQ(lost.group.head(), Sequence(30));
  EXPECT_EQ(plan(lost.group.try_join(further)), CatchUp::kSnapshot);
}

TEST(Recovery, F29_ProofsOutliveARestart) {
  Lost lost;
  lost.group.restart();
  EXPECT_TRUE(lost.group.core->read_only());
  const RecoverReply shown = lost.recover(Sequence());
  EXPECT_EQ(shown.last_lost, Sequence(9));
  EXPECT_EQ(shown.absent, std::vector<std::string>{"web-1"});
}

TEST(Recovery, F29_ARefusedCommitLeavesEverythingAsItWas) {
  Lost lost;
  lost.group.hold_commits = true;
  const auto id = lost.group.ask(Recover{Sequence(9), "ana", ""});
  lost.group.refuse_commit();
  EXPECT_EQ(lost.group.reply_as<QueryRefused>(id)->code, ErrorCode::kStorageFull);
  lost.group.restart();
  EXPECT_TRUE(lost.group.core->read_only());
  EXPECT_EQ(lost.group.head(), Sequence(2));
}

Outcome outcome_of(Group& group, Sequence sequence) {
  return group.asked<Update>(Watch{sequence, 0}).rows.at(0).outcome;
}

TEST(Recovery, F30_BeyondWhatTheLedgerHasAJoinIsNotBelieved) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  group.submit(ping_command(1000));
  const LogHead& head = group.core->durable_head();
  member.join.marks = {head.last, head.last};
  member.join.chain = head.chain;
  member.join.state_digest = head.state_digest;
  const auto welcome = group.try_join(member);
  EXPECT_EQ(plan(welcome), CatchUp::kNothing);
  EXPECT_EQ(std::get<Welcome>(*welcome).executed, Sequence(1));
  EXPECT_EQ(outcome_of(group, Sequence(2)), Outcome::kWaiting);
  const OutcomeReport failed{Sequence(2), Sequence(2), Outcome::kFailed, "", "no room"};
  group.ack(member, head.last, head.last, {failed});
  EXPECT_EQ(outcome_of(group, Sequence(2)), Outcome::kFailed);
  EXPECT_EQ(outcome_of(group, Sequence(3)), Outcome::kDone);
  EXPECT_EQ(std::get<Welcome>(*group.try_join(member)).executed, head.last);
}

TEST(Recovery, F31_OutcomesInAJoinAreNotBelievedBeforeAReplay) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  group.submit(set_command("a", "2"));
  member.join.marks = {Sequence(2), Sequence(2)};
  member.join.outcomes = {{Sequence(2), Sequence(2), Outcome::kFailed, "", "no room"}};
  EXPECT_EQ(plan(group.try_join(member)), CatchUp::kReplay);
  EXPECT_EQ(outcome_of(group, Sequence(2)), Outcome::kWaiting);
}

TEST(Recovery, F30_ReportsOfWhatNobodyCanAskForAreNotKept) {
  Lost lost;
  lost.recovered();
  ASSERT_EQ(plan(lost.group.try_join(lost.member)), CatchUp::kSnapshot);
  const OutcomeReport failed{Sequence(5), Sequence(5), Outcome::kFailed, "", ""};
  lost.group.ack(lost.member, Sequence(9), Sequence(9), {failed});
  EXPECT_TRUE(lost.group.asked<MemberDetail>(MemberQuery{"web-1"}).outcomes.empty());
  EXPECT_TRUE(lost.group.told<Recorded>(lost.member.peer).has_value());
}

TEST(Recovery, F31_AMemberOfAnotherHistoryIsShownAsQuarantinedWithBothHashes) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.tick(20000);
  const std::string ours = member.join.chain.hex();
  member.join.chain.bytes[0] ^= 1;
  EXPECT_EQ(refusal(group.try_join(member)), ErrorCode::kDiverged);
  const auto rows = group.asked<MembersReply>(MembersQuery{}).rows;
  EXPECT_EQ(rows.front().state, MemberState::kQuarantined);
  EXPECT_NE(rows.front().note.find(ours), std::string::npos);
  EXPECT_NE(rows.front().note.find(member.join.chain.hex()), std::string::npos);
  const auto id = group.submit(set_command("a", "1"));
  EXPECT_NE(group.reply_as<Accepted>(id), nullptr) << "the group goes on";
}

}  // namespace
}  // namespace groupctl::testing
