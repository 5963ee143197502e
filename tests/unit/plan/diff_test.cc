// What a plan changes of a group.
#include "plan/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/export.h"
#include "tests/unit/plan/states.h"

namespace groupctl::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string artefact(const std::string& name, const std::string& version,
                     const std::string& more = "") {
  return "[[artefact]]\nname = \"" + name + "\"\nversion = \"" + version + "\"\ndigest = \"" +
         kDigest + "\"\n" + more + "\n";
}
std::string plan(const std::string& parts) { return "plan = 1\n" + parts; }

const std::string kThree =
    plan(artefact("web", "1", "after = [\"shop\"]") + artefact("shop", "1", "after = [\"cache\"]") +
         artefact("cache", "1") + "[set]\na = \"1\"\n");

TEST(PlanDiff, StartsInOrderAndThenIsTheSame) {
  const Diff diff = diff_between(kThree, {});
  EXPECT_THAT(words_of(diff.steps), ElementsAre("DEPLOY cache@1 to all", "DEPLOY shop@1 to all",
                                                "DEPLOY web@1 to all", "SET a=1 to all"));
  const Diff again = diff_between(kThree, state_of(kThree));
  EXPECT_THAT(words_of(again.steps), IsEmpty());
  EXPECT_THAT(words_of(again.differences), IsEmpty());
}

TEST(PlanDiff, OnlyWhatDiffersIsDone) {
  const GroupState state = state_of(kThree);
  const Diff diff = diff_between(plan(artefact("web", "1", "after = [\"shop\"]") +
                                      artefact("shop", "1", "after = [\"cache\"]\nconfig = \"x\"") +
                                      artefact("cache", "1") + "[set]\na = \"2\"\n"),
                                 state);
  EXPECT_THAT(words_of(diff.steps), ElementsAre("DEPLOY shop@1 to all", "SET a=2 to all"));
  EXPECT_THAT(words_of(diff.differences), ElementsAre("changed artefact shop all config:>x",
                                                      "changed property a all value:1>2"));
}

TEST(PlanDiff, WhatThePlanDoesNotNameGoesOnlyByPruningTheLastToStartFirst) {
  const GroupState state = state_of(kThree);
  const std::string less = plan(artefact("cache", "1"));
  const Diff shown = diff_between(less, state);
  EXPECT_THAT(words_of(shown.steps), IsEmpty());
  EXPECT_THAT(
      words_of(shown.differences),
      ElementsAre("extra artefact shop all", "extra artefact web all", "extra property a all"));
  const Diff pruned = diff_between(less, state, true);
  EXPECT_THAT(words_of(pruned.steps),
              ElementsAre("UNDEPLOY web to all", "UNDEPLOY shop to all", "UNSET a to all"));
  GroupState after = state;
  ASSERT_TRUE(carry_out(pruned.steps, after, Sequence(50)));
  EXPECT_THAT(words_of(diff_between(less, after, true).steps), IsEmpty());
}

TEST(PlanDiff, AbsentGoesInReverseOrderAndBeforeWhatComes) {
  const GroupState state = state_of(kThree);
  const Diff diff = diff_between(
      plan(artefact("db", "1") + "[[artefact]]\nname = \"cache\"\nstate = \"absent\"\n"
                                 "[[artefact]]\nname = \"shop\"\nstate = \"absent\"\n"
                                 "[[artefact]]\nname = \"web\"\nstate = \"absent\"\n"
                                 "[[artefact]]\nname = \"never-was\"\nstate = \"absent\"\n"),
      state);
  EXPECT_THAT(words_of(diff.steps), ElementsAre("UNDEPLOY web to all", "UNDEPLOY shop to all",
                                                "UNDEPLOY cache to all", "DEPLOY db@1 to all"));
}

TEST(PlanDiff, AStopIsSaidBeforeTheReleaseThatIsNotToRun) {
  const std::string stopped = plan(artefact("a", "2", "state = \"stopped\""));
  EXPECT_THAT(words_of(diff_between(stopped, {}).steps),
              ElementsAre("DEPLOY a@2 to all", "STOP a to all"));
  const GroupState state = state_of(plan(artefact("a", "1")));
  EXPECT_THAT(words_of(diff_between(stopped, state).steps),
              ElementsAre("STOP a to all", "DEPLOY a@2 to all"));
  EXPECT_THAT(words_of(diff_between(stopped, state_of(stopped)).steps), IsEmpty());
}

