// How what a member has in place comes to run, against a machine in memory.
#include "commands/state/order.h"
#include "commands/state/rollout.h"
#include "commands/step_order.h"
#include "tests/unit/commands/fake_host.h"

namespace groupctl {
namespace {

using testing::FakeHost;
using testing::release;
using testing::wants;

Release asked_for_health(Release release) {
  release.health = {{"ask"}, 100, 1000};
  return release;
}
Run run_of(const ExecuteResult& result) { return result.runs.at("shop").run; }

TEST(Running, WhatIsPutInPlaceIsStartedAndThenAskedWhetherItIsWell) {
  FakeHost host;
  host.dir.runs = true;
  const auto result = reconcile_artefact(wants("shop", asked_for_health(release("1.0", 1))), host);
  EXPECT_EQ(result.outcome, Outcome::kDone);
  EXPECT_EQ(run_of(result), Run::kRunning);
  EXPECT_EQ(host.dir.calls,
            (std::vector<std::string>{"status shop", "deploy shop from /archives/shop",
                                      "status shop", "start shop", "health shop", "status shop"}));
}

TEST(Running, WhatIsToBeStoppedIsPutInPlaceWithoutAStart) {
  FakeHost host;
  host.dir.runs = true;
  ArtefactStep step = wants("shop", release("1.0", 1));
  step.desired.running = false;
  const auto result = reconcile_artefact(step, host);
  EXPECT_EQ(result.outcome, Outcome::kDone);
  EXPECT_EQ(run_of(result), Run::kStopped);
  host.dir.placed["shop"].run = Run::kRunning;
  const auto stopped = reconcile_artefact(step, host);
  EXPECT_EQ(stopped.outcome, Outcome::kDone);
  EXPECT_EQ(run_of(stopped), Run::kStopped);
  EXPECT_EQ(reconcile_artefact(step, host).outcome, Outcome::kUnchanged);
}

TEST(Running, WhatWasStoppedByHandIsStartedAgain) {
  FakeHost host;
  host.dir.placed["shop"] = {"1.0", testing::digest_of(1), {}, Run::kStopped};
  EXPECT_EQ(reconcile_artefact(wants("shop", release("1.0", 1)), host).outcome, Outcome::kDone);
  EXPECT_EQ(host.dir.placed["shop"].run, Run::kRunning);
}

TEST(Running, AReleaseThatDoesNotComeUpGivesWayToTheFormerOne) {
  FakeHost host;
  host.dir.runs = true;
  host.dir.start_errors = 1;
  host.dir.placed["shop"] = {"1.0", testing::digest_of(1), {}, Run::kRunning};
  const auto result = reconcile_artefact(wants("shop", release("2.0", 2)), host);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_EQ(result.step, "start");
  EXPECT_EQ(result.text, "it ends at once; 1.0 runs again");
  EXPECT_EQ(result.actual.at("shop")->version, "1.0");
  EXPECT_EQ(run_of(result), Run::kRunning);
}

TEST(Running, OneThatIsNotWellDoesAsWellAndWhatWasStoppedStaysSo) {
  FakeHost host;
  host.dir.runs = true;
  host.dir.sick = true;
  host.dir.placed["shop"] = {"1.0", testing::digest_of(1), {}, Run::kStopped};
  const auto result = reconcile_artefact(wants("shop", asked_for_health(release("2.0", 2))), host);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_EQ(result.text, "exit code 1; 1.0 is in place again");
  host.dir.go_back_error = StepError{Outcome::kFailed, "go back", "nothing is left of 1.0"};
  EXPECT_EQ(reconcile_artefact(wants("shop", asked_for_health(release("3.0", 3))), host).text,
            "exit code 1; 1.0 could not be put back: nothing is left of 1.0");
}

TEST(Running, WhatDoesNotSayHowItRunsIsInPlaceAndABadOutcome) {
  FakeHost host;
  host.dir.mute_once_deployed = true;
  const auto result = reconcile_artefact(wants("shop", release("1.0", 1)), host);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_EQ(result.step, "status");
  EXPECT_EQ(result.text, "it hangs");
  ASSERT_TRUE(result.actual.contains("shop"));
  EXPECT_EQ(result.actual.at("shop")->version, "1.0");
}

TEST(Running, TheFirstReleaseStaysAsItIsWhenItIsNotWell) {
  FakeHost host;
  host.dir.runs = true;
  host.dir.sick = true;
  const auto result = reconcile_artefact(wants("shop", asked_for_health(release("1.0", 1))), host);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_EQ(result.text, "exit code 1");
  EXPECT_EQ(run_of(result), Run::kRunning);
}

TEST(Running, AnotherRecipeOfOneReleaseIsDeployedAnew) {
  FakeHost host;
  host.dir.placed["shop"] = {"1.0", testing::digest_of(1), recipe_of(release("1.0", 1))};
  EXPECT_EQ(reconcile_artefact(wants("shop", release("1.0", 1)), host).outcome,
            Outcome::kUnchanged);
  Release configured = release("1.0", 1);
  configured.config = {1};
  EXPECT_EQ(reconcile_artefact(wants("shop", configured), host).outcome, Outcome::kDone);
}

TEST(Running, AnotherDeployerTakesOverWhenAllIsAtHand) {
  FakeHost host;
  host.unit.placed["shop"] = {"1.0", testing::digest_of(1), {}, Run::kRunning};
  host.dir.prepare_error = StepError{Outcome::kFailed, "unpack", "no archive"};
  const auto refused = reconcile_artefact(wants("shop", release("2.0", 2)), host);
  EXPECT_EQ(refused.text, "no archive");
  EXPECT_EQ(refused.actual.at("shop")->version, "1.0");
  EXPECT_EQ(run_of(refused), Run::kRunning) << "nothing was touched";
  host.dir.prepare_error.reset();
  EXPECT_EQ(reconcile_artefact(wants("shop", release("2.0", 2)), host).outcome, Outcome::kDone);
  EXPECT_EQ(host.unit.calls.back(), "withdraw shop");
  EXPECT_TRUE(host.dir.placed.contains("shop"));
}

TEST(Running, WhatAnotherDeployerCannotPutInPlaceOrBringUpIsTheFormerOnesAgain) {
  FakeHost host;
  const Placed former = {"1.0", testing::digest_of(1), {}, Run::kRunning};
  host.unit.placed["shop"] = former;
  host.unit.runs = true;
  host.dir.deploy_error = StepError{Outcome::kFailed, "switch", "no space"};
  const auto failed = reconcile_artefact(wants("shop", release("2.0", 2)), host);
  EXPECT_EQ(failed.text, "no space; 1.0 runs again");
  EXPECT_EQ(failed.actual.at("shop")->version, "1.0");
  EXPECT_EQ(host.unit.calls.back(), "status shop");
  EXPECT_EQ(run_of(failed), Run::kRunning);
  host.dir.deploy_error.reset();
  host.dir.sick = true;
  host.dir.formers["shop"] = {"unit", former};
  const auto sick = reconcile_artefact(wants("shop", asked_for_health(release("2.0", 2))), host);
  EXPECT_EQ(sick.text, "exit code 1; 1.0 runs again");
  EXPECT_FALSE(host.dir.placed.contains("shop"));
  EXPECT_EQ(sick.actual.at("shop")->version, "1.0");
}

TEST(Running, F2_WhatWasNotYetFoundWellBeforeACrashGivesWayToo) {
  FakeHost host;
  host.dir.runs = true;
  host.dir.sick = true;
  const Release wanted = asked_for_health(release("2.0", 2));
  host.dir.placed["shop"] = {"2.0", testing::digest_of(2), recipe_of(wanted), Run::kRunning};
  host.dir.formers["shop"] = {"dir", {"1.0", testing::digest_of(1)}};
  const auto result = reconcile_artefact(wants("shop", wanted), host);
  EXPECT_EQ(result.actual.at("shop")->version, "1.0");
  EXPECT_TRUE(result.text.starts_with("exit code 1; 1.0 ")) << result.text;
  host.dir.placed["shop"] = {"2.0", testing::digest_of(2), recipe_of(wanted), Run::kRunning};
  host.dir.sick = false;
  host.dir.formers["shop"] = {"dir", {"1.0", testing::digest_of(1)}};
  EXPECT_EQ(reconcile_artefact(wants("shop", wanted), host).outcome, Outcome::kUnchanged);
  EXPECT_TRUE(host.dir.formers.empty()) << "it is proved, and stays from now on";
}

TEST(Running, StartAndStopLeaveWhatIsInPlace) {
  FakeHost host;
  ArtefactStep step = wants("shop", release("2.0", 2));
  step.run_only = true;
  EXPECT_EQ(reconcile_artefact(step, host).outcome, Outcome::kSkipped);
  step.actual = ActualArtefact{"1.0", testing::digest_of(1), Sequence(4)};
  EXPECT_TRUE(reconcile_artefact(step, host).actual.empty())
      << "somebody took it away, and the next look says so";
  ArtefactStep unwanted = step;
  unwanted.desired.release.reset();
  const auto gone = reconcile_artefact(unwanted, host);
  EXPECT_EQ(gone.actual.at("shop"), std::nullopt) << "nobody misses it";
  step.actual.reset();
  host.dir.placed["shop"] = {"1.0", testing::digest_of(1)};
  const auto found = reconcile_artefact(step, host);
  EXPECT_EQ(found.text, "shop is nothing that runs");
  EXPECT_EQ(found.actual.at("shop")->version, "1.0") << "a crash may have hidden what is in place";
  host.dir.placed["shop"].run = Run::kStopped;
  EXPECT_EQ(reconcile_artefact(step, host).outcome, Outcome::kDone);
  EXPECT_EQ(host.dir.placed["shop"].version, "1.0");
  EXPECT_EQ(host.dir.placed["shop"].run, Run::kRunning);
}

TEST(Running, ARestartIsForWhatRunsAndStartsWhatIsToRun) {
  FakeHost host;
  ExecuteRequest request;
  request.steps = {wants("shop", release("1.0", 1))};
  request.steps[0].run_only = true;
  EXPECT_EQ(restart_steps(request, host).outcome, Outcome::kSkipped);
  host.dir.placed["shop"] = {"1.0", testing::digest_of(1), {}, Run::kRunning};
  EXPECT_EQ(restart_steps(request, host).outcome, Outcome::kDone);
  EXPECT_EQ(refresh_steps(request, host).outcome, Outcome::kDone);
  host.dir.placed["shop"].run = Run::kFailed;
  EXPECT_EQ(restart_steps(request, host).outcome, Outcome::kDone);
  EXPECT_EQ(std::count(host.dir.calls.begin(), host.dir.calls.end(), "restart shop"), 1);
  EXPECT_EQ(std::count(host.dir.calls.begin(), host.dir.calls.end(), "refresh shop"), 1);
  EXPECT_EQ(std::count(host.dir.calls.begin(), host.dir.calls.end(), "start shop"), 1);
}

TEST(Running, SeveralStopInTheReverseOfTheOrderInWhichTheyStart) {
  const auto step = [](const std::string& name, std::vector<std::string> after, bool running) {
    ArtefactStep made = wants(name, release("1.0", 1));
    made.desired.release->after = std::move(after);
    made.desired.running = running;
    return made;
  };
  std::vector<std::string> order;
  for (const ArtefactStep& one :
       in_order({step("web", {"shop"}, true), step("shop", {"cache", "db"}, true),
                 step("cache", {}, true), step("db", {}, true), step("old", {}, false),
                 step("older", {"old"}, false)})) {
    order.push_back(one.name);
  }
  EXPECT_EQ(order, (std::vector<std::string>{"older", "old", "cache", "db", "shop", "web"}));
}

TEST(StartOrder, CyclesAreNamed) {
  EXPECT_TRUE(cycle_in({{"a", {"b"}}, {"b", {"c"}}, {"c", {"elsewhere"}}}).empty());
  EXPECT_EQ(cycle_in({{"a", {"b"}}, {"b", {"c"}}, {"c", {"b"}}, {"d", {}}}),
            (std::vector<std::string>{"b", "c", "b"}));
  EXPECT_EQ(cycle_in({{"a", {"a"}}}), (std::vector<std::string>{"a", "a"}));
  EXPECT_EQ(start_order({{"a", {"b"}}, {"b", {"a"}}, {"c", {}}}),
            (std::vector<std::string>{"c", "a", "b"}));
}

/// "shop" after "cache" for some, "cache" after "db" in a rollout in this phase.
GroupState two_in_order(RolloutPhase phase) {
  const auto after = [](std::vector<std::string> names) {
    Release made = release("1.0", 1);
    made.after = std::move(names);
    return made;
  };
  ArtefactRow shop;
  shop.releases = {{testing::role("web"), Sequence(1), after({"cache", "elsewhere"})},
                   {testing::role("db"), Sequence(2), std::nullopt}};
  ArtefactRow cache;
  cache.rollout = Sequence(3);
  RolloutRow rollout;
  rollout.artefact = "cache";
  rollout.assignment = {Target::all(), Sequence(3), after({"db"})};
  rollout.phase = phase;
  GroupState state;
  state.apply({{artefact_key("shop"), encode(shop)},
               {artefact_key("cache"), encode(cache)},
               {rollout_key(Sequence(3)), encode(rollout)}});
  return state;
}

TEST(StartOrder, ACycleIsFoundFromTheOneThatIsDeployedRolloutsIncluded) {
  using Names = std::vector<std::string>;
  const GroupState open = two_in_order(RolloutPhase::kOpen);
  EXPECT_EQ(cycle_through(open, "db", {"shop"}), (Names{"db", "shop", "cache", "db"}));
  EXPECT_EQ(cycle_through(open, "db", {"db"}), (Names{"db", "db"}));
  EXPECT_EQ(cycle_through(open, "db", {"elsewhere"}), Names());
  EXPECT_EQ(cycle_through(open, "new", {"shop", "cache"}), Names());
  EXPECT_EQ(start_edges(open).at("cache"), Names{"db"});
  const GroupState undone = two_in_order(RolloutPhase::kUndone);
  EXPECT_EQ(cycle_through(undone, "db", {"shop"}), Names());
}

}  // namespace
}  // namespace groupctl
