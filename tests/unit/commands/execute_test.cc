// What a member does for an entry, against a machine in memory.
#include "tests/unit/commands/fake_host.h"

namespace groupctl {
namespace {

using testing::FakeHost;
using testing::release;
using testing::wants;

const ActualArtefact kOneIsThere{"1.0", testing::digest_of(1), Sequence(5)};
using ActualMap = std::map<std::string, std::optional<ActualArtefact>>;

TEST(Reconcile, DeploysWhatIsNotThere) {
  FakeHost host;
  const auto result = reconcile_artefact(wants("shop", release("1.0", 1)), host);
  EXPECT_EQ(result.outcome, Outcome::kDone);
  EXPECT_EQ(result.actual, (ActualMap{{"shop", kOneIsThere}}));
  EXPECT_EQ(host.dir.placed.at("shop"), (Placed{"1.0", testing::digest_of(1)}));
  EXPECT_EQ(host.dir.calls, (std::vector<std::string>{
                                "status shop", "deploy shop from /archives/shop", "status shop"}));
  EXPECT_EQ(host.shown, (std::vector<std::string>{"fetch", "deploy"}));
}

TEST(Reconcile, TheSameReleaseIsUnchanged) {
  FakeHost host;
  host.dir.placed["shop"] = {"1.0", testing::digest_of(1)};
  const auto result = reconcile_artefact(wants("shop", release("1.0", 1)), host);
  EXPECT_EQ(result.outcome, Outcome::kUnchanged);
  EXPECT_EQ(result.actual, (ActualMap{{"shop", kOneIsThere}}));
  EXPECT_EQ(host.dir.calls, (std::vector<std::string>{"status shop", "inspect shop"}));
}

TEST(Reconcile, WhatWasAlteredIsPutInPlaceAnew) {
  FakeHost host;
  host.dir.placed["shop"] = {"1.0", testing::digest_of(1)};
  host.dir.altered = "index.html is gone";
  const auto result = reconcile_artefact(wants("shop", release("1.0", 1)), host);
  EXPECT_EQ(result.outcome, Outcome::kDone);
  EXPECT_EQ(result.text, "mended: index.html is gone");
  EXPECT_EQ(host.dir.calls[2], "deploy shop from /archives/shop");
}

TEST(Reconcile, WhatIsHeldIsOnlyAskedAbout) {
  FakeHost host;
  host.dir.placed["shop"] = {"0.9", testing::digest_of(9)};
  ArtefactStep step = wants("shop", release("1.0", 1));
  step.leave = true;
  const auto result = reconcile_artefact(step, host);
  EXPECT_EQ(result.outcome, Outcome::kUnchanged);
  EXPECT_EQ(result.actual,
            (ActualMap{{"shop", ActualArtefact{"0.9", testing::digest_of(9), Sequence()}}}));
  EXPECT_EQ(host.dir.calls, (std::vector<std::string>{"status shop"}));
}

TEST(Reconcile, AnotherVersionOrAnotherDigestIsDeployedOver) {
  for (const Placed& old :
       {Placed{"0.9", testing::digest_of(1)}, Placed{"1.0", testing::digest_of(9)}}) {
    FakeHost host;
    host.dir.placed["shop"] = old;
    EXPECT_EQ(reconcile_artefact(wants("shop", release("1.0", 1)), host).outcome, Outcome::kDone);
    EXPECT_EQ(host.dir.placed.at("shop"), (Placed{"1.0", testing::digest_of(1)}));
  }
}

TEST(Reconcile, AbsentIsUndeployedOnce) {
  FakeHost host;
  host.dir.placed["shop"] = {"1.0", testing::digest_of(1)};
  const auto first = reconcile_artefact(wants("shop", std::nullopt), host);
  EXPECT_EQ(first.outcome, Outcome::kDone);
  EXPECT_EQ(first.actual, (ActualMap{{"shop", std::nullopt}}));
  EXPECT_TRUE(host.dir.placed.empty());
  EXPECT_EQ(reconcile_artefact(wants("shop", std::nullopt), host).outcome, Outcome::kUnchanged);
}

TEST(Reconcile, AbsentIsUndeployedByTheDeployerThatHasItInPlace) {
  FakeHost host;
  host.unit.placed["shop"] = {"1.0", testing::digest_of(1)};
  EXPECT_EQ(reconcile_artefact(wants("shop", std::nullopt), host).outcome, Outcome::kDone);
  EXPECT_EQ(host.dir.calls, (std::vector<std::string>{"status shop"}));
  EXPECT_EQ(host.unit.calls, (std::vector<std::string>{"status shop", "undeploy shop"}));
  host.unit.placed["blog"] = {"2.0", testing::digest_of(2)};
  ArtefactStep held = wants("blog", std::nullopt);
  held.leave = true;
  const auto left = reconcile_artefact(held, host);
  EXPECT_EQ(left.outcome, Outcome::kUnchanged);
  EXPECT_EQ(left.actual.at("blog"), (ActualArtefact{"2.0", testing::digest_of(2), Sequence()}));
}

TEST(Reconcile, AnUnknownDeployerFailsThere) {
  FakeHost host;
  Release wanted = release("1.0", 1);
  wanted.deployer = "systemd";
  const auto result = reconcile_artefact(wants("shop", wanted), host);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_EQ(result.step, "deployer");
  EXPECT_EQ(result.text, "this member has no deployer \"systemd\"");
  EXPECT_TRUE(result.actual.empty());
}

TEST(Reconcile, AFailedFetchLeavesWhatIsThereAndSaysSo) {
  FakeHost host;
  host.fetch_error = StepError{Outcome::kFailed, "verify", "digest mismatch"};
  host.dir.placed["shop"] = {"0.9", testing::digest_of(9)};
  ArtefactStep step = wants("shop", release("1.0", 1));
  step.actual = ActualArtefact{"0.9", testing::digest_of(9), Sequence(3)};
  const auto result = reconcile_artefact(step, host);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_EQ(result.step, "verify");
  EXPECT_EQ(result.text, "digest mismatch");
  EXPECT_EQ(result.actual, (ActualMap{{"shop", step.actual}}));
}

TEST(Reconcile, AFailedDeployAsksAgainWhatIsThere) {
  FakeHost host;
  host.dir.placed["shop"] = {"0.9", testing::digest_of(9)};
  host.dir.deploy_error = StepError{Outcome::kTimedOut, "unpack", "too slow"};
  auto result = reconcile_artefact(wants("shop", release("1.0", 1)), host);
  EXPECT_EQ(result.outcome, Outcome::kTimedOut);
  const ActualArtefact foreign{"0.9", testing::digest_of(9), Sequence()};
  EXPECT_EQ(result.actual, (ActualMap{{"shop", foreign}}));
  host.dir.breaks_what_was_there = true;
  result = reconcile_artefact(wants("shop", release("1.0", 1)), host);
  EXPECT_EQ(result.actual, (ActualMap{{"shop", std::nullopt}}));
}

TEST(Reconcile, AFailedUndeployPassesThrough) {
  FakeHost host;
  host.dir.placed["shop"] = {"1.0", testing::digest_of(1)};
  host.dir.undeploy_error = StepError{Outcome::kFailed, "remove", "busy"};
  const auto result = reconcile_artefact(wants("shop", std::nullopt), host);
  EXPECT_EQ(result.step, "remove");
  EXPECT_TRUE(result.actual.at("shop").has_value());
}

TEST(Reconcile, AStatusThatFailsTouchesNothing) {
  FakeHost host;
  host.dir.status_error = StepError{Outcome::kUnknown, "status", "no answer"};
  const auto result = reconcile_artefact(wants("shop", release("1.0", 1)), host);
  EXPECT_EQ(result.outcome, Outcome::kUnknown);
  EXPECT_TRUE(result.actual.empty());
  EXPECT_EQ(host.dir.calls.size(), 1u);
}

TEST(Reconcile, G32_AnOverrideIsDeployedInsteadAndSaidSo) {
  FakeHost host;
  host.own = Override{release("1.0", 9), "file:/own", "another build"};
  const auto result = reconcile_artefact(wants("shop", release("1.0", 1)), host);
  EXPECT_EQ(result.outcome, Outcome::kOverridden);
  EXPECT_EQ(result.text, "another build");
  EXPECT_EQ(host.dir.placed.at("shop"), (Placed{"1.0", testing::digest_of(9)}));
  EXPECT_EQ(result.actual, (ActualMap{{"shop", ActualArtefact{"1.0", testing::digest_of(9), {}}}}));
  EXPECT_EQ(result.overrides.at("shop"), (AskedRepositories{Sequence(5), host.own}));
  // It is in place: nothing is done, and it is an override still.
  host.dir.calls.clear();
  const auto again = reconcile_artefact(wants("shop", release("1.0", 1)), host);
  EXPECT_EQ(again.outcome, Outcome::kOverridden);
  EXPECT_EQ(host.dir.calls, (std::vector<std::string>{"status shop", "inspect shop"}));
  // Gone from the repository, the group's comes back.
  host.own.reset();
  const auto back = reconcile_artefact(wants("shop", release("1.0", 1)), host);
  EXPECT_EQ(back.outcome, Outcome::kDone);
  EXPECT_EQ(back.overrides.at("shop").instead, std::nullopt);
  EXPECT_EQ(back.sources.at("shop"), "file:/archives");
}

TEST(Reconcile, PrivateRepositoriesHaveNoWordInWhatWasSaidOnThisMember) {
  FakeHost host;
  host.own = Override{release("1.0", 9), "file:/own", "another build"};
  ArtefactStep step = wants("shop", release("1.0", 1));
  step.exactly = true;
  const auto result = reconcile_artefact(step, host);
  EXPECT_EQ(result.outcome, Outcome::kDone);
  EXPECT_EQ(host.dir.placed.at("shop"), (Placed{"1.0", testing::digest_of(1)}));
  EXPECT_TRUE(result.overrides.empty());
}

TEST(Reconcile, AnOverrideThatFailsIsAFailure) {
  FakeHost host;
  host.own = Override{release("1.0", 9), "file:/own", "another build"};
  host.fetch_error = StepError{Outcome::kFailed, "fetch", "gone"};
  EXPECT_EQ(reconcile_artefact(wants("shop", release("1.0", 1)), host).outcome, Outcome::kFailed);
  host.override_error = StepError{Outcome::kFailed, "verify", "overrides are not allowed"};
  const auto refused = reconcile_artefact(wants("shop", release("1.0", 1)), host);
  EXPECT_EQ(refused.step, "verify");
}

TEST(Reconcile, TextIsCutBetweenCharacters) {
  FakeHost host;
  host.fetch_error =
      StepError{Outcome::kFailed, "fetch", std::string(kMaxOutcomeText - 1, 'x') + "\xc3\xa9"};
  const auto result = reconcile_artefact(wants("shop", release("1.0", 1)), host);
  EXPECT_EQ(result.text, std::string(kMaxOutcomeText - 1, 'x'));
}

ExecuteResult execute(std::string_view verb, std::vector<ArtefactStep> steps, Host& host,
                      bool again = false) {
  return find_execute(testing::verb(verb).kind)->execute({{}, std::move(steps), again}, host);
}

TEST(Execute, DeployStartedBeforeACrashIsDoneNotUnchanged) {
  FakeHost host;
  EXPECT_EQ(execute("deploy", {wants("shop", release("1.0", 1))}, host, true).outcome,
            Outcome::kDone);
  EXPECT_EQ(execute("deploy", {wants("shop", release("1.0", 1))}, host, true).outcome,
            Outcome::kDone);
  EXPECT_EQ(execute("deploy", {wants("shop", release("1.0", 1))}, host).outcome,
            Outcome::kUnchanged);
}

TEST(Execute, UndeployTakesAwayWhatIsThereOnce) {
  FakeHost host;
  host.dir.placed["shop"] = {"1.0", testing::digest_of(1)};
  const auto done = execute("undeploy", {wants("shop", std::nullopt)}, host);
  EXPECT_EQ(done.outcome, Outcome::kDone);
  EXPECT_EQ(done.actual, (ActualMap{{"shop", std::nullopt}}));
  EXPECT_EQ(host.shown, (std::vector<std::string>{"undeploy"}));
  EXPECT_EQ(execute("undeploy", {wants("shop", std::nullopt)}, host).outcome, Outcome::kUnchanged);
  EXPECT_EQ(execute("undeploy", {wants("shop", std::nullopt)}, host, true).outcome, Outcome::kDone)
      << "its own start, before a crash, may have done it";
}

TEST(Execute, DumpSaysWhereTheBundleIsAndItsDigest) {
  FakeHost host;
  const ExecuteRow* row = find_execute(testing::verb("dump").kind);
  ASSERT_NE(row, nullptr);
  ExecuteRequest request;
  request.entry.sequence = Sequence(9);
  EXPECT_EQ(row->execute(request, host).outcome, Outcome::kFailed) << "nobody gave it a view";
  auto view = std::make_shared<MemberView>();
  view->member = "web-01";
  request.view = view;
  const auto done = row->execute(request, host);
  EXPECT_EQ(done.outcome, Outcome::kDone);
  EXPECT_EQ(done.text, "/dumps/web-01-9 sha256:" + testing::hex_digest(1) + " 12 bytes");
  EXPECT_TRUE(done.actual.empty());
  EXPECT_TRUE(host.dir.calls.empty());
  host.dump_error = StepError{Outcome::kFailed, "dump", "no room"};
  const auto failed = row->execute(request, host);
  EXPECT_EQ(failed.outcome, Outcome::kFailed);
  EXPECT_EQ(failed.text, "no room");
}

ExecuteRequest exec_of(const std::vector<std::string>& words) {
  ExecuteRequest request;
  request.entry.sequence = Sequence(9);
  const auto built = testing::verb("exec").build({{"PROGRAM", words}});
  EXPECT_TRUE(built);
  if (built) request.entry.payload = built->payload;
  return request;
}

TEST(Execute, ExecSaysHowTheProgramEndedAndWhatItLeft) {
  FakeHost host;
  const ExecuteRow* row = find_execute(testing::verb("exec").kind);
  ASSERT_NE(row, nullptr);
  const auto quiet = row->execute(exec_of({"true"}), host);
  EXPECT_EQ(quiet.outcome, Outcome::kDone);
  EXPECT_EQ(quiet.text, "") << "nothing is kept of what says nothing";
  host.program_end.output = LeftFile{"/exec/9.json", testing::digest_of(1), 34};
  EXPECT_EQ(row->execute(exec_of({"df", "-h"}), host).text,
            "sha256:" + testing::hex_digest(1) + " 34 bytes");
  host.program_end.outcome = Outcome::kTimedOut;
  host.program_end.text = "killed after 60 s";
  const auto late = row->execute(exec_of({"df"}), host);
  EXPECT_EQ(late.outcome, Outcome::kTimedOut);
  EXPECT_EQ(late.step, "exec");
  EXPECT_EQ(late.text, "killed after 60 s sha256:" + testing::hex_digest(1) + " 34 bytes");
  EXPECT_TRUE(late.actual.empty());
  EXPECT_EQ(host.ran, (std::vector<std::vector<std::string>>{{"true"}, {"df", "-h"}, {"df"}}));
}

TEST(Execute, ExecOfWhatMayNotRunFails) {
  FakeHost host;
  const ExecuteRow* row = find_execute(testing::verb("exec").kind);
  ASSERT_NE(row, nullptr);
  host.exec_error = StepError{Outcome::kFailed, "exec", "df is not allowed on this member"};
  const auto refused = row->execute(exec_of({"df"}), host);
  EXPECT_EQ(refused.outcome, Outcome::kFailed);
  EXPECT_EQ(refused.text, "df is not allowed on this member");
  ExecuteRequest foreign;
  foreign.entry.payload = {1, 2, 3};
  EXPECT_EQ(row->execute(foreign, host).outcome, Outcome::kFailed);
  EXPECT_EQ(host.ran.size(), 1U) << "of a payload that says nothing nothing is run";
}

TEST(Execute, PropertiesAndPingNeedNoStep) {
  FakeHost host;
  for (std::string_view verb : {"set", "unset", "ping"}) {
    EXPECT_EQ(execute(verb, {}, host).outcome, Outcome::kDone);
  }
  EXPECT_TRUE(host.dir.calls.empty());
}

TEST(Execute, LabelledReconcilesEveryStepAndReportsTheFirstFailure) {
  FakeHost host;
  Release unknown = release("1.0", 1);
  unknown.deployer = "systemd";
  const ExecuteRow* row = find_execute(kLabelledKind);
  ASSERT_NE(row, nullptr);
  const auto result = row->execute(
      {{},
       {wants("a", release("1.0", 1)), wants("b", unknown), wants("c", release("1.0", 1))},
       false},
      host);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_EQ(result.step, "deployer");
  EXPECT_EQ(result.text, "b: this member has no deployer \"systemd\"");
  EXPECT_EQ(result.actual, (ActualMap{{"a", kOneIsThere}, {"c", kOneIsThere}}));
  EXPECT_EQ(row->execute({{}, {wants("a", release("1.0", 1))}, false}, host).outcome,
            Outcome::kUnchanged);
}

}  // namespace
}  // namespace groupctl
