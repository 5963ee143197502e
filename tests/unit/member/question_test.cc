// What an operator asks of one member.
#include "tests/unit/member/member_fixture.h"

namespace groupctl::testing {

class MemberQuestions : public MemberFixture {};

TEST_F(MemberQuestions, G34_DeltaTellsWhatIsWantedThereAndInstead) {
  become_member();
  publish(log.deploy("site", "1.0"));
  work_ends();
  publish(log.set("mode", "fast"));
  local(LocalDeploy{"site", "9.0", digest_of("9.0"), "", {}});
  work_ends();
  local(LocalUnset{{"mode"}}, 2);
  local(LocalDeploy{"tool", "0.3", digest_of("0.3"), "", {}}, 3);
  work_ends(Outcome::kFailed, "in no repository");
  const auto page = ask<DeltaPage>(DeltaQuestion{});
  EXPECT_EQ(page.at, log.last());
  EXPECT_FALSE(page.more);
  ASSERT_EQ(page.rows.size(), 4U);
  const Deviation& site = page.rows[0];
  EXPECT_EQ(site.key, "artefact/site");
  EXPECT_EQ(site.kind, "intended");
  EXPECT_EQ(site.cause, "local");
  EXPECT_EQ(site.who, "ana@here");
  EXPECT_EQ(site.when_ms, 7U);
  EXPECT_EQ(site.why, "testing");
  EXPECT_EQ(site.group.version, "1.0");
  EXPECT_EQ(site.there.version, "9.0");
  EXPECT_EQ(site.wanted.digest, digest_of("9.0"));
  EXPECT_EQ(page.rows[1].key, "artefact/tool");
  EXPECT_EQ(page.rows[2].kind, "failed");
  EXPECT_EQ(page.rows[2].why, "in no repository");
  EXPECT_EQ(page.rows[3].key, "property/mode");
  EXPECT_EQ(page.rows[3].group.value, "fast");
  EXPECT_EQ(page.rows[3].there.kind, Thing::Kind::kNothing);
  EXPECT_EQ(ask<DeltaPage>(DeltaQuestion{"artefact/tool"}).rows.size(), 1U);
}

TEST_F(MemberQuestions, DeltaComesInPagesThatFitAnAnswer) {
  become_member();
  for (int i = 0; i < 60; ++i) {
    local(LocalSet{{{"p" + std::to_string(100 + i), std::string(4000, 'x')}}}, 0);
  }
  std::size_t rows = 0;
  DeltaQuestion question;
  for (bool more = true; more;) {
    const auto page = ask<DeltaPage>(question);
    ASSERT_FALSE(page.rows.empty());
    rows += page.rows.size();
    more = page.more;
    question.after = page.rows.back().key;
  }
  EXPECT_EQ(rows, 60U);
}

TEST_F(MemberQuestions, ReconcileSaysAtOnceWhatItWillDoAndThenHowItEnded) {
  become_member();
  local(LocalDeploy{"site", "9.0", digest_of("9.0"), "", {}});
  work_ends();
  local(LocalSet{{{"mode", "slow"}}}, 2);
  const auto begun = ask<Reconciling>(ReconcileQuestion{{}, "ops@desk", "in line"});
  EXPECT_EQ(begun.keys, (std::vector<std::string>{"artefact/site", "property/mode"}));
  EXPECT_TRUE(ask<JobState>(JobQuestion{begun.job}).open);
  work_ends();
  const auto ended = ask<JobState>(JobQuestion{begun.job});
  EXPECT_FALSE(ended.open);
  EXPECT_EQ(ended.results.size(), 2U);
  EXPECT_TRUE(core->intended().empty());
  EXPECT_TRUE(ask<ArtefactsPage>(ArtefactsQuestion{}).rows.empty());
}

TEST_F(MemberQuestions, ReconcileWhileASnapshotIsFetchedByOneThatIsNotInTheRosterYet) {
  become_member();
  publish(log.deploy("site", "1.0"));
  work_ends();
  publish(log.left(MemberId(1)));
  restart();
  log.joined(row());
  join(CatchUp::kSnapshot);
  work_ends();
  all_work.clear();
  const auto begun = ask<Reconciling>(ReconcileQuestion{{}, "ops@desk", "in line"});
  EXPECT_TRUE(all_work.empty());
  const auto ended = ask<JobState>(JobQuestion{begun.job});
  ASSERT_EQ(ended.results.size(), 1U);
  EXPECT_EQ(ended.results[0].outcome, Outcome::kUnchanged);
  take_snapshot();
  work_ends();
  for (const WorkItem& item : all_work) {
    for (const ArtefactStep& step : std::get<ReconcileRequest>(item.what).steps) {
      EXPECT_TRUE(step.desired.release) << "never taken away in between";
    }
  }
}

TEST_F(MemberQuestions, WhatCannotBeAnsweredIsRefused) {
  become_member();
  EXPECT_EQ(ask<Refused>(JobQuestion{77}).code, ErrorCode::kNotFound);
  drain();
  say(MemberQuestion{9, Bytes{1, 2, 3}});
  ASSERT_EQ(sent<MemberAnswer>().size(), 1U);
  const auto answer = decode_answer(sent<MemberAnswer>()[0].bytes);
  ASSERT_TRUE(answer);
  EXPECT_EQ(std::get<Refused>(*answer).code, ErrorCode::kInvalid);
}

TEST_F(MemberQuestions, TheMembersOwnSocketTakesTheSame) {
  become_member();
  local(LocalSet{{{"mode", "slow"}}});
  step(LocalAsked{5, Question(DeltaQuestion{})});
  ASSERT_NE(reply_to(5), nullptr);
  EXPECT_EQ(std::get<DeltaPage>(std::get<Answer>(*reply_to(5))).rows.size(), 1U);
}

}  // namespace groupctl::testing
