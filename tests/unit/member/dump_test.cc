// DUMP in the member's core: what is known at one moment, and the way to the bundle.
#include "commands/member_view.h"
#include "tests/unit/member/member_fixture.h"

namespace groupctl::testing {

class MemberDump : public MemberFixture {
 protected:
  const ExecuteRequest& request() const { return std::get<ExecuteRequest>(all_work.back().what); }
};

TEST_F(MemberDump, G41_IsGivenAViewOfOneMomentAndChangesNothing) {
  become_member();
  publish(log.deploy("site", "1.0"));
  work_ends();
  local(LocalSet{{{"mode", "slow"}}}, 1);
  publish(log.deploy("shop", "2.0"));
  work_ends(Outcome::kFailed, "nowhere");
  const GroupState before = core->state();
  const Aim aim = core->aim();
  publish(log.dump());
  ASSERT_NE(request().view, nullptr);
  const MemberView view = *request().view;
  EXPECT_EQ(view.head.last, log.last());
  EXPECT_EQ(view.state, core->state());
  EXPECT_EQ(view.state.digest(), view.head.state_digest);
  ASSERT_TRUE(view.me);
  EXPECT_EQ(view.me->name, config.name);
  EXPECT_EQ(view.intended.count("property/mode"), 1U);
  EXPECT_EQ(view.actual, core->actual());
  EXPECT_EQ(view.actual.failures.count("artefact/shop"), 1U);
  EXPECT_EQ(view.outcomes.size(), 1U);
  publish(log.set("later", "1"));
  EXPECT_NE(core->state(), before);
  EXPECT_EQ(request().view->state, before) << "it stays as it was";
  drain();
  work_ends(Outcome::kDone, "dumps/5.tar.zst sha256:12");
  EXPECT_EQ(core->aim().desired.artefacts, aim.desired.artefacts);
  EXPECT_EQ(core->actual(), view.actual);
}

TEST_F(MemberDump, WhereTheBundleIsReachesTheLedger) {
  become_member();
  publish(log.dump());
  work_ends(Outcome::kDone, "dumps/2.tar.zst sha256:12");
  ASSERT_EQ(last_ack().outcomes.size(), 1U);
  EXPECT_EQ(last_ack().outcomes[0].outcome, Outcome::kDone);
  EXPECT_EQ(last_ack().outcomes[0].text, "dumps/2.tar.zst sha256:12");
}

TEST_F(MemberDump, OthersAreNotGivenAView) {
  become_member();
  publish(log.ping());
  EXPECT_EQ(request().view, nullptr);
}

TEST_F(MemberDump, ATooLateOneIsNotCarriedOut) {
  become_member();
  const std::size_t works = all_work.size();
  const FramePtr late = log.dump(5000);
  log.now = GroupTime(log.now.value + 6000);
  publish(late);
  EXPECT_EQ(all_work.size(), works);
  EXPECT_EQ(last_ack().outcomes.at(0).outcome, Outcome::kExpired);
}

TEST_F(MemberDump, AnInterruptedOneIsWrittenAgainWithAViewOfThatMoment) {
  become_member();
  publish(log.dump());
  restart();
  join(CatchUp::kNothing);
  publish(log.heartbeat());
  ASSERT_FALSE(work.empty());
  EXPECT_TRUE(request().again);
  ASSERT_NE(request().view, nullptr);
  EXPECT_EQ(request().view->head.last, log.last());
}

TEST_F(MemberDump, ABundleIsReadByWhoCarriesThatOut) {
  become_member();
  drain();
  say(MemberQuestion{9, encode(Question(BundleQuestion{Sequence(2), 57344}))});
  step(LocalAsked{4, Question(BundleQuestion{Sequence(3), 0})});
  ASSERT_EQ(bundles.size(), 2U);
  EXPECT_EQ(bundles[0].question, (BundleQuestion{Sequence(2), 57344}));
  EXPECT_EQ(bundles[0].session, session);
  EXPECT_EQ(bundles[0].token, 9U);
  EXPECT_EQ(bundles[1].session, std::nullopt);
  EXPECT_EQ(bundles[1].token, 4U);
  EXPECT_TRUE(sent<MemberAnswer>().empty());
}

}  // namespace groupctl::testing
