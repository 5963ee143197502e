// The stream: lost, repeated, reordered, from an old sender, of another history, with another
// digest.
#include <algorithm>

#include "log/pcg.h"
#include "tests/unit/member/member_fixture.h"

namespace groupctl::testing {

using MemberFollow = MemberFixture;

TEST_F(MemberFollow, F19_ALostFrameIsAskedForAndAppliedInOrder) {
  become_member();
  log.set("a", "1");
  publish(log.set("a", "2"));
  ASSERT_EQ(sent<ReplayRequest>().size(), 1U);
  EXPECT_EQ(sent<ReplayRequest>()[0].from, Sequence(2));
  EXPECT_EQ(core->phase(), MemberPhase::kReplaying);
  say(log.page(Sequence(2)));
  EXPECT_EQ(core->marks(), at(3, 3));
  EXPECT_EQ(core->state(), log.state());
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
}

TEST_F(MemberFollow, F20_TheLostLastFrameIsFoundByTheHeartbeat) {
  become_member();
  log.set("a", "1");
  publish(log.heartbeat());
  ASSERT_EQ(sent<ReplayRequest>().size(), 1U);
  EXPECT_EQ(sent<ReplayRequest>()[0].from, Sequence(2));
}

TEST_F(MemberFollow, G28_AReplayThatIsNotAnsweredIsAskedForAgain) {
  become_member();
  log.set("a", "1");
  publish(log.heartbeat());
  pass(2000);
  EXPECT_GE(sent<ReplayRequest>().size(), 2U);
  EXPECT_LE(sent<ReplayRequest>().size(), 8U);
}

TEST_F(MemberFollow, F21_ARepeatedFrameIsAppliedOnce) {
  become_member();
  const FramePtr frame = log.deploy("site", "1.0");
  for (int i = 0; i < 3; ++i) publish(frame);
  work_ends();
  EXPECT_EQ(core->marks(), at(2, 2));
  EXPECT_EQ(sequences(all_work), std::vector<std::uint64_t>{2});
}

TEST_F(MemberFollow, F22_SixteenReorderedFramesAreAppliedInOrder) {
  become_member();
  std::vector<FramePtr> frames;
  for (int i = 0; i < 16; ++i) frames.push_back(log.deploy("site", std::to_string(i)));
  Pcg pcg(4);
  for (std::size_t i = frames.size(); i > 1; --i) std::swap(frames[i - 1], frames[pcg.below(i)]);
  for (const FramePtr& frame : frames) publish(frame);
  work_ends();
  EXPECT_EQ(core->marks(), at(17, 17));
  EXPECT_EQ(core->state(), log.state());
  EXPECT_EQ(core->actual().artefacts.at("site").version, "15");
  const auto ran = sequences(all_work);
  EXPECT_TRUE(std::is_sorted(ran.begin(), ran.end()));
}

TEST_F(MemberFollow, SeveralFramesGoIntoOneCommit) {
  become_member();
  hold_commits = true;
  publish(log.set("a", "0"));
  ASSERT_EQ(held.size(), 1U);
  for (int i = 1; i <= 10; ++i) publish(log.set("a", std::to_string(i)));
  EXPECT_EQ(held.size(), 1U) << "one commit in flight at a time";
  EXPECT_EQ(core->marks().received, Sequence(1));
  EXPECT_EQ(core->state().digest(), core->head().state_digest);
  step(MemberCommitDone{store.commit(held[0])});
  ASSERT_EQ(held.size(), 2U);
  EXPECT_EQ(held[1].frames.size(), kMaxBatchFrames);
  EXPECT_EQ(core->marks().received, Sequence(2));
}

TEST_F(MemberFollow, WhatCameTogetherIsOneCommitAndOneAcknowledgement) {
  become_member();
  drain();
  hold_commits = true;
  FromCommandPlane together;
  for (int i = 0; i < 5; ++i) {
    together.messages.push_back({log.envelope(), log.set("a", std::to_string(i))});
  }
  step(std::move(together));
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held[0].frames.size(), 5U);
  step(MemberCommitDone{store.commit(held[0])});
  ASSERT_EQ(sent<Ack>().size(), 1U);
  EXPECT_EQ(last_ack().marks.received, Sequence(6));
}

TEST_F(MemberFollow, F28_AnOldEpochIsRefused) {
  become_member();
  Envelope old = log.envelope();
  log.epoch = Epoch(2);
  publish(log.heartbeat());
  ASSERT_EQ(core->phase(), MemberPhase::kSeeking);
  publish(old, log.set("a", "1"));
  EXPECT_EQ(core->marks().received, Sequence(1));
  EXPECT_TRUE(noted("refused an older epoch epoch=1"));
  restart();
  EXPECT_EQ(core->status().epoch, Epoch(2)) << "the highest epoch heard survives a restart";
}

