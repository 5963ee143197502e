// The snapshot: fetched in pieces, checked wholly, swapped at once; E moves when the reconcile
// ended.
#include "log/pcg.h"
#include "tests/unit/member/member_fixture.h"

namespace groupctl::testing {

class MemberSnapshot : public MemberFixture {
 protected:
  /// It is told so, joins anew, and is to take a snapshot.
  void is_sluggish() {
    say(Resynchronise{"sluggish"});
    session = session.next();
    say(Welcome{session,
                MemberId(1),
                log.last(),
                1000,
                10000,
                {},
                CatchUp::kSnapshot,
                core->marks().executed});
  }
};

TEST_F(MemberSnapshot, EMovesOnlyWhenTheReconcileHasEnded) {
  log.deploy("site", "1.0");
  log.joined(row());
  join(CatchUp::kSnapshot);
  take_snapshot();
  EXPECT_EQ(core->marks(), at(2, 0));
  ASSERT_EQ(work.size(), 1U);
  EXPECT_EQ(std::get<ReconcileRequest>(work[0].what).steps.size(), 1U);
  const FramePtr live = log.set("a", "1");
  publish(live);
  EXPECT_EQ(core->marks(), at(3, 0)) << "R goes on, E waits";
  drain();
  work_ends();
  EXPECT_EQ(core->marks(), at(3, 3));
  EXPECT_EQ(core->actual().artefacts.at("site").sequence, Sequence(1));
  ASSERT_EQ(last_ack().outcomes.size(), 1U);
  const OutcomeReport report = last_ack().outcomes[0];
  EXPECT_EQ(report.outcome, Outcome::kBySnapshot);
  EXPECT_EQ(std::pair(report.first, report.last), std::pair(Sequence(1), Sequence(2)));
}

TEST_F(MemberSnapshot, AKeyThatFailedIsReportedAtItsAssignment) {
  log.set("a", "1");
  log.deploy("site", "1.0");
  log.joined(row());
  join(CatchUp::kSnapshot);
  take_snapshot();
  work_ends(Outcome::kFailed, "no such file");
  EXPECT_EQ(core->marks(), at(3, 3));
  const auto outcomes = last_ack().outcomes;
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[1].first, Sequence(2));
  EXPECT_EQ(outcomes[1].outcome, Outcome::kFailed);
  EXPECT_EQ(last_ack().delta.failed, 1U);
}

TEST_F(MemberSnapshot, AFailureOfARolloutIsReportedAtTheReleaseThatBroughtIt) {
  become_member();
  publish(log.deploy_rolling("site", "1.0", Target::all()));
  const Sequence rollout = log.last();
  log.release(rollout, "site", core->status().id);
  const Sequence released = log.last();
  log.set("a", "1");
  is_sluggish();
  take_snapshot();
  work_ends(Outcome::kFailed, "not well");
  EXPECT_EQ(core->marks().executed, log.last());
  const auto outcomes = last_ack().outcomes;
  const auto told = std::find_if(outcomes.begin(), outcomes.end(), [](const OutcomeReport& one) {
    return one.outcome == Outcome::kFailed;
  });
  ASSERT_NE(told, outcomes.end());
  EXPECT_EQ(told->first, released) << "the rollout counts by it";
}

TEST_F(MemberSnapshot, ARestartBeforeTheReconcileEndedReconcilesAgain) {
  log.deploy("site", "1.0");
  log.joined(row());
  join(CatchUp::kSnapshot);
  take_snapshot();
  restart();
  EXPECT_EQ(core->marks(), at(2, 0));
  pass(0);
  ASSERT_EQ(work.size(), 1U);
  work_ends();
  EXPECT_EQ(core->marks(), at(2, 2));
}

TEST_F(MemberSnapshot, OpenEntriesAreClosedAndTheRunningOneKeepsItsOutcome) {
  become_member();
  publish(log.deploy("site", "1.0"));   // 2: runs
  publish(log.deploy("other", "1.0"));  // 3: waits
  ASSERT_EQ(sequences(work), std::vector<std::uint64_t>{2});
  log.deploy("third", "1.0");  // 4: never received
  is_sluggish();
  take_snapshot();
  EXPECT_EQ(core->marks(), at(4, 1));
  EXPECT_EQ(work.size(), 1U) << "what has started runs to its end first";
  work_ends();
  EXPECT_EQ(core->marks(), at(4, 4));
  EXPECT_EQ(core->actual().artefacts.size(), 3U);
  const auto outcomes = last_ack().outcomes;
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[0].last, Sequence(2));
  EXPECT_EQ(outcomes[0].outcome, Outcome::kDone) << "said, or the range would say otherwise";
  EXPECT_EQ(outcomes[1].outcome, Outcome::kBySnapshot);
  EXPECT_EQ(outcomes[1].last, Sequence(4));
  restart();
  EXPECT_EQ(core->marks(), at(4, 4));
}

TEST_F(MemberSnapshot, WhatEndsWhileTheSwapIsWrittenKeepsItsOutcomeAndNothingBegins) {
  become_member();
  publish(log.deploy("site", "1.0"));   // 2: runs
  publish(log.deploy("other", "1.0"));  // 3: waits
  is_sluggish();
  hold_commits = true;
  take_snapshot();
  work_ends();
  hold_commits = false;
  answers.push_back(store.commit(held.at(0)));
  step(MemberCommitDone{answers.back()});
  work_ends();
  EXPECT_EQ(core->marks(), at(3, 3));
  EXPECT_EQ(sequences(all_work), std::vector<std::uint64_t>{2}) << "3 ended with the snapshot";
  const auto outcomes = last_ack().outcomes;
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[0].last, Sequence(2));
  EXPECT_EQ(outcomes[0].outcome, Outcome::kDone) << "said, or the range would say otherwise";
  restart();
  EXPECT_EQ(core->marks(), at(3, 3));
  pass(0);
  work_ends();
  EXPECT_TRUE(sequences(all_work).empty()) << "3 never started";
}

