// Join: whose history is not this log's.
#include <gtest/gtest.h>

#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

/// The member brings what a coordinator with this one's secret said of `last`.
void prove(const Group& group, Follower& member, Sequence last, const Hash& chain) {
  const LogHead& head = group.core->durable_head();
  member.join.marks.received = last;
  member.join.chain = chain;
  member.join.tag = {head.log_id, head.epoch, last, chain,
                     make_tag(group.config.secret, head.log_id, head.epoch, last, chain)};
}

TEST(Join, G15_F29_AheadWithoutAProofIsQuarantinedAndTheOthersGoOn) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.tick(20000);
  member.join.marks.received = Sequence(9);
  EXPECT_EQ(refusal(group.try_join(member)), ErrorCode::kAhead);
  EXPECT_EQ(group.state_of(member.id), MemberState::kQuarantined);
  EXPECT_NE(group.asked<MembersReply>(MembersQuery{})
                .rows.front()
                .note.find("stop group-member on web-1, move its state directory away"),
            std::string::npos);
  EXPECT_NE(group.reply_as<Accepted>(group.submit(set_command("a", "1"))), nullptr);
  member.join.marks.received = Sequence(1);
  group.try_join(member);
  EXPECT_NE(group.state_of(member.id), MemberState::kQuarantined);
}

TEST(Join, G15_ALaterEpochThanOursIsAheadToo) {
  Group group;
  Follower member = group.joined("web-1", 1);
  member.join.envelope_epoch = group.core->epoch().next();
  EXPECT_EQ(refusal(group.try_join(member)), ErrorCode::kAhead);
}

TEST(Join, F29_AheadWithAProofStopsAllWriting) {
  Group group;
  Follower member = group.joined("web-1", 1);
  prove(group, member, Sequence(9), hash_of(as_bytes("later")));
  EXPECT_EQ(refusal(group.try_join(member)), ErrorCode::kReadOnly);
  EXPECT_TRUE(group.core->read_only());
  const auto id = group.submit(set_command("a", "1"));
  EXPECT_EQ(group.reply_as<SubmitRefused>(id)->code, ErrorCode::kReadOnly);
  EXPECT_NE(group.asked<StatusReply>(StatusQuery{}).read_only.find("web-1 proves sequence 9"),
            std::string::npos);
  Follower fresh = group.newcomer("web-2", 2);
  EXPECT_EQ(refusal(group.try_join(fresh)), ErrorCode::kReadOnly);
  EXPECT_EQ(group.head(), Sequence(1));
  group.restart();
  EXPECT_TRUE(group.core->read_only()) << "a restart makes nothing good";
}

TEST(Join, F29_AProofDropsWhatIsGatheredAndLetsTheBatchInCommitEnd) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.hold_commits = true;
  const auto in_commit = group.submit(drawn(9, 1), {set_command("a", "1")});
  const auto gathered = group.submit(drawn(9, 2), {set_command("a", "2")});
  Follower fresh = group.newcomer("web-2", 2);
  group.say(fresh, fresh.join);  // gathered, too
  prove(group, member, Sequence(9), hash_of(as_bytes("later")));
  group.say(member, member.join);

  EXPECT_EQ(group.told<Refused>(fresh.peer)->code, ErrorCode::kReadOnly);
  ASSERT_NE(group.reply_as<SubmitRefused>(gathered), nullptr);
  EXPECT_EQ(group.reply_as<SubmitRefused>(gathered)->code, ErrorCode::kReadOnly);
  const auto queued = group.submit(drawn(9, 3), {set_command("a", "3")});
  group.commit();
  EXPECT_EQ(group.reply_as<Accepted>(in_commit)->last, Sequence(2));
  EXPECT_EQ(group.reply_as<SubmitRefused>(queued)->code, ErrorCode::kReadOnly);
  ASSERT_TRUE(group.in_commit.has_value()) << "the reason becomes durable";
  EXPECT_TRUE(group.in_commit->frames.empty());
  group.commit();
  EXPECT_EQ(group.head(), Sequence(2));
  EXPECT_EQ(group.published.back()->header().last, Sequence(2));
  EXPECT_EQ(group.core->speculative_state().digest(), group.core->durable_head().state_digest);
  const auto again = group.submit(drawn(9, 1), {set_command("a", "1")});
  EXPECT_EQ(group.reply_as<Accepted>(again)->last, Sequence(2)) << "its request id is remembered";
}

