// From an entry's turn to its outcome, and the outcome's way to the coordinator.
#include "member/memory.h"
#include "member/outcomes.h"
#include "tests/unit/member/member_fixture.h"

namespace groupctl::testing {

class MemberOutcome : public MemberFixture {
 protected:
  void rejoin() {
    restart();
    join(CatchUp::kNothing);
  }
};

TEST_F(MemberOutcome, G47_AFailureIsReportedAfterItEndedAndUntilItIsRecorded) {
  become_member();
  publish(log.deploy("site", "1.0"));
  EXPECT_EQ(last_ack().marks, at(2, 1));
  work_ends(Outcome::kFailed, "no such file");
  EXPECT_EQ(last_ack().marks, at(2, 2));
  ASSERT_EQ(last_ack().outcomes.size(), 1U);
  EXPECT_EQ(last_ack().outcomes[0].text, "no such file");
  const AckNumber first = last_ack().number;
  EXPECT_TRUE(first);
  publish(log.set("a", "1"));
  EXPECT_EQ(last_ack().outcomes.size(), 1U) << "carried until it is recorded";
  say(Recorded{first});
  publish(log.set("a", "2"));
  EXPECT_TRUE(last_ack().outcomes.empty());
  EXPECT_FALSE(last_ack().number);
  EXPECT_EQ(last_ack().delta.failed, 1U);
}

TEST_F(MemberOutcome, WhatARolloutReleasesIsPendingUntilItEnds) {
  become_member();
  publish(log.deploy_rolling("site", "1.0", Target::all()));
  EXPECT_EQ(last_ack().delta.pending, 0U) << "it is not its turn";
  publish(log.release(log.last(), "site", core->status().id));
  EXPECT_EQ(last_ack().delta.pending, 1U);
  work_ends();
  EXPECT_EQ(last_ack().delta.pending, 0U);
}

TEST_F(MemberOutcome, AnUnrecordedFailureSurvivesARestartAndGoesWithJoin) {
  become_member();
  publish(log.deploy("site", "1.0"));
  work_ends(Outcome::kFailed, "no such file");
  rejoin();
  ASSERT_EQ(sent<Join>().at(0).outcomes.size(), 1U);
  EXPECT_EQ(sent<Join>()[0].marks, at(2, 2));
  EXPECT_EQ(last_ack().outcomes.size(), 1U);
}

TEST_F(MemberOutcome, F30_WhatALedgerHasLostIsReportedAgain) {
  become_member();
  publish(log.deploy("site", "1.0"));
  work_ends(Outcome::kFailed, "no such file");
  say(Recorded{last_ack().number});
  publish(log.set("b", "1"));  // its commit carries it
  restart();
  join(CatchUp::kNothing, Sequence(2));
  EXPECT_TRUE(last_ack().outcomes.empty());
  for (int times = 0; times < 2; ++times) {  // also when the next one has lost it again
    restart();
    drain();
    join(CatchUp::kNothing, Sequence(1));
    ASSERT_EQ(last_ack().outcomes.size(), 1U);
    EXPECT_EQ(last_ack().outcomes[0].text, "no such file");
    say(Recorded{last_ack().number});
    publish(log.set("a", std::to_string(times)));
    EXPECT_TRUE(last_ack().outcomes.empty());
  }
}

TEST_F(MemberOutcome, F30_WhatIsNotKeptAnyMoreIsReportedAsUnknown) {
  become_member();
  for (std::uint64_t i = 0; i < 1100; ++i) {
    publish(log.deploy("site", std::to_string(i)));
    work_ends(Outcome::kFailed, "no such file");
    say(Recorded{last_ack().number});
  }
  restart();
  join(CatchUp::kNothing, Sequence(40));
  const OutcomeReport first = last_ack().outcomes.at(0);
  EXPECT_EQ(first.first, Sequence(41));
  EXPECT_GE(first.last, Sequence(70));
  EXPECT_LT(first.last, Sequence(90)) << "1024 are kept";
  EXPECT_EQ(first.outcome, Outcome::kUnknown);
  EXPECT_EQ(last_ack().outcomes.at(1).first, first.last.next());
  EXPECT_EQ(last_ack().outcomes.at(1).outcome, Outcome::kFailed);
  restart();
  drain();
  join(CatchUp::kNothing, Sequence(30));
  EXPECT_EQ(last_ack().outcomes.at(0).first, Sequence(31));
}

TEST_F(MemberOutcome, F31_NothingIsReportedToAReplayThatMayBeOfAnotherHistory) {
  become_member();
  publish(log.deploy("site", "1.0"));
  work_ends(Outcome::kFailed, "no such file");
  restart();
  const FramePtr next = log.set("a", "1");
  join(CatchUp::kReplay, Sequence(1));
  pass(1000);
  EXPECT_EQ(last_ack().marks, at(2, 1));
  EXPECT_TRUE(last_ack().outcomes.empty());
  publish(next);
  EXPECT_EQ(last_ack().marks, at(3, 2));
  EXPECT_EQ(last_ack().outcomes.size(), 1U);
}

TEST_F(MemberOutcome, F31_AHeartbeatAtItsOwnChainShowsTheHistoryToo) {
  become_member();
  publish(log.deploy("site", "1.0"));
  work_ends(Outcome::kFailed, "no such file");
  restart();
  join(CatchUp::kReplay, Sequence(1));
  publish(log.heartbeat());
  EXPECT_EQ(last_ack().marks, at(2, 2));
  EXPECT_EQ(last_ack().outcomes.size(), 1U);
}

TEST_F(MemberOutcome, EOfAnAckStopsBeforeTheFirstOutcomeThatDidNotFit) {
  become_member();
  const std::string text(kMaxOutcomeText, 'x');
  hold_commits = false;
  for (int i = 0; i < 300; ++i) {
    publish(log.deploy("site", std::to_string(i)));
    work_ends(Outcome::kFailed, text);
  }
  const Ack ack = last_ack();
  EXPECT_EQ(ack.marks.received, log.last());
  EXPECT_LT(ack.outcomes.size(), 300U);
  EXPECT_EQ(ack.marks.executed, ack.outcomes.back().last);
  EXPECT_LE(encode(MemberMessage(ack)).size(), kMaxMessageBytes);
  for (int rounds = 0; rounds < 10 && !last_ack().outcomes.empty(); ++rounds) {
    say(Recorded{last_ack().number});
    pass(1000);
  }
  EXPECT_EQ(last_ack().marks, at(301, 301));
}

TEST_F(MemberOutcome, G46_TheIntentIsDurableBeforeTheWorkBegins) {
  become_member();
  publish(log.deploy("site", "1.0"));
  ASSERT_EQ(work.size(), 1U);
  EXPECT_EQ(core->state(), log.state()) << "the group state first, then the deployer";
  EXPECT_EQ(last_ack().delta.pending, 1U);
  restart();
  pass(0);
  ASSERT_EQ(work.size(), 1U);
  const auto& again = std::get<ExecuteRequest>(work[0].what);
  EXPECT_TRUE(again.again);
  EXPECT_EQ(again.entry.sequence, Sequence(2));
  ASSERT_EQ(again.steps.size(), 1U);
  work_ends();
  EXPECT_EQ(core->marks(), at(2, 2));
}

TEST_F(MemberOutcome, NoWorkBeginsWhileItsIntentIsNotDurable) {
  become_member();
  hold_commits = true;
  publish(log.deploy("site", "1.0"));
  step(MemberCommitDone{store.commit(held.at(0))});
  EXPECT_TRUE(work.empty());
  step(MemberCommitDone{{CommitAnswer::kRefused, {ErrorCode::kLogFull, "full"}}});
  pass(1000);
  EXPECT_TRUE(work.empty());
  step(MemberCommitDone{store.commit(held.at(2))});
  EXPECT_EQ(sequences(work), std::vector<std::uint64_t>{2});
}

TEST_F(MemberOutcome, AnOpenEntryOfAFrameWithOneThatHoldsSurvivesARestart) {
  become_member();
  publish(log.deploy("site", "1.0"));               // 2 runs
  publish(log.deploy_and_unknown("other", "1.0"));  // 3 waits, 4 is not understood
  EXPECT_EQ(core->marks(), at(3, 1));
  restart();
  pass(0);
  work_ends();
  EXPECT_EQ(sequences(all_work), (std::vector<std::uint64_t>{2, 3}));
  EXPECT_EQ(core->marks(), at(3, 3));
}

TEST_F(MemberOutcome, WhatEndsWithTheSpanOfANewRowIsNotOpenAfterARestart) {
  become_member();
  publish(log.deploy("site", "1.0"));  // 2 runs
  const FramePtr third = log.deploy("other", "1.0");
  const FramePtr left = log.left(MemberId(1));
  const FramePtr again = log.joined(row());
  publish(left);
  publish(again);
  publish(third);  // all three in one commit
  EXPECT_EQ(core->marks(), at(5, 1));
  work_ends();
  EXPECT_EQ(core->marks(), at(5, 5));
  restart();
  EXPECT_EQ(core->marks(), at(5, 5));
  pass(0);
  work_ends();
  EXPECT_TRUE(sequences(all_work).empty());
}

TEST(MemberOutcomes, WhatWasSaidOfTheEntryStoppedBeforeIsForgottenAtStart) {
  RowStage stage;
  Outcomes outcomes({{Sequence(2), Sequence(2), Outcome::kFailed, "", ""},
                     {Sequence(4), Sequence(4), Outcome::kNotUnderstood, "", ""}});
  outcomes.withdraw_beyond(Sequence(3), stage);
  const auto left = outcomes.carry(Sequence(3), stage).reports;
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].first, Sequence(2));
  EXPECT_TRUE(stage.urgent());
}

