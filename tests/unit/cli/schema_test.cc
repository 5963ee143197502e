// Whatever is printed as JSON is what docs/output.schema.json says.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "cli/deployer_report.h"
#include "cli/dry_run_report.h"
#include "cli/explanation.h"
#include "cli/json_lines.h"
#include "cli/outputs.h"
#include "cli/plan_report.h"
#include "cli/render_collect.h"
#include "cli/render_json.h"
#include "cli/repository_report.h"
#include "cli/rollout_report.h"
#include "tests/schema/output_schema.h"
#include "tests/unit/cli/scripted_coordinator.h"

namespace groupctl {
namespace {

using testing::schema_complaints;

std::vector<LedgerRow> rows_of_every_outcome() {
  std::vector<LedgerRow> rows;
  for (const Outcome outcome : all_outcomes()) {
    rows.push_back(ledger_row(rows.size() + 1, "m", outcome, "fetch", "why"));
    rows.back().silent_ms = 5;
  }
  return rows;
}

CommandReport command() {
  CommandReport report;
  report.sequence = Sequence(412);
  report.command = {"DEPLOY shop@2.4.1", {{"artefact", "shop"}}};
  report.waited = true;
  report.targets = 18;
  for (const Outcome outcome : all_outcomes()) report.counts.push_back({outcome, 1});
  report.rows = rows_of_every_outcome();
  report.warnings = {"one"};
  return report;
}

ShownEntry entry() {
  ShownEntry shown;
  shown.entry.sequence = Sequence(9);
  shown.entry.issued = GroupTime(1'795'257'676'201);
  shown.entry.issuer_name = "ana@bastion";
  shown.entry.message = "why";
  shown.entry.ttl_ms = 60'000;
  shown.entry.request = {{1, 2}, 3};
  shown.command = {"SET a=1", {{"a", "1"}}};
  shown.target = "all";
  shown.counts = {{Outcome::kBySnapshot, 2}};
  return shown;
}

ShownRollout rollout() {
  ShownRollout shown{{}, 2, {{Outcome::kDone, 1}, {Outcome::kNotAttempted, 1}}};
  shown.row.artefact = "shop";
  shown.row.assignment = {Target::all(), Sequence(412), Release{"2.4.1", {}, "dir", {}}};
  shown.row.policy = {{25, true}, {2, false}, 1, 30'000};
  shown.row.targets = {{MemberId(1), Sequence(413)}, {MemberId(2), {}}};
  shown.row.phase = RolloutPhase::kStopped;
  shown.row.why = "3 failed";
  return shown;
}

MemberInfo member(MemberState state) {
  MemberInfo info;
  info.id = MemberId(7);
  info.name = "web-07";
  info.state = state;
  info.product = "0.1.0";
  info.note = "held";
  info.labels = {{"rack", "r1"}};
  info.running = {Sequence(9), "fetch", 40};
  return info;
}

MembersReport members() {
  MembersReport report;
  for (int state = 0; state <= static_cast<int>(MemberState::kQuarantined); ++state) {
    report.members.push_back(member(static_cast<MemberState>(state)));
  }
  return report;
}

StatusReport status() {
  StatusReport report;
  report.status.hello = hello_reply();
  report.status.hello.role = KeyRole::kAdmin;
  report.status.read_only = "recovering";
  report.status.endpoint_members = "tcp://127.0.0.1:1";
  report.status.last_command = GroupTime(1);
  report.status.last_issuer = "ana";
  for (const MemberInfo& info : members().members) report.status.members.push_back({info.state, 1});
  return report;
}

MemberDetail detail() {
  MemberDetail detail;
  detail.info = member(MemberState::kDrifted);
  detail.since = GroupTime(1);
  detail.address = "127.0.0.1:4000";
  detail.key.bytes.fill(7);
  detail.own_labels = detail.operator_labels = {{"rack", "r1"}};
  detail.outcomes = {{Sequence(1), Sequence(4), Outcome::kBySnapshot, "step", "text"}};
  detail.wanted = {{"shop", "1", Sequence(3)}};
  return detail;
}

DiffReport diff() {
  Deviation row;
  row.key = "artefact/shop";
  row.kind = "intended";
  row.cause = "local";
  row.who = "ana";
  row.why = "a trial";
  row.when_ms = 1;
  row.sequence = Sequence(3);
  for (Thing* thing : {&row.group, &row.there, &row.wanted}) {
    thing->kind = Thing::Kind::kRelease;
    thing->version = "1";
  }
  DiffReport report;
  report.head = Sequence(9);
  report.members = {{"m1", "", {row}}, {"m2", "it is lost", {}}};
  return report;
}

ReconcileReport reconciled() {
  return {{{"m1", Outcome::kDone, "text", {{"artefact/shop", Outcome::kFailed, "step", "text"}}}},
          1};
}

std::vector<std::string> of_the_repository() {
  const CatalogueName shop{"shop", "2"};
  const CatalogueRow row{{}, 100, Sequence(7), GroupTime(1), "ana"};
  AssignedArtefact assigned{"shop", {}, {{"2", row}}};
  assigned.row.releases = {{Target::all(), Sequence(8), Release{"2", {}, "dir", {}}},
                           {Target::all(), Sequence(9), std::nullopt}};
  const ArtefactsReport artefacts{{assigned}};
  const PlacedArtefact placed{"shop", "2", {}, "file:/own"};
  const CollectReply collected{1, 2, 3, 4, 5};
  return {
      render_json(PutReport{shop, {}, 100, {Sequence(7), true}, 3}),
      render_json(CatalogueReport{{{shop, row}}}),
      render_json(VerifyReport{{{{shop}, {{}, 100, 100, true, "its content differs"}}}}),
      render_json(CollectReport{collected, true}),
      render_json(artefacts, "ArtefactList"),
      render_json(artefacts, "ArtefactDetail"),
      render_json(WhereReport{
          "shop", {{"m1", "", placed, "2", Sequence(8)}, {"m2", "lost", std::nullopt, "", {}}}})};
}

BundlesReport collected() {
  CollectedBundle there{MemberId(1), "m1", "412-m1.tar.zst", "", Outcome::kDone, {}, 812};
  CollectedBundle missing{MemberId(2), "m2", "", "lost", Outcome::kLost, {}, 0};
  return {"shop", "./d", command(), {there, missing}, 1};
}

std::vector<std::string> of_the_groups() {
  GroupInfo served;
  served.name = "shop";
  served.endpoints = {"ipc:///m", "ipc:///c", "ipc:///a"};
  served.head = Sequence(9);
  for (std::size_t i = 0; i <= static_cast<std::size_t>(MemberState::kQuarantined); ++i) {
    served.members.emplace_back(static_cast<MemberState>(i), 1);
  }
  GroupInfo quarantined;
  quarantined.name = "bank";
  quarantined.quarantined = true;
  quarantined.cause = "damaged";
  return {render_json(GroupsReport{{quarantined, served}}), render_json(GroupReport{served}),
          render_json(GroupReport{served, true}), render_json(GroupDeletion{"bank", "/x/bank-1"})};
}

std::vector<std::string> of_keys() {
  KeyInfo info;
  info.key.bytes.fill(7);
  info.name = "web-1";
  info.role = KeyRole::kToken;
  info.state = KeyState::kAccepted;
  info.since = info.until = GroupTime(1);
  info.uses_left = 3;
  info.from = info.by = info.message = "x";
  const TokenReport token{info, SecretKey{info.key.bytes}, "shop", "tcp://a:1", info.key, 5};
  OwnKeyReport own{OwnKeyReport::Did::kMake, "/f", info.key, "ana", "tcp://a:1"};
  own.answer = Enrolled{KeyState::kPending, "x"};
  OwnKeyReport not_asked = own;
  not_asked.answer.reset();
  not_asked.why_not_asked = "nobody answered";
  OwnKeyReport looked{OwnKeyReport::Did::kLook, "/f", info.key};
  looked.server = info.key;
  looked.server_from = "--server-key";
  OwnKeyReport replaced{OwnKeyReport::Did::kReplace, "/f", info.key};
  replaced.old_until = GroupTime(1);
  std::vector<std::string> all = {render_json(KeysReport{{info, info}, GroupTime(1)}),
                                  render_json(KeyReport{info}),
                                  render_json(token),
                                  render_json(own),
                                  render_json(not_asked),
                                  render_json(looked),
                                  render_json(replaced)};
  return all;
}

std::vector<std::string> of_plans() {
  PlanDiffReport diff;
  diff.group = "shop";
  diff.head = Sequence(9);
  for (const auto change : {plan::Difference::Kind::kNew, plan::Difference::Kind::kChanged,
                            plan::Difference::Kind::kSame, plan::Difference::Kind::kExtra,
                            plan::Difference::Kind::kReplaced}) {
    diff.differences.push_back(
        {change, "artefact shop", "all", {{"version", "1", "2"}, {"config", "", ""}}});
  }
  diff.commands = {"DEPLOY shop@2 to all"};
  diff.warnings = {"why"};
  diff.apply = "groupctl apply shop.toml --at-seq 9";
  ApplyReport applied;
  applied.head = Sequence(9);
  applied.commands = {command(), command()};
  applied.warnings = {"why"};
  DryRunReport dry{"shop",      Sequence(9), diff.differences, {}, {"m1 does not know it"},
                   "groupctl x"};
  dry.commands = {{Sequence(10), command().command, "all", 3, {}}};
  dry.commands[0].rows = {{MemberId(1), "m1", Outcome::kDone, "", "deploy 1", 0},
                          {MemberId(2), "m2", Outcome::kFailed, "fetch", "nowhere", 0},
                          {MemberId(3), "m3", Outcome::kUnknown, "", "", 0}};
  return {render_json(PlanCheckReport{"shop.toml", "", 1, 2, {"why"}}),
          render_json(PlanCheckReport{"shop.toml", "shop", 1, 2, {}}),
          render_json(diff),
          render_json(PlanExportReport{"shop", Sequence(9), "plan = 1\n"}),
          render_json(applied),
          render_json(dry),
          render_json(Failure{"bad_plan", "p.toml:1:1: x", "", 2, {"p.toml:2:1: y"}})};
}

std::vector<std::string> of_agents() {
  AgentMember row;
  row.member = {"shop", "m1"};
  AgentMember running = row;
  running.state = AgentMemberState::kRunning;
  running.wanted = true;
  running.pid = 4711;
  running.phase = "in_step";
  running.text = "signal 9";
  return {render_json(AgentsReport{"prod", {{"a", {"tcp://127.0.0.1:1", std::string(64, 'a')}}}}),
          render_json(AgentMembersReport{{{"a", "", row}, {"a", "", running}, {"b", "away", {}}}}),
          render_json(SteerReport{{{"a", row.member, SteerResult::kOpen, row, ""},
                                   {"a", row.member, SteerResult::kFailed, {}, "refused"},
                                   {"b", {"shop", ""}, SteerResult::kUnknown, {}, "away"},
                                   {"c", row.member, SteerResult::kDone, running, ""}},
                                  1})};
}

std::vector<std::string> of_explanations() {
  Explanation told;
  told.of = "web-07";
  told.well = false;
  told.verdict = "is lost";
  told.facts = {{"session", "silent"}, {"log", "at 410", Sequence(410)}};
  told.next = {{"groupctl member show web-07", "on its host"}};
  OutputsReport exec;
  exec.command = command();
  exec.outputs = {{"exit code 3", 3, "out", "err", {"web-01"}}, {"killed", {}, "", "", {"web-02"}}};
  exec.missing = {{"web-03", "lost"}};
  return {render_json(told), render_json(exec)};
}

std::vector<std::string> outputs() {
  Contexts contexts{
      "/f", "prod", {{"prod", {"tcp://127.0.0.1:1", "shop", std::string(64, 'a'), "/k"}}}};
  const LogReport log{{entry()}, Sequence(9), Sequence(1)};
  std::vector<std::string> all = {
      render_json(command()),
      render_json(std::vector<CommandReport>{command(), command()}, 6),
      render_json(EntryReport{entry(), rows_of_every_outcome(), {}}),
      render_json(EntryReport{
          entry(), rows_of_every_outcome(),
          by_member(
              {{Outcome::kFailed, "fetch", "nowhere", {rows_of_every_outcome().front().member}}})}),
      render_json(entry()),
      render_json(log),
      render_json(members()),
      render_json(member(MemberState::kInStep), Sequence(9)),
      render_json(status()),
      render_json(PingReport{hello_reply(), "tcp://127.0.0.1:1", 3}),
      render_json(contexts),
      render_json(Failure{"coordinator_unreachable", "no answer", "groupctl ping -v", 4}),
      render_version_json("0.1.0"),
      render_json(detail()),
      render_json(diff()),
      render_json(reconciled()),
      render_json(
          AdoptReport{{command()}, {"m1: artefact/x: why"}, {"m1: artefact/y: still held"}, 1}),
      render_json(RolloutsReport{{rollout()}}),
      render_json(RolloutReport{rollout(), rows_of_every_outcome()}),
      render_json(EvictionReport{{{"m1", Sequence(9)}}}),
      render_json(collected()),
      nlohmann::json::parse(index_json(collected())).dump(),
      render_json(RecoverReply{true,
                               "m1 proves 9",
                               Sequence(4),
                               Sequence(5),
                               Sequence(9),
                               {{"m1", Sequence(9), Epoch(2)}},
                               {"m2"}}),
  };
  for (const LedgerRow& row : rows_of_every_outcome()) all.push_back(render_json(row, Sequence(9)));
  for (std::string& output : of_the_repository()) all.push_back(std::move(output));
  for (std::string& output : of_keys()) all.push_back(std::move(output));
  for (std::string& output : of_plans()) all.push_back(std::move(output));
  all.push_back(render_json(DeployerReport{
      "/d",
      {{"describe", deployers::CheckEnd::kOk, ""}, {"x", deployers::CheckEnd::kFailed, "y"}}}));
  for (std::string& output : of_agents()) all.push_back(std::move(output));
  for (std::string& output : of_explanations()) all.push_back(std::move(output));
  for (std::string& output : of_the_groups()) all.push_back(std::move(output));
  return all;
}

TEST(SchemaTest, EveryReportIsAsTheSchemaSays) {
  for (const std::string& output : outputs()) {
    EXPECT_EQ(schema_complaints(output), "") << output;
    std::istringstream lines(json_lines(output));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_EQ(schema_complaints(line), "") << line;
    }
  }
}

TEST(SchemaTest, EveryKindIsTriedHere) {
  std::set<std::string> tried = {"MemberStatus", "LocalResult"};  // of group-member: process_tests
  for (const std::string& output : outputs()) {
    tried.insert(nlohmann::json::parse(output).at("kind"));
    std::istringstream lines(json_lines(output));
    for (std::string line; std::getline(lines, line);) {
      tried.insert(nlohmann::json::parse(line).at("kind"));
    }
  }
  for (const std::string& kind : testing::schema_kinds()) EXPECT_TRUE(tried.contains(kind)) << kind;
}

TEST(SchemaTest, WhatIsNotInTheSchemaIsFound) {
  EXPECT_NE(schema_complaints("{}"), "");
  EXPECT_NE(schema_complaints(R"({"schema":"groupctl/1","kind":"Version"})"), "");
  EXPECT_NE(schema_complaints(R"({"schema":"groupctl/2","kind":"Version","version":"1"})"), "");
  EXPECT_NE(schema_complaints(R"({"schema":"groupctl/1","kind":"Other","version":"1"})"), "");
  EXPECT_NE(schema_complaints(R"({"schema":"groupctl/1","kind":"Version","version":1})"), "");
  EXPECT_NE(schema_complaints(R"({"schema":"groupctl/1","kind":"Version","version":"1","x":1})"),
            "");
  EXPECT_EQ(schema_complaints(R"({"schema":"groupctl/1","kind":"Version","version":"1"})"), "");
}

}  // namespace
}  // namespace groupctl