TEST(Join, F29_WhatIsGatheredIsDroppedAlsoWhenTheBatchInCommitIsRefused) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.hold_commits = true;
  const auto in_commit = group.submit(set_command("a", "1"));
  group.submit(set_command("a", "2"));
  prove(group, member, Sequence(9), hash_of(as_bytes("later")));
  group.say(member, member.join);
  group.refuse_commit();
  EXPECT_EQ(group.reply_as<SubmitRefused>(in_commit)->code, ErrorCode::kStorageFull);
  group.hold_commits = false;
  group.tick(group.config.watermark_interval_ms);
  EXPECT_EQ(group.head(), Sequence(1));
  group.restart();
  EXPECT_TRUE(group.core->read_only());
}

TEST(Join, F31_AProofOfAnotherChainAtOurHeadStopsAllWriting) {
  Group group;
  Follower member = group.joined("web-1", 1);
  const Hash ours = group.core->durable_head().chain;
  const Hash theirs = hash_of(as_bytes("another history"));
  prove(group, member, Sequence(1), ours);
  EXPECT_EQ(plan(group.try_join(member)), CatchUp::kNothing);
  prove(group, member, Sequence(1), theirs);
  member.join.resynchronise = true;  // whatever it wants now: we said both
  const auto reply = group.try_join(member);
  ASSERT_EQ(refusal(reply), ErrorCode::kReadOnly);
  EXPECT_NE(std::get<Refused>(*reply).text.find(ours.hex()), std::string::npos);
  EXPECT_NE(std::get<Refused>(*reply).text.find(theirs.hex()), std::string::npos);
  EXPECT_TRUE(group.core->read_only());
}

TEST(Join, F31_AnotherChainUnderAForgedTagProvesNothing) {
  Group group;
  Follower member = group.joined("web-1", 1);
  prove(group, member, Sequence(1), hash_of(as_bytes("another history")));
  member.join.tag.tag.bytes[0] ^= 1;
  EXPECT_EQ(refusal(group.try_join(member)), ErrorCode::kDiverged);
  EXPECT_FALSE(group.core->read_only());
}

TEST(Join, WhatIsOnTheDiskBeforeTheCoreHasHeardSoIsNoProofOfALoss) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.hold_commits = true;
  group.submit(set_command("a", "1"));
  const LogHead written = group.in_commit->head;
  member.join.marks.received = written.last;
  member.join.chain = written.chain;
  member.join.state_digest = written.state_digest;
  member.join.tag = {written.log_id, written.epoch, written.last, written.chain, {}};
  member.join.tag.tag =
      make_tag(group.config.secret, written.log_id, written.epoch, written.last, written.chain);
  EXPECT_FALSE(group.try_join(member)) << "it waits for the storage thread";
  group.commit();
  EXPECT_FALSE(group.core->read_only());
  EXPECT_EQ(group.told<Welcome>(member.peer)->plan, CatchUp::kNothing);
}

TEST(Join, F29_AForgedTagProvesNothing) {
  Group group;
  Follower member = group.joined("web-1", 1);
  const LogHead& head = group.core->durable_head();
  member.join.marks.received = Sequence(9);
  member.join.tag = {head.log_id, head.epoch, Sequence(9), {}, {}};
  member.join.tag.tag.bytes.fill(3);
  EXPECT_EQ(refusal(group.try_join(member)), ErrorCode::kAhead);
  EXPECT_FALSE(group.core->read_only());
}

TEST(Join, F31_AnotherChainAtTheSameSequenceIsRefusedWithBothHashes) {
  Group group;
  Follower member = group.joined("web-1", 1);
  const std::string ours = member.join.chain.hex();
  member.join.chain.bytes[0] ^= 1;
  const auto reply = group.try_join(member);
  ASSERT_EQ(refusal(reply), ErrorCode::kDiverged);
  EXPECT_NE(std::get<Refused>(*reply).text.find(ours), std::string::npos);
  EXPECT_NE(std::get<Refused>(*reply).text.find(member.join.chain.hex()), std::string::npos);
}

TEST(Join, F27_AMemberOfAnotherLogIsRefusedUnlessItHoldsNothing) {
  Group group;
  Follower member = group.newcomer("web-1", 1);
  member.join.log_id.bytes.fill(1);
  member.join.marks.received = Sequence(5);
  EXPECT_EQ(refusal(group.try_join(member)), ErrorCode::kDiverged);
  EXPECT_EQ(group.head(), Sequence(0));
  member.join.marks = {};
  EXPECT_EQ(plan(group.try_join(member)), CatchUp::kSnapshot);
}

}  // namespace
}  // namespace groupctl::testing
