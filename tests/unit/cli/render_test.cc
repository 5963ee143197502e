// Golden renderings: the form of docs and of shared habits of the programs that read it.
#include <gtest/gtest.h>

#include "cli/render_progress.h"
#include "cli/render_text.h"
#include "tests/unit/cli/now.h"
#include "tests/unit/cli/scripted_coordinator.h"

namespace groupctl {
namespace {

CommandReport deploy_report() {
  CommandReport report;
  report.sequence = Sequence(412);
  report.command = {"DEPLOY shop@2.4.1", {{"artefact", "shop"}, {"version", "2.4.1"}}};
  report.target = "role=web";
  report.waited = true;
  report.targets = 6;
  report.counts = {{Outcome::kDone, 2},
                   {Outcome::kUnchanged, 1},
                   {Outcome::kFailed, 1},
                   {Outcome::kLost, 1},
                   {Outcome::kNotAttempted, 1}};
  report.rows = {
      ledger_row(1, "web-01", Outcome::kDone),
      ledger_row(2, "web-02", Outcome::kDone),
      ledger_row(3, "web-03", Outcome::kUnchanged),
      ledger_row(4, "web-07", Outcome::kFailed, "verify", "digest mismatch (found 77ab01c4)"),
      ledger_row(5, "web-33", Outcome::kLost),
      ledger_row(6, "web-40", Outcome::kNotAttempted)};
  report.rows[4].silent_ms = 52'300;
  report.took_ms = 72'400;
  report.exit_code = 6;
  return report;
}

TEST(RenderTest, TheRecapCountsAllAndShowsWhatIsNotPlainlyGood) {
  EXPECT_EQ(
      render_text(deploy_report()),
      "seq 412  DEPLOY shop@2.4.1   2 done   1 unchanged   1 failed   1 lost   1 not attempted"
      "   of 6   in 1:12\n"
      "\n"
      "MEMBER  RESULT         STEP    WHY\n"
      "web-07  failed         verify  digest mismatch (found 77ab01c4)\n"
      "web-33  lost           -       silent for 52 s; it will replay 412 when it returns\n"
      "web-40  not attempted  -       -\n"
      "\n"
      "next:  groupctl explain web-07\n"
      "       groupctl rollout resume 412   or: rollout undo 412\n");
}

TEST(RenderTest, AllDoneIsOneLine) {
  CommandReport report = deploy_report();
  report.targets = 2;
  report.counts = {{Outcome::kDone, 2}};
  report.rows.resize(2);
  report.took_ms = 840;
  report.exit_code = 0;
  EXPECT_EQ(render_text(report), "seq 412  DEPLOY shop@2.4.1   2 done   of 2   in 0.8 s\n");
}

TEST(RenderTest, WhoeverDoesNotWaitToTheEndLearnsHowToLookAgain) {
  CommandReport report = deploy_report();
  report.waited = false;
  report.rows.clear();
  EXPECT_EQ(render_text(report), "seq 412  DEPLOY shop@2.4.1\nnot waited for: groupctl wait 412\n");
  report = deploy_report();
  report.rows = {ledger_row(1, "a", Outcome::kRunning, "fetch")};
  report.counts = {{Outcome::kRunning, 1}};
  report.targets = 1;
  report.exit_code = 5;
  report.open = true;
  EXPECT_EQ(render_text(report),
            "seq 412  DEPLOY shop@2.4.1   1 running   of 1   in 1:12\n\n"
            "MEMBER  RESULT   STEP   WHY\n"
            "a       running  fetch  -\n\n"
            "the wait ended first; the command is in the log as 412 and goes on: "
            "groupctl wait 412\n");
  report.detached = true;
  EXPECT_NE(render_text(report).find("detached; the command is in the log as 412 and goes on: "
                                     "groupctl wait 412\n"),
            std::string::npos);
}

// One failed and one is open: the exit code is that of the failure, and the hint stands all the
// same.
TEST(RenderTest, AWaitThatEndsFirstSaysSoBesideAFailureToo) {
  CommandReport report = deploy_report();
  report.open = true;
  EXPECT_EQ(report.exit_code, 6);
  EXPECT_NE(render_text(report).find("the wait ended first"), std::string::npos);
}

TEST(RenderTest, WhereNothingWasHeardNoTargetsAreCounted) {
  CommandReport report = deploy_report();
  report.counts.clear();
  report.rows.clear();
  report.targets = 0;
  report.open = true;
  EXPECT_EQ(render_text(report),
            "seq 412  DEPLOY shop@2.4.1   nothing heard of its targets   in 1:12\n"
            "the wait ended first; the command is in the log as 412 and goes on: "
            "groupctl wait 412\n");
}

TEST(RenderTest, WhatMembersWriteCannotSteerTheTerminal) {
  CommandReport report = deploy_report();
  report.rows = {ledger_row(4, "web-07", Outcome::kFailed, "x", "\x1b[2Jok\nseq 9 done\xc2\x9b")};
  const std::string text = render_text(report);
  EXPECT_NE(text.find("\\x1b[2Jok\\x0aseq 9 done\\xc2\\x9b"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

ShownEntry shown(std::uint64_t sequence, std::string command, std::uint64_t issued_ms) {
  ShownEntry entry;
  entry.entry.sequence = Sequence(sequence);
  entry.entry.epoch = Epoch(3);
  entry.entry.issued = GroupTime(issued_ms);
  entry.entry.issuer_name = "ana@bastion";
  entry.entry.request = {{0x19e, 0xff}, 1};
  entry.command = {std::move(command), {}};
  entry.target = "all";
  return entry;
}

TEST(RenderTest, TheLogIsATable) {
  LogReport report;
  report.head = Sequence(412);
  report.floor = Sequence(1);
  report.entries = {shown(411, "SET log.level=info", kNow - 86'400'000),
                    shown(412, "DEPLOY shop@2.4.1", kNow - 45'000)};
  report.entries[0].targets = 2;
  report.entries[0].counts = {{Outcome::kDone, 2}};
  report.entries[1].targets = 40;
  report.entries[1].counts = {
      {Outcome::kDone, 35}, {Outcome::kUnchanged, 1}, {Outcome::kFailed, 2}, {Outcome::kLost, 2}};
  report.entries[1].entry.message = "hotfix 881";
  report.entries[1].target = "role=web";
  EXPECT_EQ(
      render_text(report, WallClock{kNow}),
      "SEQ  WHEN                 BY           COMMAND             TARGET     DONE  FAILED  LOST  "
      "WHY\n"
      "411  2026-11-20 10:41:40  ana@bastion  SET log.level=info  all         2/2       -     -  "
      "-\n"
      "412  10:40:55             ana@bastion  DEPLOY shop@2.4.1   role=web  36/40       2     2  "
      "hotfix 881\n");
}

TEST(RenderTest, AnEntryIsShownWholeWithARowForEveryTarget) {
  EntryReport report{shown(412, "SET a=1", kNow - 45'000), {}};
  report.shown.command.fields = {{"property/a", "1"}};
  report.shown.targets = 2;
  report.shown.counts = {{Outcome::kDone, 1}, {Outcome::kBehind, 1}};
  report.rows = {ledger_row(1, "web-01", Outcome::kDone),
                 ledger_row(2, "web-02", Outcome::kBehind)};
  EXPECT_EQ(render_text(report, WallClock{kNow}),
            "seq           412\n"
            "command       SET a=1\n"
            "  property/a  1\n"
            "target        all\n"
            "when          10:40:55\n"
            "by            ana@bastion\n"
            "epoch         3\n"
            "request       000000000000019e00000000000000ff/1\n"
            "outcome       1 done   1 behind   of 2\n"
            "\n"
            "MEMBER  RESULT  STEP  WHY\n"
            "web-01  done    -     -\n"
            "web-02  behind  -     -\n");
}

TEST(RenderTest, MembersAreATable) {
  MembersReport report;
  report.head = Sequence(412);
  MemberInfo a;
  a.name = "web-01";
  a.state = MemberState::kInStep;
  a.marks = {Sequence(412), Sequence(412)};
  a.silent_ms = 1200;
  a.labels = {{"rack", "r1"}, {"role", "web"}};
  MemberInfo b;
  b.name = "web-33";
  b.state = MemberState::kLost;
  b.marks = {Sequence(411), Sequence(411)};
  b.silent_ms = 52'000;
  b.note = "silent since 52 s";
  report.members = {a, b};
  EXPECT_EQ(render_text(report),
            "NAME    STATE    SEQ  LAG  DELTA  SEEN  LABELS            NOTE\n"
            "web-01  in-step  412    0      0   1 s  rack=r1,role=web\n"
            "web-33  lost     411    1      ?  52 s  -                 silent since 52 s\n");
}

StatusReport status_report() {
  StatusReply status;
  status.hello = hello_reply();
  status.head = Sequence(412);
  status.floor = Sequence(180);
  status.uptime_ms = 12 * 86'400'000ULL;
  status.artefacts = 5;
  status.properties = 3;
  status.members = {{MemberState::kInStep, 47}, {MemberState::kLost, 1}};
  status.last_command = GroupTime(status.hello.now.value - 52'000);
  status.last_issuer = "ana@bastion";
  return {status, "tcp://127.0.0.1:7401"};
}

TEST(RenderTest, StatusIsOneScreen) {
  EXPECT_EQ(render_text(status_report()),
            "group  shop   coordinator tcp://127.0.0.1:7401  0.1.0  up 12 d  epoch 3\n"
            "log    seq 412   kept from 180   last command 52 s ago by ana@bastion\n"
            "fleet  48 members   47 in step   1 lost\n"
            "state  5 artefacts   3 properties   digest 0000000000000000\n"
            "\n"
            "! not all members are in step          groupctl member list\n");
}

TEST(RenderTest, InStepMeansAllAndWriting) {
  StatusReport report = status_report();
  EXPECT_FALSE(report.all_in_step());
  report.status.members = {{MemberState::kInStep, 47}};
  EXPECT_TRUE(report.all_in_step());
  report.status.read_only = "a member is ahead";
  EXPECT_FALSE(report.all_in_step());
  EXPECT_NE(render_text(report).find("! nothing is written: a member is ahead\n"),
            std::string::npos);
}

TEST(RenderTest, ErrorsAreOneLineAndAHint) {
  EXPECT_EQ(render_text(Failure{"x", "no member matches\nrole=wbe", "", 3}),
            "error: no member matches\\x0arole=wbe\n");
  EXPECT_EQ(render_text(Failure{"x", "no answer", "groupctl ping -v", 4}),
            "error: no answer\nhint:  groupctl ping -v\n");
}

TEST(TextTest, TablesAlignByShownCharacters) {
  EXPECT_EQ(table({{"A"}, {"N", true}}, {{"zoë", "1"}, {"long", "22"}}),
            "A      N\nzoë    1\nlong  22\n");
}

TEST(TextTest, TimesAreTheReaders) {
  const WallClock paris{kNow, [](std::uint64_t) { return 3600; }};
  EXPECT_EQ(when_text(GroupTime(kNow), paris), "11:41:40");
  EXPECT_EQ(when_text(GroupTime(0), paris), "-");
  EXPECT_EQ(rfc3339(GroupTime(kNow + 7)), "2026-11-21T10:41:40.007Z");
  EXPECT_EQ(age_text(400), "0 s");
  EXPECT_EQ(age_text(600'000), "10 min");
  EXPECT_EQ(age_text(3 * 3'600'000), "3 h");
  EXPECT_EQ(age_text(12 * 86'400'000ULL), "12 d");
}

TEST(ProgressTest, ACoordinatorThatGoesAndComesBackIsSaidOnce) {
  Progress progress(0);
  EXPECT_EQ(progress.reachable(true, "10:41:19"), "");
  EXPECT_EQ(progress.reachable(false, "10:41:24"),
            "10:41:24 no coordinator answers; waiting for it, the command is in the log\n");
  EXPECT_EQ(progress.reachable(false, "10:41:29"), "");
  EXPECT_EQ(progress.reachable(true, "10:41:30"), "10:41:30 the coordinator answers again\n");
}

TEST(ProgressTest, FailuresAtOnceCountsOnceASecondAndASignOfLife) {
  Progress progress(0);
  LedgerView ledger;
  Update u;
  u.targets = 4;
  u.counts = {{Outcome::kRunning, 3}, {Outcome::kFailed, 1}};
  u.rows = {ledger_row(1, "web-07", Outcome::kFailed, "verify", "digest \"x\"\n"),
            ledger_row(2, "web-08", Outcome::kRunning)};
  const auto changed = ledger.merge(u);
  EXPECT_EQ(progress.round(ledger, changed, 100, "10:41:19"),
            "10:41:19 member=web-07 failed step=verify \"digest \"x\"\\x0a\"\n");
  u.counts = {{Outcome::kRunning, 2}, {Outcome::kDone, 1}, {Outcome::kFailed, 1}};
  u.rows = {ledger_row(2, "web-08", Outcome::kDone)};
  EXPECT_EQ(progress.round(ledger, ledger.merge(u), 200, "10:41:19"), "");
  EXPECT_EQ(progress.round(ledger, {}, 1200, "10:41:20"),
            "10:41:20 running=2 done=1 failed=1 of=4\n");
  EXPECT_EQ(progress.round(ledger, {}, 20'000, "10:41:39"), "");
  EXPECT_EQ(progress.round(ledger, {}, 31'300, "10:41:50"),
            "10:41:50 still waiting: running=2 done=1 failed=1 of=4\n");
}

}  // namespace
}  // namespace groupctl