TEST(PlanDiff, TheLastToStartStopsFirst) {
  const auto all_of = [](const std::string& state) {
    return plan(artefact("web", "1", "after = [\"shop\"]\nstate = \"" + state + "\"") +
                artefact("shop", "1", "after = [\"cache\"]\nstate = \"" + state + "\"") +
                artefact("cache", "2", "state = \"" + state + "\""));
  };
  const Diff stopped = diff_between(all_of("stopped"), state_of(kThree));
  EXPECT_THAT(words_of(stopped.steps), ElementsAre("STOP web to all", "STOP shop to all",
                                                   "STOP cache to all", "DEPLOY cache@2 to all"));
  const Diff running = diff_between(all_of("running"), state_of(all_of("stopped")));
  EXPECT_THAT(words_of(running.steps),
              ElementsAre("START cache to all", "START shop to all", "START web to all"));
}

TEST(PlanDiff, RunningIsWhatNobodyHasStopped) {
  const std::string running = plan(artefact("a", "1", "state = \"running\""));
  const std::string as_it_is = plan(artefact("a", "1"));
  const std::string one_stopped =
      as_it_is + "[[artefact]]\nname = \"a\"\non = \"rack=1\"\nstate = \"stopped\"\n";
  EXPECT_THAT(words_of(diff_between(running, state_of(as_it_is)).steps), IsEmpty());
  const GroupState state = state_of(one_stopped);
  EXPECT_THAT(words_of(diff_between(as_it_is, state).steps), IsEmpty());
  EXPECT_THAT(words_of(diff_between(running, state).steps), ElementsAre("START a to all"));
  EXPECT_THAT(words_of(diff_between(running, state_of(running, state)).steps), IsEmpty());
}

TEST(PlanDiff, WhatStandsBehindAChangeIsSaidAgain) {
  const std::string both = plan(artefact("a", "1") + artefact("a", "2", "on = \"role=web\""));
  const GroupState state = state_of(both);
  EXPECT_THAT(words_of(diff_between(both, state).steps), IsEmpty());
  const Diff diff =
      diff_between(plan(artefact("a", "3") + artefact("a", "2", "on = \"role=web\"")), state);
  EXPECT_THAT(words_of(diff.steps), ElementsAre("DEPLOY a@3 to all", "DEPLOY a@2 to role=web"));
}

TEST(PlanDiff, ToTakeAwayWhatNobodyHasIsNothingToDo) {
  const std::string some =
      plan("[[artefact]]\nname = \"a\"\nstate = \"absent\"\n" + artefact("a", "1", "on = \"x\"") +
           "[set]\nk = [{unset = true}, {value = \"8\", on = \"x\"}]\n");
  const Diff diff = diff_between(some, {});
  EXPECT_THAT(words_of(diff.steps), ElementsAre("DEPLOY a@1 to name=x", "SET k=8 to name=x"));
  EXPECT_THAT(words_of(diff_between(some, state_of(some)).differences), IsEmpty());
  const GroupState other = state_of(plan(artefact("a", "1", "on = \"y\"")));
  EXPECT_THAT(words_of(diff_between(some, other).steps),
              ElementsAre("UNDEPLOY a to all", "DEPLOY a@1 to name=x", "SET k=8 to name=x"));
}

TEST(PlanDiff, AnotherOrderIsAnotherList) {
  const std::string web = artefact("a", "2", "on = \"role=web\"");
  const std::string rack = artefact("a", "1", "on = \"rack=1\"");
  const GroupState state = state_of(plan(web + rack));
  const Diff diff = diff_between(plan(rack + web), state);
  EXPECT_THAT(words_of(diff.steps), ElementsAre("DEPLOY a@2 to role=web"));
  EXPECT_THAT(words_of(diff_between(plan(rack + web), state_of(plan(rack + web), state)).steps),
              IsEmpty());
}

TEST(PlanDiff, WhatIsForAllReplacesTheOthers) {
  const GroupState state =
      state_of(plan(artefact("a", "1") + artefact("a", "2", "on = \"role=web\"")));
  const Diff diff = diff_between(plan(artefact("a", "3")), state);
  EXPECT_THAT(words_of(diff.differences),
              ElementsAre("replaced artefact a role=web", HasSubstr("changed artefact a all")));
}