TEST_F(MemberSnapshot, AnImageOlderThanWhatIsBeingWrittenIsNotTaken) {
  become_member();
  const auto old = log.chunks();
  hold_commits = true;
  publish(log.set("a", "1"));
  say(Resynchronise{"told so"});
  session = session.next();
  say(Welcome{session, MemberId(1), log.last(), 1000, 10000, {}, CatchUp::kSnapshot});
  for (const SnapshotChunk& chunk : old) say(chunk);
  hold_commits = false;
  answers.push_back(store.commit(held.at(0)));
  step(MemberCommitDone{answers.back()});
  EXPECT_EQ(core->marks().received, Sequence(2)) << "never rewound";
}

TEST_F(MemberSnapshot, OwnRowAfterTheSnapshotReconcilesThen) {
  log.deploy("site", "1.0");
  const auto shared = log.chunks();
  log.joined(row());
  join(CatchUp::kSnapshot);
  for (const SnapshotChunk& chunk : shared) say(chunk);
  EXPECT_TRUE(all_work.empty()) << "G8: un-joined, it executes nothing";
  EXPECT_EQ(core->marks(), at(1, 1));
  say(log.page(Sequence(2)));
  ASSERT_EQ(work.size(), 1U);
  EXPECT_EQ(core->marks(), at(2, 1));
  work_ends();
  EXPECT_EQ(core->marks(), at(2, 2));
  EXPECT_EQ(core->actual().artefacts.at("site").version, "1.0");
}

TEST_F(MemberSnapshot, ALostRequestIsRepeatedFromWhereItWas) {
  log.joined(row());
  join(CatchUp::kSnapshot);
  ASSERT_EQ(sent<SnapshotRequest>().size(), 1U);
  EXPECT_EQ(sent<SnapshotRequest>()[0].image.at, Sequence{});
  pass(1000);
  EXPECT_GE(sent<SnapshotRequest>().size(), 2U);
  take_snapshot();
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
}

TEST_F(MemberSnapshot, ALongImageComesInAnyOrderAndIsResumed) {
  Pcg pcg(1);
  for (int i = 0; i < 90; ++i) {  // noise does not compress
    std::string value;
    for (int j = 0; j < 4096; ++j) value.push_back(static_cast<char>('!' + pcg.below(90)));
    log.set("key" + std::to_string(i), value);
  }
  log.joined(row());
  join(CatchUp::kSnapshot);
  const auto chunks = log.chunks();
  ASSERT_GE(chunks.size(), 4U);
  say(chunks[0]);
  ASSERT_EQ(sent<SnapshotRequest>().size(), 5U) << "a window opens";
  say(chunks[2]);
  EXPECT_EQ(core->phase(), MemberPhase::kSnapshot);
  say(Rejoin{"restarted"});
  pass(1000);
  session = session.next();
  drain();
  say(Welcome{session, MemberId(91), log.last(), 1000, 10000, {}, CatchUp::kSnapshot});
  ASSERT_FALSE(sent<SnapshotRequest>().empty());
  EXPECT_EQ(sent<SnapshotRequest>()[0].offset, kChunkBytes);
  EXPECT_EQ(sent<SnapshotRequest>()[0].session, session);
  for (std::size_t i = chunks.size(); i > 1; --i) say(chunks[i - 1]);
  pass(1000);  // what came before its time is asked for again
  for (const SnapshotChunk& chunk : chunks) say(chunk);
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
  EXPECT_EQ(core->state(), log.state());
}

TEST_F(MemberSnapshot, AnImageThatDoesNotVerifyIsNotSwappedIn) {
  log.joined(row());
  join(CatchUp::kSnapshot);
  SnapshotChunk chunk = log.chunks().at(0);
  chunk.bytes[chunk.bytes.size() / 2] ^= 1;
  say(chunk);
  EXPECT_EQ(core->phase(), MemberPhase::kJoining);
  EXPECT_EQ(core->marks(), at(0, 0));
}

TEST_F(MemberSnapshot, AnUnknownStateKindInItKeepsItOut) {
  log.unknown(EntryClass::kState);
  log.joined(row());
  join(CatchUp::kSnapshot);
  take_snapshot();
  EXPECT_EQ(core->phase(), MemberPhase::kQuarantined);
  EXPECT_TRUE(noted("needs a newer group-member"));
  EXPECT_EQ(core->marks(), at(0, 0));
}

TEST_F(MemberSnapshot, AnImageOlderThanWhatIsHereIsNotTaken) {
  become_member();
  const auto old = log.chunks();
  publish(log.set("a", "1"));
  say(Resynchronise{"told so"});
  session = session.next();
  say(Welcome{session, MemberId(1), log.last(), 1000, 10000, {}, CatchUp::kSnapshot});
  for (const SnapshotChunk& chunk : old) say(chunk);
  EXPECT_EQ(core->phase(), MemberPhase::kSnapshot);
  drain();
  pass(1000);
  EXPECT_FALSE(sent<SnapshotRequest>().empty());
  take_snapshot();
  EXPECT_EQ(core->phase(), MemberPhase::kInStep);
  EXPECT_EQ(core->marks(), at(2, 2));
}

}  // namespace groupctl::testing
