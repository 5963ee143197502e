// What a machine says that it would do, and that it does nothing of it.
#include "commands/rehearsal.h"

#include "tests/unit/commands/fake_host.h"

namespace groupctl {
namespace {

using testing::FakeHost;
using testing::release;
using testing::wants;

Rehearsal entry_of(std::string_view verb, std::vector<ArtefactStep> steps,
                   std::uint64_t sequence = 9) {
  Rehearsal rehearsal;
  rehearsal.request.entry.sequence = Sequence(sequence);
  rehearsal.request.entry.kind = testing::verb(verb).kind;
  rehearsal.request.steps = std::move(steps);
  return rehearsal;
}

ArtefactStep runs(ArtefactStep step, bool running) {
  step.run_only = true;
  step.desired.running = running;
  return step;
}

class Rehearsing : public ::testing::Test {
 protected:
  ExecuteResult told(Rehearsal one) {
    const auto all = rehearse({std::move(one)}, find_execute, host);
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? ExecuteResult{} : all[0].end;
  }
  /// Only what asks was called.
  void expect_untouched() const {
    for (const std::string& call : host.dir.calls) {
      EXPECT_TRUE(call.starts_with("status ") || call.starts_with("inspect ")) << call;
    }
    EXPECT_TRUE(host.ran.empty());
    EXPECT_TRUE(host.shown.empty());
  }
  FakeHost host;
};

TEST_F(Rehearsing, TellsWhereItWouldComeFromAndWhatItReplaces) {
  const Rehearsal first = entry_of("deploy", {wants("shop", release("1.0", 1))});
  EXPECT_EQ(told(first).text, "take it from file:/archives, deploy 1.0");
  host.located = {"group:", 38'200'000, false};
  host.dir.placed["shop"] = {"0.9", testing::digest_of(9)};
  const auto second = told(first);
  EXPECT_EQ(second.outcome, Outcome::kDone);
  EXPECT_EQ(second.text, "fetch 38.2 MB from group:, deploy 1.0 over 0.9");
  host.dir.placed["shop"] = {"1.0", testing::digest_of(9)};
  EXPECT_EQ(told(first).text, "fetch 38.2 MB from group:, deploy 1.0 anew");
  host.dir.placed["shop"] = {"1.0", testing::digest_of(1)};
  EXPECT_EQ(told(first).outcome, Outcome::kUnchanged);
  expect_untouched();
}

TEST_F(Rehearsing, WhatRunsIsStartedAnew) {
  host.dir.runs = true;
  const Rehearsal one = entry_of("deploy", {wants("shop", release("1.0", 1))});
  EXPECT_EQ(told(one).text, "take it from file:/archives, deploy 1.0, start");
  host.dir.placed["shop"] = {"0.9", testing::digest_of(9), {}, Run::kRunning};
  EXPECT_EQ(told(one).text, "take it from file:/archives, deploy 1.0 over 0.9, restart");
  EXPECT_EQ(told(entry_of("stop", {runs(wants("shop", release("0.9", 9)), false)})).text, "stop");
  EXPECT_EQ(told(entry_of("restart", {runs(wants("shop", release("0.9", 9)), true)})).text,
            "restart");
  EXPECT_EQ(told(entry_of("refresh", {runs(wants("shop", release("0.9", 9)), true)})).text,
            "refresh");
  EXPECT_EQ(told(entry_of("undeploy", {wants("shop", std::nullopt)})).text, "undeploy");
  expect_untouched();
}

TEST_F(Rehearsing, WhatComesFirstIsPretendedToBeSo) {
  host.dir.runs = true;
  const auto all = rehearse({entry_of("deploy", {wants("shop", release("1.0", 1))}, 9),
                             entry_of("deploy", {wants("shop", release("1.0", 1))}, 10),
                             entry_of("stop", {runs(wants("shop", release("1.0", 1)), false)}, 11)},
                            find_execute, host);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].end.outcome, Outcome::kDone);
  EXPECT_EQ(all[1].at, Sequence(10));
  EXPECT_EQ(all[1].end.outcome, Outcome::kUnchanged);
  EXPECT_EQ(all[2].end.text, "stop");
  EXPECT_TRUE(host.dir.placed.empty());
}

TEST_F(Rehearsing, WhatWouldFailSaysWhereAndWhy) {
  const Rehearsal one = entry_of("deploy", {wants("shop", release("1.0", 1))});
  host.dir.free_bytes = 12'000'000;
  const auto full = told(one);
  EXPECT_EQ(full.outcome, Outcome::kFailed);
  EXPECT_EQ(full.step, "unpack");
  EXPECT_EQ(full.text, "no room: needs more than 38.2 MB, has 12.0 MB");
  host.fetch_error = StepError{Outcome::kFailed, "fetch", "it is in no repository"};
  EXPECT_EQ(told(one).step, "fetch");
  host.override_error = StepError{Outcome::kFailed, "verify", "another archive"};
  EXPECT_EQ(told(one).text, "another archive");
  host.override_error.reset();
  Release elsewhere = release("1.0", 1);
  elsewhere.deployer = "nobody";
  EXPECT_EQ(told(entry_of("deploy", {wants("shop", elsewhere)})).step, "deployer");
  expect_untouched();
}

TEST_F(Rehearsing, AnOverrideIsToldWithItsReason) {
  host.own = Override{release("1.0", 2), "file:/own", "file:/own has another archive"};
  const auto own = told(entry_of("deploy", {wants("shop", release("1.0", 1))}));
  EXPECT_EQ(own.outcome, Outcome::kOverridden);
  EXPECT_EQ(own.text, "take it from file:/archives, deploy 1.0; file:/own has another archive");
}

TEST_F(Rehearsing, NoProgramIsRunAndNoDumpWritten) {
  Rehearsal exec = entry_of("exec", {});
  exec.request.entry.payload = testing::verb("exec").build({{"PROGRAM", {"df", "-h"}}})->payload;
  EXPECT_EQ(told(exec).text, "run df");
  host.exec_error = StepError{Outcome::kFailed, "exec", "df is not allowed on this member"};
  EXPECT_EQ(told(exec).outcome, Outcome::kFailed);
  Rehearsal dump = entry_of("dump", {});
  dump.request.view = std::make_shared<const MemberView>();
  EXPECT_EQ(told(dump).text, "write a bundle");
  EXPECT_EQ(told(entry_of("set", {})).outcome, Outcome::kDone);
  expect_untouched();
}

TEST_F(Rehearsing, WhatIsSettledAndWhatIsNotUnderstoodStaysSo) {
  Rehearsal settled = entry_of("deploy", {});
  settled.settled = ExecuteResult{Outcome::kOverridden, {}, "held by ana", {}};
  EXPECT_EQ(told(settled).text, "held by ana");
  Rehearsal unknown;
  unknown.request.entry.kind = KindId(1);
  EXPECT_EQ(told(unknown).outcome, Outcome::kNotUnderstood);
}

}  // namespace
}  // namespace groupctl
