// Joining and being in step.
#include "tests/unit/member/member_fixture.h"

namespace groupctl::testing {

using MemberJoin = MemberFixture;

TEST_F(MemberJoin, AsksInTheOrderOfTheConversation) {
  pass(0);
  ASSERT_EQ(sent<Hello>().size(), 1U);
  EXPECT_EQ(sent<Hello>()[0].group, "shop");
  say(Offer{"shop", "tcp://127.0.0.1:7401", 1000});
  ASSERT_EQ(subscribed.size(), 1U);
  EXPECT_EQ(subscribed[0].topic, log.log_id);
  EXPECT_EQ(core->phase(), MemberPhase::kSubscribing);
  EXPECT_TRUE(sent<Join>().empty());
  pass(1000);  // no heartbeat is heard: one interval is enough
  ASSERT_FALSE(sent<Join>().empty());
  EXPECT_EQ(core->phase(), MemberPhase::kJoining);
}

TEST_F(MemberJoin, G9_TheFirstJoinSaysNothingIsHere) {
  join(CatchUp::kSnapshot);
  const Join first = sent<Join>().at(0);
  EXPECT_EQ(first.marks, at(0, 0));
  EXPECT_FALSE(first.log_id);
  EXPECT_EQ(first.known_kinds.size(), command_table().rows().size());
}

TEST_F(MemberJoin, G10_TheFirstJoinTakesTheStateAndIsInStep) {
  log.set("colour", "red");
  log.joined(row());
  join(CatchUp::kSnapshot);
  EXPECT_EQ(core->phase(), MemberPhase::kSnapshot);
  take_snapshot();
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
  EXPECT_EQ(core->state(), log.state());
  EXPECT_EQ(core->marks(), at(2, 2));
  EXPECT_EQ(core->head().chain, log.chain());
  ASSERT_EQ(core->status().properties.size(), 1U);
}

TEST_F(MemberJoin, G17_FramesAreObeyedInOrder) {
  become_member();
  const FramePtr second = log.set("a", "1");
  const FramePtr third = log.set("a", "2");
  const FramePtr fourth = log.deploy("site", "1.0");
  publish(fourth);
  publish(third);
  EXPECT_EQ(core->marks().received, Sequence(1));
  publish(second);
  EXPECT_EQ(core->marks().received, Sequence(4));
  EXPECT_EQ(core->state(), log.state());
  EXPECT_EQ(sequences(all_work), std::vector<std::uint64_t>{4});
  EXPECT_EQ(core->marks().executed, Sequence(3));
  work_ends();
  EXPECT_EQ(core->marks(), at(4, 4));
}

TEST_F(MemberJoin, G12_ARejoinAfterAbsenceGetsWhatItMissed) {
  become_member();
  restart();
  log.set("a", "1");
  log.sets(3);
  join(CatchUp::kReplay);
  EXPECT_EQ(sent<Join>().at(0).marks, at(1, 1));
  EXPECT_EQ(sent<Join>().at(0).log_id, log.log_id);
  ASSERT_EQ(sent<ReplayRequest>().size(), 1U);
  EXPECT_EQ(sent<ReplayRequest>()[0].from, Sequence(2));
  say(log.page(Sequence(2)));
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
  EXPECT_EQ(core->marks(), at(5, 5));
  EXPECT_EQ(core->state(), log.state());
}

TEST_F(MemberJoin, G18_AcksNameTheSequenceAndGoOutEachInterval) {
  become_member();
  publish(log.set("a", "1"));
  EXPECT_EQ(last_ack().marks, at(2, 2));
  EXPECT_EQ(last_ack().session, session);
  EXPECT_EQ(last_ack().state_digest, log.state().digest());
  drain();
  pass(1000);
  EXPECT_EQ(sent<Ack>().size(), 1U);
}

}  // namespace groupctl::testing
