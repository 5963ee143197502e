// What is asked of one member alone.
#include "member/jobs.h"
#include "tests/unit/member/member_fixture.h"

namespace groupctl::testing {

class MemberLocal : public MemberFixture {
 protected:
  void deployed(const std::string& version) {
    become_member();
    publish(log.deploy("site", version));
    work_ends();
    drain();
  }
  static LocalDeploy deploy(const std::string& name, const std::string& version) {
    return {name, version, digest_of(version), "", {}};
  }
  std::vector<KeyResult> done(const std::string& key) const {
    return {{key, Outcome::kDone, "", ""}};
  }
  std::string placed(const std::string& name) const {
    const auto there = in_place(core->actual(), name);
    return there ? there->version : "";
  }
  /// The work under way.
  void expect_removal_of(const std::string& name) const {
    ASSERT_EQ(work.size(), 1U);
    const auto& steps = std::get<ReconcileRequest>(work[0].what).steps;
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_EQ(steps[0].name, name);
    EXPECT_FALSE(steps[0].desired.release);
  }
  ErrorCode refused(std::uint64_t token) const {
    const LocalReply* reply = reply_to(token);
    const auto* refusal = reply == nullptr ? nullptr : std::get_if<Refused>(reply);
    return refusal == nullptr ? ErrorCode::kOk : refusal->code;
  }
};

TEST_F(MemberLocal, G33_ASetIsDurableBeforeItIsAnswered) {
  become_member();
  hold_commits = true;
  local(LocalSet{{{"mode", "slow"}}});
  EXPECT_EQ(reply_to(1), nullptr);
  ASSERT_EQ(held.size(), 1U);
  EXPECT_TRUE(held[0].rows.contains({Table::kMember, "intended/property/mode"}));
  EXPECT_EQ(held[0].head.last, log.last()) << "it takes no sequence";
  step(MemberCommitDone{store.commit(held[0])});
  EXPECT_EQ(job_of(1).results, done("property/mode"));
  EXPECT_EQ(core->aim().desired.properties.at("mode").value, "slow");
}

TEST_F(MemberLocal, G45_ADeployIsWorkWithoutASequenceAndNeedsNoCoordinator) {
  local(deploy("site", "9.0"));
  ASSERT_EQ(work.size(), 1U);
  EXPECT_TRUE(sequences(work).empty());
  EXPECT_EQ(reply_to(1), nullptr) << "answered when it has been carried out";
  work_ends();
  EXPECT_EQ(job_of(1).results, done("artefact/site"));
  EXPECT_EQ(placed("site"), "9.0");
  EXPECT_TRUE(core->delta().empty());
  EXPECT_EQ(core->marks(), at(0, 0));
}

TEST_F(MemberLocal, G45_AFailureIsAnsweredAndStaysWanted) {
  deployed("1.0");
  local(deploy("site", "9.0"));
  work_ends(Outcome::kFailed, "in no repository");
  const std::vector<KeyResult> expected{
      {"artefact/site", Outcome::kFailed, "", "in no repository"}};
  EXPECT_EQ(job_of(1).results, expected);
  EXPECT_TRUE(core->intended().contains("artefact/site"));
  EXPECT_EQ(core->delta().at("artefact/site").kind, DeltaKind::kFailed);
}

TEST_F(MemberLocal, G33_AGroupCommandForWhatIsOtherwiseEndsOverridden) {
  deployed("1.0");
  local(deploy("site", "9.0"));
  work_ends();
  local(LocalSet{{{"mode", "slow"}}}, 2);
  publish(log.deploy("site", "2.0"));
  publish(log.set("mode", "fast"));
  EXPECT_TRUE(work.empty());
  EXPECT_EQ(last_ack().marks, at(4, 4));
  ASSERT_EQ(last_ack().outcomes.size(), 2U);
  for (const OutcomeReport& report : last_ack().outcomes) {
    EXPECT_EQ(report.outcome, Outcome::kOverridden);
    EXPECT_NE(report.text.find("local by ana@here: testing"), std::string::npos) << report.text;
  }
  EXPECT_EQ(last_ack().delta.intended, 2U);
  EXPECT_EQ(last_ack().delta.pending, 0U);
  EXPECT_EQ(placed("site"), "9.0");
}

TEST_F(MemberLocal, WhatTheGroupComesToSayIsNoDeviationAnyMore) {
  deployed("1.0");
  local(deploy("site", "2.0"));
  work_ends();
  publish(log.deploy("site", "2.0"));
  EXPECT_TRUE(core->intended().empty());
  EXPECT_FALSE(store.get({Table::kMember, "intended/artefact/site"})->has_value());
  work_ends(Outcome::kUnchanged);
  EXPECT_EQ(last_ack().marks, at(3, 3));
  EXPECT_EQ(last_ack().delta, DeltaCounts{});
}

TEST_F(MemberLocal, SayingWhatTheGroupSaysMakesNoDeviation) {
  deployed("1.0");
  local(deploy("site", "1.0"));
  work_ends(Outcome::kUnchanged);
  EXPECT_EQ(job_of(1).results.at(0).outcome, Outcome::kUnchanged);
  EXPECT_TRUE(core->intended().empty());
}

TEST_F(MemberLocal, WhatIsHeldIsLeftAsItIsUntilItIsReleased) {
  deployed("1.0");
  local(LocalHold{"site"});
  EXPECT_EQ(job_of(1).results, done("artefact/site"));
  publish(log.deploy("site", "2.0"));
  EXPECT_TRUE(work.empty());
  EXPECT_EQ(last_ack().outcomes.at(0).outcome, Outcome::kOverridden);
  local(LocalRelease{"site"}, 2);
  work_ends();
  EXPECT_EQ(placed("site"), "2.0");
  EXPECT_EQ(job_of(2).results, done("artefact/site"));
  local(LocalRelease{"site"}, 3);
  EXPECT_EQ(refused(3), ErrorCode::kNotFound);
}

TEST_F(MemberLocal, WhatIsHeldIsOnlyAskedAboutAtAStart) {
  deployed("1.0");
  local(LocalHold{"site"});
  restart();
  pass(0);
  ASSERT_EQ(work.size(), 1U);
  const auto& steps = std::get<ReconcileRequest>(work[0].what).steps;
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_TRUE(steps[0].leave);
}

TEST_F(MemberLocal, G33_DeviationsSurviveARestartAndAreCarriedOutAgain) {
  deployed("1.0");
  local(deploy("site", "9.0"));
  local(LocalSet{{{"mode", "slow"}}}, 2);
  const Intended before = core->intended();
  restart();
  EXPECT_EQ(core->intended(), before);
  pass(0);
  ASSERT_EQ(work.size(), 1U);
  const auto& steps = std::get<ReconcileRequest>(work[0].what).steps;
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].desired.release->version, "9.0");
}