TEST(MemberOutcomes, EIsNotSaidPastAnOutcomeThatIsBeingReplaced) {
  RowStage stage;
  Outcomes outcomes({});
  outcomes.add({Sequence(5), Sequence(5), Outcome::kFailed, "", "first"}, stage);
  stage.take();
  stage.committed();
  EXPECT_EQ(outcomes.carry(Sequence(9), stage).executed, Sequence(9));
  outcomes.add({Sequence(5), Sequence(5), Outcome::kFailed, "", "again"}, stage);
  const Outcomes::Carried carried = outcomes.carry(Sequence(9), stage);
  EXPECT_TRUE(carried.reports.empty());
  EXPECT_EQ(carried.executed, Sequence(4)) << "or 5 would count as done";
}

TEST(MemberOutcomes, ARunOfSupersededEntriesIsOneReport) {
  RowStage stage;
  Outcomes outcomes({});
  for (const std::uint64_t at : {5ULL, 6ULL, 7ULL, 9ULL})
    outcomes.add_superseded(Sequence(at), stage);
  const RowChanges rows = stage.take();
  stage.committed();
  EXPECT_TRUE(rows.at(outcome_row(Sequence(5), Sequence(7))));
  EXPECT_FALSE(rows.at(outcome_row(Sequence(5), Sequence(6))));
  const auto told = outcomes.carry(Sequence(9), stage).reports;
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0], (OutcomeReport{Sequence(5), Sequence(7), Outcome::kSuperseded, "", ""}));
  EXPECT_EQ(told[1].first, Sequence(9));
}

