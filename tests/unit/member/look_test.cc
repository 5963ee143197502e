// Looks at what is in place, and what becomes of what they find.
#include "tests/unit/member/member_fixture.h"

namespace groupctl::testing {

class MemberLook : public MemberFixture {
 protected:
  void deployed() {
    become_member();
    publish(log.deploy("site", "1.0"));
    work_ends();
    drain();
  }
  /// Time goes by until a look begins; the coordinator is heard all the while.
  void wait_for_look() {
    for (int i = 0; i < 200 && !look; ++i) {
      publish(log.heartbeat());
      pass(500);
    }
    ASSERT_TRUE(look);
  }
  static Inspection as_left(const std::string& altered = "") {
    return {Placed{"1.0", digest_of("1.0")}, altered};
  }
};

TEST_F(MemberLook, F47_WhatWasChangedIsADeltaWithinAScanAndNoWork) {
  deployed();
  wait_for_look();
  EXPECT_LE(now.value, 5000 + 2 * config.scan_interval_ms);
  ASSERT_EQ(look->at.size(), 1U);
  EXPECT_EQ(look->at[0].name, "site");
  EXPECT_EQ(look->at[0].deployer, "dir");
  look_finds({{"site", as_left("index.html is gone")}});
  EXPECT_TRUE(work.empty());
  EXPECT_EQ(core->delta().at("artefact/site").kind, DeltaKind::kDrifted);
  EXPECT_TRUE(noted("drifted artefact=site why=\"index.html is gone\""));
  pass(1000);
  EXPECT_EQ(last_ack().delta.drifted, 1U);
  wait_for_look();
  look_finds({{"site", as_left("index.html is gone")}});
  EXPECT_TRUE(work.empty()) << "never mended silently";
  wait_for_look();
  look_finds({{"site", as_left()}});
  EXPECT_TRUE(core->delta().empty()) << "somebody has put it back";
}

TEST_F(MemberLook, F47_AnotherReleaseOrNoneIsADriftAndSurvivesARestart) {
  deployed();
  wait_for_look();
  look_finds({{"site", {Placed{"0.9", digest_of("0.9")}, ""}}});
  EXPECT_EQ(core->delta().at("artefact/site").text, "version 0.9 is in place, not 1.0");
  EXPECT_EQ(in_place(core->actual(), "site")->version, "0.9");
  const Actual before = core->actual();
  restart();
  EXPECT_EQ(core->actual(), before);
  join(CatchUp::kNothing);
  work_ends();
  wait_for_look();
  look_finds({});
  EXPECT_EQ(core->delta().at("artefact/site").text, "version 1.0 is no longer in place");
}

TEST_F(MemberLook, WhatIsGoneStaysADriftWhenAStepOnlyStartsIt) {
  deployed();
  wait_for_look();
  look_finds({});
  publish(log.start("site"));
  ASSERT_EQ(work.size(), 1U);
  step(WorkDone{{work[0].id, ExecuteResult{Outcome::kSkipped,
                                           {},
                                           "site is not in place here",
                                           {{"site", std::nullopt}},
                                           {},
                                           {{"site", {}}}}}});
  EXPECT_EQ(core->delta().at("artefact/site").kind, DeltaKind::kDrifted);
  wait_for_look();
  look_finds({});
  EXPECT_EQ(core->delta().at("artefact/site").text, "version 1.0 is no longer in place");
}

TEST_F(MemberLook, WhatAStepTouchesMeanwhileIsNotJudged) {
  deployed();
  wait_for_look();
  publish(log.deploy("site", "2.0"));
  look_finds({{"site", as_left()}});
  EXPECT_TRUE(core->actual().drifts.empty()) << "a step is at work on it";
  work_ends();
  wait_for_look();
  publish(log.deploy("site", "3.0"));
  work_ends();
  look_finds({{"site", {Placed{"2.0", digest_of("2.0")}, ""}}});
  EXPECT_TRUE(core->actual().drifts.empty()) << "a step has been at work on it";
}

TEST_F(MemberLook, F47_RevertPutsItBackButNotWhatIsHeld) {
  config.reverts_drift = true;
  restart();
  deployed();
  wait_for_look();
  look_finds({{"site", as_left("index.html is gone")}});
  ASSERT_EQ(work.size(), 1U);
  work_ends();
  EXPECT_TRUE(core->delta().empty());
  local(LocalHold{"site"});
  wait_for_look();
  look_finds({{"site", as_left("index.html is gone")}});
  EXPECT_TRUE(work.empty());
}

TEST_F(MemberLook, F47_WhatWaitsToBePutBackWaitsOnce) {
  config.reverts_drift = true;
  restart();
  deployed();
  publish(log.deploy("other", "1.0"));
  ASSERT_EQ(work.size(), 1U);
  all_work.clear();
  for (std::uint64_t token = 1; token <= 3; ++token) {
    local(LocalScan{}, token);
    look_finds({{"site", as_left("index.html is gone")}});
  }
  work_ends();
  EXPECT_EQ(all_work.size(), 1U);
  EXPECT_TRUE(core->delta().empty());
}

TEST_F(MemberLook, F47_WhatIsHeldStaysDriftedOverARestart) {
  deployed();
  local(LocalHold{"site"});
  local(LocalScan{}, 2);
  look_finds({{"site", as_left("index.html is gone")}});
  const Actual before = core->actual();
  ASSERT_EQ(before.drifts.size(), 1U);
  restart();
  pass(0);
  work_ends(Outcome::kUnchanged);
  EXPECT_EQ(core->actual(), before);
}

TEST_F(MemberLook, AStepThatFailsTellsWhatIsInPlaceAllTheSame) {
  deployed();
  local(LocalScan{}, 1);
  look_finds({});
  ASSERT_EQ(in_place(core->actual(), "site"), std::nullopt);
  publish(log.deploy("site", "2.0"));
  ASSERT_EQ(work.size(), 1U);
  const ActualArtefact there{"2.0", digest_of("2.0"), {}};
  step(WorkDone{
      {work[0].id, ExecuteResult{Outcome::kFailed, "names", "cannot sync", {{"site", there}}}}});
  EXPECT_EQ(in_place(core->actual(), "site"), there);
  EXPECT_TRUE(core->actual().drifts.empty());
}

TEST_F(MemberLook, F47_WithoutARowNothingIsRevertedButWhatALocalCommandWants) {
  config.reverts_drift = true;
  restart();
  deployed();
  local(LocalDeploy{"tool", "0.3", digest_of("0.3"), "", {}});
  work_ends();
  publish(log.left(MemberId(1)));
  restart();
  pass(0);
  work_ends();
  all_work.clear();
  local(LocalScan{}, 2);
  look_finds({{"site", as_left("index.html is gone")},
              {"tool", {Placed{"0.3", digest_of("0.3")}, "index.html is gone"}}});
  ASSERT_EQ(all_work.size(), 1U);
  const auto& steps = std::get<ReconcileRequest>(all_work[0].what).steps;
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].name, "tool");
  EXPECT_EQ(steps[0].desired.release->version, "0.3");
  work_ends();
  EXPECT_EQ(in_place(core->actual(), "site")->version, "1.0");
}

TEST_F(MemberLook, OneIsMadeOnRequestAndAnsweredWithWhatDeviates) {
  deployed();
  local(LocalScan{});
  ASSERT_TRUE(look);
  EXPECT_EQ(reply_to(1), nullptr);
  local(LocalScan{}, 2);
  look_finds({{"site", as_left("index.html is gone")}});
  ASSERT_NE(reply_to(1), nullptr);
  const auto page = std::get<DeltaPage>(std::get<Answer>(*reply_to(1)));
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.rows[0].kind, "drifted");
  ASSERT_TRUE(look) << "who asked while one was under way gets one that began afterwards";
  EXPECT_EQ(reply_to(2), nullptr);
  look_finds({{"site", as_left()}});
  EXPECT_NE(reply_to(2), nullptr);
}

TEST_F(MemberLook, NoneIsMadeWhenThereIsNoInterval) {
  config.scan_interval_ms = 0;
  restart();
  deployed();
  for (int i = 0; i < 200; ++i) {
    publish(log.heartbeat());
    pass(1000);
  }
  EXPECT_FALSE(look);
}

}  // namespace groupctl::testing