TEST_F(MemberLocal, G36_LeavingKeepsAnUndeployAndAnUnset) {
  deployed("1.0");
  publish(log.set("mode", "fast"));
  local(LocalUndeploy{"site"});
  work_ends();
  local(LocalUnset{{"mode"}}, 2);
  const Intended before = core->intended();
  ASSERT_EQ(before.size(), 2U);
  publish(log.left(MemberId(1)));
  EXPECT_EQ(core->intended(), before);
  restart();
  EXPECT_EQ(core->intended(), before);
  log.joined(row());
  join(CatchUp::kSnapshot);
  take_snapshot();
  work_ends();
  EXPECT_EQ(core->intended(), before);
  EXPECT_EQ(placed("site"), "");
  EXPECT_FALSE(core->aim().desired.properties.contains("mode"));
}

TEST_F(MemberLocal, G36_AnUndeployAndAnUnsetFromBeforeJoiningStand) {
  local(LocalUnset{{"mode"}}, 1);
  local(deploy("site", "9.0"), 2);
  work_ends();
  local(LocalUndeploy{"site"}, 3);
  work_ends();
  EXPECT_EQ(job_of(3).results, done("artefact/site"));
  log.deploy("site", "1.0");
  log.set("mode", "fast");
  become_member();
  EXPECT_EQ(core->intended().size(), 2U);
  EXPECT_EQ(placed("site"), "");
  EXPECT_FALSE(core->aim().desired.properties.contains("mode"));
}