TEST(MemberOutcomes, WhatWasToldOfSupersededEntriesGrowsNoMore) {
  RowStage stage;
  Outcomes outcomes({});
  outcomes.add_superseded(Sequence(5), stage);
  EXPECT_EQ(outcomes.carry(Sequence(5), stage).executed, Sequence(4)) << "it is being written";
  outcomes.add_superseded(Sequence(6), stage);
  stage.take();
  stage.committed();
  EXPECT_EQ(outcomes.carry(Sequence(6), stage).reports.size(), 2U);
  EXPECT_EQ(outcomes.carry(Sequence(6), stage).executed, Sequence(6));
}

TEST_F(MemberOutcome, AnEntryIsSupersededByWhatCountsForThisMember) {
  become_member();
  publish(log.deploy("other", "1.0"));  // 2 runs, so that the next ones wait
  publish(log.deploy("site", "1.0"));
  publish(log.deploy("site", "2.0"));
  work_ends();
  EXPECT_EQ(sequences(all_work), (std::vector<std::uint64_t>{2, 4}));
  ASSERT_EQ(last_ack().outcomes.size(), 1U);
  EXPECT_EQ(last_ack().outcomes[0].first, Sequence(3));
  EXPECT_EQ(last_ack().outcomes[0].outcome, Outcome::kSuperseded);
}

TEST_F(MemberOutcome, ADeployOfOneNameToAnotherSelectorSupersedesNothing) {
  config.labels = {{"role", "web"}};
  restart();
  become_member();
  const auto role = [](const std::string& value) {
    return Target::of({{{"role", SelectorTerm::Test::kEquals, {value}}}});
  };
  publish(log.deploy("other", "1.0"));
  publish(log.deploy("site", "1.0", role("web")));
  publish(log.deploy("site", "2.0", role("db")));
  work_ends();
  EXPECT_EQ(core->marks(), at(4, 4));
  EXPECT_EQ(core->actual().artefacts.at("site").version, "1.0");
  EXPECT_TRUE(last_ack().outcomes.empty());
}