TEST(PlanDiff, AReleaseWithoutADigestIsThatOfTheGroup) {
  const std::string open = plan("[[artefact]]\nname = \"a\"\nversion = \"1\"\n");
  EXPECT_THAT(words_of(diff_between(open, state_of(plan(artefact("a", "1")))).steps), IsEmpty());
  const auto unknown = diff_of(plan_of(open), {}, false);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(unknown.error().text, HasSubstr("p.toml:3:8: "));
}

/// A group of two members in which a plan with [rollout] has begun one of "a" to all.
class PlanRollouts : public ::testing::Test {
 protected:
  static constexpr const char* kPolicy =
      "[rollout]\nbatch = 1\nmax_failures = \"50%\"\ncanary = 1\npause = \"30s\"\n";

  PlanRollouts() {
    for (std::uint64_t id = 1; id <= 2; ++id) {
      MemberRow row;
      row.id = MemberId(id);
      row.name = "m" + std::to_string(id);
      row.own_labels = {{"role", "web"}};
      state.apply({{member_key(row.id), encode(row)}});
    }
    state = state_of(plan(artefact("a", "1")), state);
    wanted = plan(kPolicy + artefact("a", "2"));
    begun = diff_between(wanted, state);
    EXPECT_TRUE(carry_out(begun.steps, state, Sequence(kBegun)));
  }
  /// As the coordinator and operators bring it there.
  void become(RolloutPhase phase, Sequence released = {}) {
    RolloutRow row = *rollout_row(state, Sequence(kBegun));
    row.phase = phase;
    row.targets.front().released = released;
    state.apply({{rollout_key(Sequence(kBegun)), encode(row)}});
  }
  static constexpr std::uint64_t kBegun = 30;
  GroupState state;
  std::string wanted;
  Diff begun;
};

TEST_F(PlanRollouts, ReleasesAreRolledOut) {
  EXPECT_EQ(begun.rollouts, 1U);
  const RolloutPolicy policy{{1, false}, {50, true}, 1, 30'000};
  ASSERT_TRUE(rollout_row(state, Sequence(kBegun)));
  EXPECT_EQ(rollout_row(state, Sequence(kBegun))->policy, policy);
}

TEST_F(PlanRollouts, AnEmptyTableIsOneToo) {
  const Diff diff = diff_between(plan("[rollout]\n" + artefact("b", "1")), state);
  EXPECT_EQ(diff.rollouts, 1U);
}

TEST_F(PlanRollouts, WhoIsNobodyYetIsNotRolledOutTo) {
  const Diff diff = diff_between(plan(kPolicy + artefact("b", "1", "on = \"role=db\"")), state);
  EXPECT_EQ(diff.rollouts, 0U);
  EXPECT_THAT(words_of(diff.steps), ElementsAre("DEPLOY b@1 to role=db"));
}

TEST_F(PlanRollouts, WhatIsUnderWayIsNotBegunAgain) {
  for (const auto phase : {RolloutPhase::kOpen, RolloutPhase::kPaused, RolloutPhase::kStopped}) {
    become(phase, Sequence(31));
    const Diff diff = diff_between(wanted, state);
    EXPECT_THAT(words_of(diff.steps), IsEmpty());
    EXPECT_THAT(diff.warnings, ElementsAre("rollout 30 of a is " + std::string(to_word(phase))));
    EXPECT_THAT(words_of(diff_between(plan(artefact("a", "1")), state).steps),
                ElementsAre("DEPLOY a@1 to all"));
  }
}

TEST_F(PlanRollouts, WhatWasGivenUpPartWayIsSaidAnewWhicheverIsWanted) {
  become(RolloutPhase::kAborted, Sequence(31));
  EXPECT_THAT(words_of(diff_between(wanted, state).differences),
              ElementsAre("changed artefact a all rollout:aborted>anew"));
  EXPECT_THAT(words_of(diff_between(plan(artefact("a", "1")), state).steps),
              ElementsAre("DEPLOY a@1 to all"));
  EXPECT_THAT(plan_text(state, "shop"), HasSubstr("# rollout 30 of a is aborted\n"));
}

TEST_F(PlanRollouts, WhatCameToNobodyAndIsGivenUpNeverWas) {
  for (const auto phase : {RolloutPhase::kAborted, RolloutPhase::kUndone}) {
    become(phase);
    const Diff diff = diff_between(plan(artefact("a", "1")), state);
    EXPECT_THAT(words_of(diff.steps), IsEmpty());
    EXPECT_THAT(diff.warnings, IsEmpty());
  }
}

}  // namespace
}  // namespace groupctl::plan