TEST_F(MemberLocal, WithoutARowNothingIsTakenAway) {
  deployed("1.0");
  local(deploy("tool", "0.3"));
  work_ends();
  publish(log.left(MemberId(1)));
  restart();
  pass(0);
  work_ends();
  all_work.clear();
  local(LocalReconcile{}, 4);
  EXPECT_TRUE(all_work.empty());
  ASSERT_EQ(job_of(4).results.size(), 2U);
  for (const KeyResult& result : job_of(4).results) {
    EXPECT_EQ(result.outcome, Outcome::kUnchanged);
    EXPECT_NE(result.text.find("not in the roster"), std::string::npos) << result.text;
  }
  EXPECT_TRUE(core->intended().empty()) << "given up all the same";
  EXPECT_EQ(placed("site"), "1.0");
  EXPECT_EQ(placed("tool"), "0.3");
  local(LocalUndeploy{"tool"}, 5);
  work_ends();
  EXPECT_EQ(placed("tool"), "") << "somebody said so";
}

TEST_F(MemberLocal, WithoutARowWhatACrashHidIsAskedForAtAStart) {
  become_member();
  publish(log.deploy("site", "1.0"));
  ASSERT_EQ(work.size(), 1U);
  publish(log.left(MemberId(1)));
  restart();  // the deployment was carried out; nobody has heard of it
  pass(0);
  ASSERT_EQ(work.size(), 1U);
  const auto& request = std::get<ReconcileRequest>(work[0].what);
  ASSERT_EQ(request.steps.size(), 1U);
  EXPECT_EQ(request.steps[0].name, "site");
  EXPECT_TRUE(request.steps[0].leave);
  ReconcileResult found;
  found.by_name["site"] = {
      Outcome::kUnchanged, {}, {}, {{"site", ActualArtefact{"1.0", digest_of("1.0"), {}}}}};
  step(WorkDone{{work[0].id, found}});
  EXPECT_EQ(placed("site"), "1.0");
  EXPECT_EQ(core->delta().at("artefact/site").kind, DeltaKind::kForeign);
}

TEST_F(MemberLocal, WhatNothingSpeaksOfAnyMoreIsAskedForAfterACrash) {
  become_member();
  local(deploy("tool", "0.3"));
  ASSERT_EQ(work.size(), 1U);
  local(LocalReconcile{{"artefact/tool"}}, 2);  // given up, while the step goes on
  restart();                                    // it was carried out; nobody has heard of it
  pass(0);
  expect_removal_of("tool");
  work_ends();
  EXPECT_EQ(placed("tool"), "");
  restart();
  pass(0);
  EXPECT_TRUE(work.empty()) << "asked for once";
}

TEST_F(MemberLocal, WhatACrashLeftOfAnEntryThatIsOverriddenSinceIsAskedFor) {
  become_member();
  publish(log.deploy("site", "1.0"));
  ASSERT_EQ(work.size(), 1U);
  local(LocalUndeploy{"site"}, 2);
  restart();  // it was carried out; nobody has heard of it
  pass(0);
  expect_removal_of("site");
  restart();  // again, and the entry has its outcome by now
  pass(0);
  expect_removal_of("site");
  work_ends();
  restart();
  pass(0);
  EXPECT_TRUE(work.empty()) << "asked for once";
}