TEST_F(MemberFollow, F28_AnEpochHeardInARefusalSurvivesARestart) {
  become_member();
  say(Rejoin{"restarted"});
  log.epoch = Epoch(2);
  say(Refused{ErrorCode::kBusy, "try again"});
  restart();
  EXPECT_EQ(core->status().epoch, Epoch(2));
}

TEST_F(MemberFollow, ALaterEpochMeansJoiningAgainWithJitter) {
  become_member();
  log.epoch = Epoch(2);
  publish(log.heartbeat());
  EXPECT_EQ(core->phase(), MemberPhase::kSeeking);
  pass(1000);
  EXPECT_FALSE(sent<Hello>().empty());
  join(CatchUp::kNothing);
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
  EXPECT_EQ(sent<Join>().back().envelope_epoch, Epoch(2));
}

TEST_F(MemberFollow, F27_AForeignLogIsNotFollowed) {
  become_member();
  publish(log.deploy("site", "1.0"));
  work_ends();
  const GroupState before = core->state();
  restart();
  log = GroupLog(9);
  log.set("a", "other");
  pass(0);
  say(Offer{"shop", "tcp://127.0.0.1:7401", 1000});
  EXPECT_EQ(core->phase(), MemberPhase::kQuarantined);
  EXPECT_TRUE(noted("foreign log"));
  publish(log.frames()[0]);
  pass(60000);
  work_ends();
  EXPECT_EQ(core->state(), before);
  EXPECT_EQ(core->actual().artefacts.at("site").version, "1.0");
  EXPECT_EQ(all_work.size(), 1U) << "it only asks what is in place, at start";
  EXPECT_GE(sent<Hello>().size(), 2U) << "tries rarely";
  EXPECT_LE(sent<Hello>().size(), 4U);
}

TEST_F(MemberFollow, G37_AnotherDigestAtTheSameSequenceMeansResynchronising) {
  become_member();
  log.lie_about_digest();
  publish(log.set("a", "1"));
  EXPECT_EQ(core->marks().received, Sequence(1)) << "what does not verify is not applied";
  ASSERT_EQ(sent<Join>().size(), 1U);
  EXPECT_TRUE(sent<Join>()[0].resynchronise);
  EXPECT_EQ(sent<Join>()[0].resynchronise_cause, "state digest differs");
}

TEST_F(MemberFollow, G35_ASnapshotMendsTheGroupHalf) {
  become_member();
  Heartbeat wrong = log.heartbeat();
  wrong.state_digest = hash_of(as_bytes("another"));
  publish(wrong);
  ASSERT_EQ(core->phase(), MemberPhase::kJoining);
  session = session.next();
  say(Welcome{session, MemberId(1), log.last(), 1000, 10000, {}, CatchUp::kSnapshot});
  take_snapshot();
  work_ends();
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
  EXPECT_EQ(core->state(), log.state());
  // The same cause again within ten minutes.
  publish(wrong);
  EXPECT_EQ(core->phase(), MemberPhase::kQuarantined);
  EXPECT_TRUE(noted("twice in ten minutes: state digest"));
}

TEST_F(MemberFollow, AnotherHistoryIsQuarantinedWithBothHashes) {
  become_member();
  GroupLog other;
  other.set("first", "here");
  publish(other.set("second", "here"));
  EXPECT_EQ(core->phase(), MemberPhase::kQuarantined);
  EXPECT_TRUE(noted("diverged history: at 1 the own chain is " + log.chain().hex()));
  EXPECT_EQ(core->marks().received, Sequence(1));
}

TEST_F(MemberFollow, AHeartbeatOfAnotherHistoryIsNoticed) {
  become_member();
  Heartbeat other = log.heartbeat();
  other.chain = hash_of(as_bytes("another"));
  publish(other);
  EXPECT_EQ(core->phase(), MemberPhase::kQuarantined);
}

TEST_F(MemberFollow, G51_AnUnknownStateKindIsStoppedBefore) {
  become_member();
  publish(log.set("a", "1"));
  publish(log.unknown(EntryClass::kState));
  publish(log.set("a", "2"));
  EXPECT_EQ(core->marks(), at(2, 2));
  EXPECT_EQ(last_ack().held_at, Sequence(3));
  ASSERT_EQ(last_ack().outcomes.size(), 1U);
  EXPECT_EQ(last_ack().outcomes[0].outcome, Outcome::kNotUnderstood);
  EXPECT_EQ(last_ack().outcomes[0].first, Sequence(3));
  EXPECT_NE(core->status().note.find("needs a newer group-member"), std::string::npos);
  drain();
  pass(2000);
  EXPECT_TRUE(sent<ReplayRequest>().empty()) << "it has what it cannot apply";
  EXPECT_GE(sent<Ack>().size(), 2U) << "and stays with its coordinator";
}