TEST_F(MemberOutcome, ARelabelIsAReconcileOfThisMember) {
  become_member();
  const Target web = Target::of({{{"role", SelectorTerm::Test::kEquals, {"web"}}}});
  publish(log.deploy("site", "1.0", web));
  EXPECT_TRUE(all_work.empty());
  EXPECT_EQ(last_ack().delta.pending, 0U);
  publish(log.labelled(MemberId(1), {{"role", "web"}}));
  ASSERT_EQ(work.size(), 1U);
  EXPECT_EQ(last_ack().delta.pending, 1U) << "its own row says that the site is wanted here";
  EXPECT_TRUE(std::holds_alternative<ReconcileRequest>(work[0].what));
  EXPECT_EQ(core->marks(), at(3, 2));
  work_ends();
  EXPECT_EQ(core->marks(), at(3, 3));
  EXPECT_EQ(core->actual().artefacts.at("site").version, "1.0");
  publish(log.labelled(MemberId(1), {{"role", "db"}}));
  work_ends(Outcome::kDone);
  EXPECT_TRUE(core->actual().artefacts.empty()) << "the group no longer wants it here";
}

TEST_F(MemberOutcome, WhatACrashLeftOfARelabelThatIsOutOfDateIsAskedFor) {
  become_member();
  const Target web = Target::of({{{"role", SelectorTerm::Test::kEquals, {"web"}}}});
  publish(log.deploy("site", "1.0", web));
  publish(log.labelled(MemberId(1), {{"role", "web"}}));
  ASSERT_EQ(work.size(), 1U);
  publish(log.labelled(MemberId(1), {{"role", "db"}}));
  restart();  // the site is in place; nobody has heard of it
  pass(0);
  ASSERT_EQ(work.size(), 1U);
  work_ends();
  ASSERT_EQ(all_work.size(), 3U);
  const auto asks_for_site = [](const WorkItem& item) {
    const auto* request = std::get_if<ReconcileRequest>(&item.what);
    return request != nullptr && request->steps.size() == 1 && request->steps[0].name == "site" &&
           !request->steps[0].desired.release;
  };
  EXPECT_TRUE(std::any_of(all_work.begin() + 1, all_work.end(), asks_for_site));
}

TEST_F(MemberOutcome, APingPastItsTtlIsExpired) {
  become_member();
  const FramePtr ping = log.ping(5000);
  log.now = GroupTime(log.now.value + 6000);
  publish(ping);
  EXPECT_EQ(core->marks(), at(2, 2));
  ASSERT_EQ(last_ack().outcomes.size(), 1U);
  EXPECT_EQ(last_ack().outcomes[0].outcome, Outcome::kExpired);
  EXPECT_TRUE(all_work.empty());
}

TEST_F(MemberOutcome, APingRunsWithinItsTtl) {
  become_member();
  publish(log.ping(5000));
  ASSERT_EQ(sequences(work), std::vector<std::uint64_t>{2});
  work_ends();
  EXPECT_EQ(core->marks(), at(2, 2));
}

TEST_F(MemberOutcome, NoNeverLateEntryStartsBeforeTheGroupsTimeIsHeard) {
  become_member();
  publish(log.deploy("site", "1.0"));
  publish(log.ping(5000));
  restart();
  pass(0);
  work_ends();
  EXPECT_EQ(core->marks(), at(3, 2));
  publish(log.heartbeat());
  EXPECT_EQ(sequences(work), std::vector<std::uint64_t>{3});
}

TEST_F(MemberOutcome, F2_APingInterruptedPastItsTtlIsUnknown) {
  become_member();
  publish(log.ping(5000));
  ASSERT_EQ(work.size(), 1U);
  restart();
  log.now = GroupTime(log.now.value + 9000);
  join(CatchUp::kNothing);
  EXPECT_TRUE(all_work.empty());
  ASSERT_EQ(last_ack().outcomes.size(), 1U);
  EXPECT_EQ(last_ack().outcomes[0].outcome, Outcome::kUnknown);
}

TEST_F(MemberOutcome, TheObservedDeltaBecomesWorkAtStart) {
  become_member();
  publish(log.deploy("site", "1.0"));
  work_ends(Outcome::kFailed, "no such file");
  restart();
  pass(0);
  ASSERT_EQ(work.size(), 1U);
  work_ends();
  EXPECT_EQ(core->actual().artefacts.at("site").version, "1.0");
  EXPECT_TRUE(core->delta().empty());
}

TEST_F(MemberOutcome, G8_AMemberThatIsNotInTheRosterExecutesNothing) {
  become_member();
  publish(log.left(MemberId(1)));
  publish(log.deploy("site", "1.0"));
  EXPECT_EQ(core->marks(), at(3, 3));
  EXPECT_TRUE(all_work.empty());
}

}  // namespace groupctl::testing