TEST_F(MemberLocal, ReconcileGivesUpWhatIsNamedOrAll) {
  deployed("1.0");
  local(deploy("site", "9.0"));
  work_ends();
  local(LocalSet{{{"mode", "slow"}, {"limit", "1"}}}, 2);
  local(deploy("tool", "0.3"), 3);
  work_ends();
  local(LocalReconcile{{"mode"}}, 4);
  EXPECT_EQ(job_of(4).results, done("property/mode"));
  EXPECT_EQ(core->intended().size(), 3U);
  local(LocalReconcile{}, 5);
  work_ends();
  EXPECT_EQ(job_of(5).results.size(), 3U);
  EXPECT_TRUE(core->intended().empty());
  EXPECT_EQ(placed("site"), "1.0");
  EXPECT_EQ(placed("tool"), "");
  local(LocalReconcile{{"nothing"}}, 6);
  EXPECT_EQ(refused(6), ErrorCode::kNotFound);
}

TEST_F(MemberLocal, ReconcileNamesAKeyThatNobodySpeaksOf) {
  deployed("1.0");
  local(LocalReconcile{{"artefact/typo"}}, 1);
  local(LocalReconcile{{"property/typo"}}, 2);
  local(LocalReconcile{{"typo"}}, 3);
  for (std::uint64_t token = 1; token <= 3; ++token) {
    EXPECT_EQ(refused(token), ErrorCode::kNotFound) << token;
  }
  local(LocalReconcile{{"artefact/site"}}, 4);
  work_ends(Outcome::kUnchanged);
  EXPECT_EQ(job_of(4).results.size(), 1U);
}

TEST_F(MemberLocal, OfTwoWordsOnOneKeyTheLastOneCounts) {
  become_member();
  publish(log.set("mode", "fast"));
  local(LocalSet{{{"mode", "slow"}, {"mode", "fast"}}});
  EXPECT_EQ(job_of(1).results, done("property/mode"));
  EXPECT_TRUE(core->intended().empty());
  EXPECT_EQ(core->aim().desired.properties.at("mode").value, "fast");
}

TEST_F(MemberLocal, AFailureIsNoneAnyMoreWhenAnotherThingIsWanted) {
  become_member();
  publish(log.deploy("site", "1.0"));
  work_ends(Outcome::kFailed, "in no repository");
  EXPECT_EQ(core->delta().at("artefact/site").kind, DeltaKind::kFailed);
  local(LocalUndeploy{"site"});
  work_ends(Outcome::kUnchanged);
  EXPECT_EQ(job_of(1).results.at(0).key, "artefact/site");
  EXPECT_TRUE(core->delta().empty());
  EXPECT_TRUE(core->actual().failures.empty());
  restart();
  EXPECT_TRUE(core->delta().empty());
}

TEST_F(MemberLocal, ADriftToNothingIsNoneAnyMoreWhenNothingIsWanted) {
  deployed("1.0");
  local(LocalScan{}, 1);
  look_finds({});
  ASSERT_EQ(core->delta().at("artefact/site").kind, DeltaKind::kDrifted);
  local(LocalUndeploy{"site"}, 2);
  work_ends(Outcome::kUnchanged);
  EXPECT_TRUE(core->delta().empty());
}

TEST_F(MemberLocal, OneThatWasReplacedBeforeItsTurnEndsSuperseded) {
  deployed("1.0");
  publish(log.deploy("other", "1.0"));
  ASSERT_EQ(work.size(), 1U);
  local(deploy("site", "9.0"), 1);
  local(deploy("site", "10.0"), 2);
  work_ends();
  ASSERT_EQ(job_of(1).results.size(), 1U);
  EXPECT_EQ(job_of(1).results[0].outcome, Outcome::kSuperseded);
  EXPECT_EQ(job_of(2).results, done("artefact/site"));
  EXPECT_EQ(placed("site"), "10.0");
}

