// Hello, silence, sessions, refusals, leaving.
#include <algorithm>

#include "tests/unit/member/member_fixture.h"

namespace groupctl::testing {

using MemberSession = MemberFixture;

TEST_F(MemberSession, HelloIsRepeatedWithGrowingPauses) {
  pass(120000);
  EXPECT_GE(sent<Hello>().size(), 5U);
  EXPECT_LE(sent<Hello>().size(), 20U);
}

TEST_F(MemberSession, JoinIsRepeatedUntilItIsAnswered) {
  pass(0);
  say(Offer{"shop", "tcp://127.0.0.1:7401", 1000});
  publish(log.heartbeat());
  pass(3000);
  EXPECT_GE(sent<Join>().size(), 2U);
}

TEST_F(MemberSession, G14_ThreeSilentIntervalsMeanLookingAnew) {
  become_member();
  publish(log.deploy("site", "1.0"));
  pass(2900);
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
  pass(200);
  EXPECT_EQ(core->phase(), MemberPhase::kSeeking);
  EXPECT_FALSE(core->status().coordinator_up);
  work_ends();
  EXPECT_EQ(core->marks(), at(2, 2)) << "what it has to do goes on";
  drain();
  join(CatchUp::kNothing);
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
}

TEST_F(MemberSession, F17_WhoIsNotHeardLooksAnewThoughItHears) {
  become_member();
  hears_acks = false;
  for (int i = 0; i < 29; ++i) {
    publish(log.heartbeat());
    pass(100);
  }
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
  EXPECT_TRUE(core->status().coordinator_up);
  for (int i = 0; i < 2; ++i) {
    publish(log.heartbeat());
    pass(100);
  }
  EXPECT_EQ(core->phase(), MemberPhase::kSeeking);
  EXPECT_EQ(core->status().note, "the coordinator does not answer");
  publish(log.heartbeat());
  EXPECT_FALSE(core->status().coordinator_up) << "it is heard, and does not hear";
  hears_acks = true;
  join(CatchUp::kNothing);
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
  EXPECT_TRUE(core->status().coordinator_up);
}

TEST_F(MemberSession, F17_OneAnswerInTwoIsEnough) {
  become_member();
  for (int i = 0; i < 20; ++i) {
    hears_acks = i % 2 == 0;
    publish(log.heartbeat());
    pass(1000);
  }
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
}

TEST_F(MemberSession, F17_AcksWithNewsDoNotAskMoreOften) {
  become_member();
  for (int i = 0; i < 10; ++i) {
    publish(log.set("a", std::to_string(i)));
    work_ends();
    pass(300);
  }
  const std::vector<Ack> acks = sent<Ack>();
  const auto asking =
      std::count_if(acks.begin(), acks.end(), [](const Ack& ack) { return ack.asks; });
  EXPECT_GE(acks.size(), 10U);
  EXPECT_EQ(asking, 3);
}

TEST_F(MemberSession, AnUnknownSessionMeansJoiningAgain) {
  become_member();
  say(Rejoin{"restarted"});
  EXPECT_EQ(core->phase(), MemberPhase::kJoining);
  pass(1000);
  EXPECT_FALSE(sent<Join>().empty());
}

TEST_F(MemberSession, AProbeIsAnswered) {
  become_member();
  say(Probe{77});
  ASSERT_EQ(sent<ProbeReply>().size(), 1U);
  EXPECT_EQ(sent<ProbeReply>()[0].nonce, 77U);
  EXPECT_EQ(sent<ProbeReply>()[0].session, session);
}

TEST_F(MemberSession, ALastingRefusalIsQuarantineAndTriedRarely) {
  for (const ErrorCode code :
       {ErrorCode::kWrongGroup, ErrorCode::kAhead, ErrorCode::kDiverged, ErrorCode::kConflict}) {
    restart();
    pass(0);
    say(Refused{code, "no"});
    EXPECT_EQ(core->phase(), MemberPhase::kQuarantined);
    drain();
    pass(config.retry_max_ms - 1);
    EXPECT_TRUE(sent<Hello>().empty());
    pass(1);
    EXPECT_EQ(sent<Hello>().size(), 1U);
    join(CatchUp::kSnapshot);
    EXPECT_EQ(core->phase(), MemberPhase::kSnapshot) << "once accepted it goes on";
  }
}

TEST_F(MemberSession, ABusyCoordinatorIsAskedAgain) {
  pass(0);
  say(Refused{ErrorCode::kBusy, "many joiners"});
  EXPECT_EQ(core->phase(), MemberPhase::kSeeking);
  pass(2000);
  EXPECT_GE(sent<Hello>().size(), 2U);
}

TEST_F(MemberSession, G24_LeavingIsAskedUntilItIsAnswered) {
  become_member();
  step(LeaveAsked{});
  EXPECT_EQ(core->phase(), MemberPhase::kLeaving);
  pass(1500);
  EXPECT_GE(sent<Leave>().size(), 2U);
  say(Left{});
  EXPECT_EQ(core->phase(), MemberPhase::kLeft);
  drain();
  pass(10000);
  EXPECT_TRUE(sent<Ack>().empty());
}

TEST_F(MemberSession, WhoLeavesAsksForNothingThatItLacks) {
  become_member();
  step(LeaveAsked{});
  log.deploy("site", "1.0");  // not heard
  publish(log.set("a", "1"));
  pass(500);
  EXPECT_TRUE(sent<ReplayRequest>().empty());
  say(Resynchronise{"below the floor"});
  EXPECT_EQ(core->phase(), MemberPhase::kLeaving);
  say(Left{});
  EXPECT_EQ(core->phase(), MemberPhase::kLeft);
}

TEST_F(MemberSession, G26_AfterLeavingItJoinsAsNew) {
  become_member();
  publish(log.deploy("site", "1.0"));
  work_ends();
  step(LeaveAsked{});
  publish(log.left(MemberId(1)));  // the word that it left is lost; the log says it too
  EXPECT_EQ(core->phase(), MemberPhase::kLeft);
  restart();
  pass(0);
  for (const WorkItem& item : all_work) {
    for (const ArtefactStep& step : std::get<ReconcileRequest>(item.what).steps) {
      EXPECT_TRUE(step.leave) << "only asked about";
    }
  }
  log.joined(row());
  join(CatchUp::kSnapshot);
  take_snapshot();
  work_ends();
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
  EXPECT_EQ(core->status().id, MemberId(4));
  EXPECT_EQ(core->marks(), at(4, 4));
}

TEST_F(MemberSession, G26_EvictedItKeepsWhatItRunsAndJoinsAsNewWhenItIsStartedAgain) {
  become_member();
  publish(log.deploy("site", "1.0"));
  work_ends();
  say(Evicted{SessionNumber(session.value + 7), "of another session"});
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
  publish(log.left(MemberId(1)));
  say(Evicted{session, "evicted by ana@bastion: rack r4 is gone"});
  EXPECT_EQ(core->phase(), MemberPhase::kLeft);
  EXPECT_TRUE(noted("left why=\"evicted by ana@bastion: rack r4 is gone\""));
  EXPECT_TRUE(core->actual().artefacts.contains("site"));
  EXPECT_FALSE(exited);
  drain();
  pass(30'000);
  EXPECT_TRUE(sent<Ack>().empty());
  EXPECT_TRUE(sent<Hello>().empty());
  restart();
  pass(0);
  log.joined(row());
  join(CatchUp::kSnapshot);
  take_snapshot();
  work_ends();
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
  EXPECT_EQ(core->status().id, MemberId(4));
  EXPECT_TRUE(core->actual().artefacts.contains("site"));
}

TEST_F(MemberSession, G27_ARestartWithNothingMissedLosesNothing) {
  become_member();
  publish(log.deploy("site", "1.0"));
  work_ends();
  restart();
  join(CatchUp::kNothing);
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
  EXPECT_EQ(core->marks(), at(2, 2));
  // What is in place is asked for once, since a crash can have come between work and its record.
  ASSERT_EQ(all_work.size(), 1U);
  const auto& reconcile = std::get<ReconcileRequest>(all_work[0].what);
  ASSERT_EQ(reconcile.steps.size(), 1U);
  EXPECT_EQ(reconcile.steps[0].actual->version, "1.0");
  work_ends(Outcome::kUnchanged);
  EXPECT_TRUE(core->delta().empty());
}

TEST_F(MemberSession, G30_AWipedMemberJoinsAsNew) {
  become_member();
  publish(log.deploy("site", "1.0"));
  work_ends();
  store = MemoryStore();
  config.server_id.bytes.fill(0x22);
  restart();
  log.left(MemberId(1));
  log.joined(row());
  join(CatchUp::kSnapshot);
  take_snapshot();
  work_ends();
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
  EXPECT_EQ(core->state(), log.state());
  EXPECT_EQ(core->actual().artefacts.at("site").version, "1.0");
}

TEST_F(MemberSession, F49_AnOfferThatComesLateIsNotTakenByWhoAsksToBeLetIn) {
  pass(0);
  step(LinkTroubled{LinkTrouble::kKeyRefused});
  pass(5000);
  ASSERT_EQ(core->phase(), MemberPhase::kPending);
  ASSERT_FALSE(sent<Enrol>().empty());
  say(Offer{"shop", "tcp://127.0.0.1:7401", 1000});
  EXPECT_EQ(core->phase(), MemberPhase::kPending) << "as a guest it could never join";
  drain();
  pass(5000);
  EXPECT_FALSE(sent<Enrol>().empty()) << "and it goes on asking";
}

TEST_F(MemberSession, G2_AStateDirectoryIsOfOneGroup) {
  become_member();
  config.group = "bank";
  auto other = MemberCore::load(config, command_table(), store);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kWrongGroup);
}

}  // namespace groupctl::testing