TEST_F(MemberFollow, G51_AnotherUnknownKindIsPassedAndSaidSo) {
  become_member();
  publish(log.unknown(EntryClass::kNeverLate));
  publish(log.set("a", "2"));
  EXPECT_EQ(core->marks(), at(3, 3));
  ASSERT_EQ(last_ack().outcomes.size(), 1U);
  EXPECT_EQ(last_ack().outcomes[0].outcome, Outcome::kNotUnderstood);
}

TEST_F(MemberFollow, ARefusedCommitIsTriedAgainAndRStays) {
  become_member();
  store.refuse_next({ErrorCode::kStorageFull, "no space"});
  publish(log.deploy("site", "1.0"));
  EXPECT_EQ(core->marks().received, Sequence(1));
  EXPECT_TRUE(noted("no space"));
  EXPECT_FALSE(exited);
  pass(1000);
  work_ends();
  EXPECT_EQ(core->marks(), at(2, 2));
  EXPECT_EQ(core->state(), log.state());
}

TEST_F(MemberFollow, AnUnknownCommitEndsTheProcess) {
  become_member();
  store.leave_next_unknown(true);
  publish(log.set("a", "1"));
  EXPECT_EQ(exited, 74);
  restart();
  EXPECT_EQ(core->marks().received, Sequence(2)) << "the restart decides by reading";
}

TEST_F(MemberFollow, F9_AStoreThatCannotBeReadEndsTheProcess) {
  become_member();
  store.refuse_next({ErrorCode::kCorrupt, "the head does not verify"});
  publish(log.set("a", "1"));
  EXPECT_EQ(exited, 74);
  EXPECT_TRUE(noted("the head does not verify"));
}

TEST_F(MemberFollow, OnlyTheNewestOfTheLogIsKeptAlsoOverRestarts) {
  config.max_log_bytes = 4096;
  restart();
  become_member();
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 6; ++i) publish(log.set("a", std::to_string(i)));
    restart();
    join(CatchUp::kNothing);
  }
  EXPECT_EQ(core->marks(), at(25, 25));
  EXPECT_GT(core->head().floor, Sequence(12));
  EXPECT_LT(core->head().floor, Sequence(25));
  EXPECT_EQ(store.head()->floor, core->head().floor);
  EXPECT_TRUE(store.read_frames(core->head().floor, 1 << 20));
}

TEST_F(MemberFollow, WhatHasNotEndedIsKept) {
  config.max_log_bytes = 4096;
  restart();
  become_member();
  publish(log.deploy("site", "1.0"));
  publish(log.deploy("site", "2.0"));
  for (int i = 0; i < 20; ++i) publish(log.set("a", std::to_string(i)));
  EXPECT_LE(core->head().floor, Sequence(3));
  restart();
  pass(0);
  work_ends();
  EXPECT_EQ(core->marks(), at(23, 23));
}

TEST_F(MemberFollow, ALogThatIsFullTakesRowsAtOnceAndFramesLater) {
  become_member();
  publish(log.deploy("site", "1.0"));  // 2: runs
  store.refuse_next({ErrorCode::kLogFull, "95 %"});
  publish(log.set("a", "1"));
  EXPECT_EQ(core->marks().received, Sequence(2));
  work_ends(Outcome::kFailed, "no such file");
  EXPECT_EQ(core->marks(), at(2, 2)) << "an outcome does not wait for room";
  restart();
  EXPECT_EQ(core->marks(), at(2, 2));
  join(CatchUp::kReplay);
  say(log.page(Sequence(3)));
  work_ends();
  EXPECT_EQ(core->marks(), at(3, 3));
}

TEST_F(MemberFollow, ALaterEpochOfLessDoesNotTakeTheProofAway) {
  become_member();
  const GroupLog restored = log;
  publish(log.set("a", "1"));
  publish(log.heartbeat());
  log = restored;  // entry 2 is lost
  log.epoch = log.epoch.next();
  publish(log.heartbeat());
  drain();
  join(CatchUp::kNothing);
  const TagClaim tag = sent<Join>().at(0).tag;
  EXPECT_EQ(tag.last, Sequence(2));
  EXPECT_EQ(tag.epoch, Epoch(1));
}

TEST_F(MemberFollow, TheTagOfTheLastHeartbeatIsGivenInJoin) {
  become_member();
  publish(log.set("a", "1"));
  publish(log.heartbeat());
  restart();
  join(CatchUp::kNothing);
  const TagClaim tag = sent<Join>().at(0).tag;
  EXPECT_EQ(tag.last, Sequence(2));
  EXPECT_TRUE(verify_tag(log.secret, tag));
}

}  // namespace groupctl::testing