TEST_F(MemberLocal, NothingRestsOnALocalCommandThatIsNotDurable) {
  deployed("1.0");
  hold_commits = true;
  local(LocalHold{"site"}, 1);
  local(LocalReconcile{{"site"}}, 2);
  EXPECT_TRUE(work.empty());
  hold_commits = false;
  while (!held.empty()) {
    const Batch batch = held.front();
    held.erase(held.begin());
    step(MemberCommitDone{store.commit(batch)});
  }
  work_ends(Outcome::kUnchanged);
  EXPECT_EQ(job_of(2).results.at(0).outcome, Outcome::kUnchanged);
}

TEST_F(MemberLocal, WhatFailedIsAnsweredBeforeWhatMerelySaysSomething) {
  Jobs jobs;
  std::vector<std::string> keys;
  std::map<std::string, ExecuteResult> by_name;
  for (int i = 100; i < 700; ++i) {
    const std::string name = "a" + std::to_string(i);
    keys.push_back(artefact_key(name));
    by_name[name] = {Outcome::kDone, "", "mended: " + std::string(200, 'x'), {}};
  }
  keys.push_back(artefact_key("z"));
  by_name["z"] = {Outcome::kFailed, "fetch", "in no repository", {}};
  const auto ended = jobs.end(jobs.open(keys, 0), by_name);
  ASSERT_TRUE(ended);
  ASSERT_LT(ended->state.results.size(), keys.size());
  EXPECT_EQ(ended->state.results.at(0).key, "artefact/z");
}

TEST_F(MemberLocal, WordsThatAreNoneAreRefused) {
  become_member();
  local(LocalDeploy{"No Name", "1.0", digest_of("1.0"), "", {}}, 1);
  local(LocalDeploy{"site", "../1", digest_of("1.0"), "", {}}, 2);
  local(LocalDeploy{"site", "1.0", {}, "", {}}, 3);
  local(LocalSet{{{"a=b", "c"}}}, 4);
  local(LocalSet{{{"a", std::string(5000, 'x')}}}, 5);
  local(LocalUnset{{"a/b"}}, 6);
  for (std::uint64_t token = 1; token <= 6; ++token) {
    EXPECT_EQ(refused(token), ErrorCode::kInvalid) << token;
  }
  local(LocalUndeploy{"nothing"}, 7);
  local(LocalHold{"nothing"}, 8);
  EXPECT_EQ(refused(7), ErrorCode::kNotFound);
  EXPECT_EQ(refused(8), ErrorCode::kNotFound);
  EXPECT_TRUE(core->intended().empty());
}

TEST_F(MemberLocal, ARefusedCommitIsTriedAgainBeforeTheAnswer) {
  become_member();
  hold_commits = true;
  local(LocalSet{{{"mode", "slow"}}});
  ASSERT_EQ(held.size(), 1U);
  held.clear();
  step(MemberCommitDone{{CommitAnswer::kRefused, {ErrorCode::kStorageFull, "no space"}}});
  EXPECT_EQ(reply_to(1), nullptr);
  hold_commits = false;
  pass(40000);
  EXPECT_EQ(job_of(1).results, done("property/mode"));
}

TEST_F(MemberLocal, TooManyAtOnceAreBusy) {
  become_member();
  hold_commits = true;
  for (std::uint64_t token = 1; token <= 65; ++token) {
    local(LocalSet{{{"mode", std::to_string(token)}}}, token);
  }
  EXPECT_EQ(refused(65), ErrorCode::kBusy);
  EXPECT_EQ(reply_to(64), nullptr);
}

TEST_F(MemberLocal, ALocalCommandWaitsForTheStepUnderWayAlone) {
  deployed("1.0");
  publish(log.deploy("site", "2.0"));
  ASSERT_EQ(work.size(), 1U);
  local(LocalSet{{{"mode", "slow"}}});
  EXPECT_EQ(reply_to(1), nullptr) << "one thing at a time";
  work_ends();
  EXPECT_EQ(job_of(1).results, done("property/mode"));
}

}  // namespace groupctl::testing
