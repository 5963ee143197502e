// What a private repository has instead of what the group wants is an intended delta, from the step
// that finds it until one finds it gone.
#include "member/memory.h"
#include "tests/unit/member/member_fixture.h"

namespace groupctl::testing {

class MemberOverrides : public MemberFixture {
 protected:
  static constexpr const char* kRow = "intended/artefact/site";

  MemberOverrides() { has_own("1.0", "own"); }
  void has_own(const std::string& version, const std::string& content) {
    own_builds["site"] = {Release{version, digest_of(content), "dir", {}}, "file:/own",
                          "file:/own has another archive of site@" + version};
  }
  void deployed(const std::string& version) {
    publish(log.deploy("site", version));
    work_ends();
  }
  bool stored() const { return store.get({Table::kMember, kRow})->has_value(); }
  std::string placed() const {
    const auto there = in_place(core->actual(), "site");
    if (!there) return "";
    return there->digest == digest_of("own") ? "own " + there->version : there->version;
  }
};

TEST_F(MemberOverrides, G32_AnOverrideIsAnIntendedDeltaWithItsCause) {
  become_member();
  deployed("1.0");
  ASSERT_EQ(core->intended().size(), 1U);
  const IntendedDelta& delta = core->intended().at("artefact/site");
  EXPECT_EQ(delta.cause, Cause::kOverride);
  EXPECT_EQ(delta.who, "file:/own");
  EXPECT_EQ(delta.why, "file:/own has another archive of site@1.0");
  EXPECT_EQ(delta.over, log.last());
  EXPECT_GE(delta.when_ms, log.now.value) << "by the group's time";
  EXPECT_TRUE(core->delta().empty()) << "what is intended is no observed deviation";
  EXPECT_EQ(last_ack().outcomes.at(0).outcome, Outcome::kOverridden);
  EXPECT_EQ(last_ack().delta.intended, 1U);
  EXPECT_EQ(last_ack().delta.pending, 0U);
  EXPECT_TRUE(noted("a private repository has it otherwise"));
}

TEST_F(MemberOverrides, G32_ItIsDurableWithTheOutcomeOfItsStep) {
  become_member();
  publish(log.deploy("site", "1.0"));
  hold_commits = true;
  work_ends();
  ASSERT_EQ(held.size(), 1U);
  EXPECT_TRUE(held[0].rows.contains({Table::kMember, kRow}));
  EXPECT_TRUE(held[0].rows.contains({Table::kMember, "actual/site"}));
  EXPECT_TRUE(held[0].rows.contains(outcome_row(log.last(), log.last())));
  step(MemberCommitDone{store.commit(held[0])});
  hold_commits = false;
  const Intended before = core->intended();
  restart();
  EXPECT_EQ(core->intended(), before);
  EXPECT_TRUE(core->delta().empty());
}

TEST_F(MemberOverrides, AskedAgainItStaysAsItWas) {
  become_member();
  deployed("1.0");
  const Intended before = core->intended();
  restart();
  pass(0);
  work_ends(Outcome::kUnchanged);
  EXPECT_EQ(core->intended(), before) << "since when it is so is not forgotten";
}

TEST_F(MemberOverrides, G40_ItDoesNotStandAgainstCommands) {
  become_member();
  deployed("1.0");
  publish(log.deploy("site", "2.0"));
  EXPECT_TRUE(core->intended().empty()) << "it stood in for what is no longer wanted";
  EXPECT_EQ(core->delta().at("artefact/site").kind, DeltaKind::kPending);
  ASSERT_EQ(work.size(), 1U);
  has_own("2.0", "own");
  work_ends();
  EXPECT_EQ(placed(), "own 2.0");
  EXPECT_EQ(core->intended().at("artefact/site").over, log.last());
  own_builds.clear();
  deployed("3.0");
  EXPECT_EQ(placed(), "3.0");
  EXPECT_TRUE(core->intended().empty());
  EXPECT_FALSE(stored());
  EXPECT_TRUE(core->delta().empty());
}

TEST_F(MemberOverrides, WhatWasFoundForAFormerReleaseIsNotWrittenDown) {
  become_member();
  publish(log.deploy("site", "1.0"));
  publish(log.deploy("site", "2.0"));
  ASSERT_EQ(work.size(), 1U);
  own_builds["site"].release.version = "1.0";
  const WorkItem first = work.front();
  own_builds.clear();
  work.clear();
  ExecuteResult result{Outcome::kOverridden, "", "", {}};
  result.actual["site"] = ActualArtefact{"1.0", digest_of("own"), {}};
  result.overrides["site"] = {
      log.last().previous(),
      Override{Release{"1.0", digest_of("own"), "dir", {}}, "file:/own", ""}};
  step(WorkDone{{first.id, result}});
  EXPECT_TRUE(core->intended().empty());
  EXPECT_EQ(core->delta().at("artefact/site").kind, DeltaKind::kPending);
  work_ends();
  EXPECT_EQ(placed(), "2.0");
  EXPECT_TRUE(core->delta().empty());
}

TEST_F(MemberOverrides, ReconcileAsksAnewAndSaysThatItStays) {
  become_member();
  deployed("1.0");
  local(LocalReconcile{});
  EXPECT_TRUE(core->intended().contains("artefact/site")) << "while the repositories are asked";
  work_ends(Outcome::kUnchanged);
  const std::vector<KeyResult> expected{{"artefact/site", Outcome::kOverridden, "",
                                         "stays: file:/own has another archive of site@1.0"}};
  EXPECT_EQ(job_of(1).results, expected);
  EXPECT_TRUE(core->intended().contains("artefact/site"));
  own_builds.clear();
  local(LocalReconcile{{"site"}}, 2);
  work_ends();
  EXPECT_EQ(job_of(2).results.at(0).outcome, Outcome::kDone);
  EXPECT_TRUE(core->intended().empty());
  EXPECT_FALSE(stored());
  EXPECT_EQ(placed(), "1.0");
}

TEST_F(MemberOverrides, ALocalCommandCountsMoreThanAPrivateRepository) {
  become_member();
  deployed("1.0");
  local(LocalDeploy{"site", "9.0", digest_of("9.0"), "", {}});
  ASSERT_EQ(work.size(), 1U);
  EXPECT_TRUE(std::get<ReconcileRequest>(work[0].what).steps.at(0).exactly);
  work_ends();
  EXPECT_EQ(placed(), "9.0");
  EXPECT_EQ(core->intended().at("artefact/site").cause, Cause::kLocal);
  local(LocalRelease{"site"}, 2);
  work_ends();
  EXPECT_EQ(placed(), "own 1.0");
  EXPECT_EQ(core->intended().at("artefact/site").cause, Cause::kOverride);
}

TEST_F(MemberOverrides, AHoldThatCameMeanwhileStays) {
  become_member();
  publish(log.deploy("site", "1.0"));
  local(LocalHold{"site"});
  work_ends();
  EXPECT_EQ(core->intended().at("artefact/site").cause, Cause::kHold);
  EXPECT_EQ(placed(), "own 1.0");
}

TEST_F(MemberOverrides, AStepThatFailsOnTheWayStillSaysWhatIsWanted) {
  become_member();
  publish(log.deploy("site", "1.0"));
  work_ends(Outcome::kFailed, "no space");
  EXPECT_EQ(core->intended().at("artefact/site").cause, Cause::kOverride);
  EXPECT_EQ(core->delta().at("artefact/site").kind, DeltaKind::kFailed);
  EXPECT_EQ(last_ack().outcomes.at(0).outcome, Outcome::kFailed);
}

TEST_F(MemberOverrides, WhoIsNotInTheRosterKeepsIt) {
  become_member();
  deployed("1.0");
  publish(log.left(MemberId(1)));
  EXPECT_EQ(core->intended().count("artefact/site"), 1U);
  EXPECT_TRUE(core->delta().empty());
  EXPECT_EQ(placed(), "own 1.0");
}

}  // namespace groupctl::testing
