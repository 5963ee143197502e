// The JSON of docs/json.md. Keys are sorted; each result is one line.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/render_json.h"
#include "tests/unit/cli/scripted_coordinator.h"

namespace groupctl {
namespace {

CommandReport report() {
  CommandReport r;
  r.sequence = Sequence(412);
  r.command = {"DEPLOY shop@2.4.1", {{"artefact", "shop"}, {"version", "2.4.1"}}};
  r.target = "role=web";
  r.waited = true;
  r.targets = 2;
  r.counts = {{Outcome::kDone, 1}, {Outcome::kNotAttempted, 1}, {Outcome::kLost, 0}};
  r.rows = {ledger_row(1, "web-01", Outcome::kDone),
            ledger_row(2, "web-40", Outcome::kNotAttempted, "", "stopped")};
  r.took_ms = 812;
  r.exit_code = 6;
  return r;
}

TEST(JsonTest, ACommandsResult) {
  EXPECT_EQ(render_json(report()),
            R"({"command":{"artefact":"shop","type":"DEPLOY","version":"2.4.1"},"durationMs":812,)"
            R"("exitCode":6,"kind":"CommandResult","members":[{"name":"web-01","result":"done"},)"
            R"({"message":"stopped","name":"web-40","result":"not_attempted"}],)"
            R"("schema":"groupctl/1","seq":412,"summary":{"done":1,"notAttempted":1},)"
            R"("target":{"expected":2,"selector":"role=web"}})"
            "\n");
}

TEST(JsonTest, WithoutAWaitNothingIsClaimedOfTheOutcome) {
  CommandReport r = report();
  r.waited = false;
  const auto json = nlohmann::json::parse(render_json(r));
  EXPECT_EQ(json["seq"], 412);
  EXPECT_FALSE(json.contains("summary"));
  EXPECT_FALSE(json.contains("members"));
}

TEST(JsonTest, Errors) {
  EXPECT_EQ(render_json(Failure{"coordinator_unreachable", "no answer", "groupctl ping -v", 4}),
            R"({"code":"coordinator_unreachable","exitCode":4,"hint":"groupctl ping -v",)"
            R"("kind":"Error","message":"no answer","schema":"groupctl/1"})"
            "\n");
}

TEST(JsonTest, BytesThatAreNoTextStayJson) {
  EXPECT_TRUE(nlohmann::json::accept(render_json(Failure{"x", "\xff\x1b[0m", "", 1})));
}

TEST(JsonTest, EveryKindHasTheEnvelope) {
  EntryReport entry;
  entry.shown.command = {"SET a=1", {}};
  StatusReport status;
  status.status.members = {{MemberState::kInStep, 2}};
  MembersReport members;
  members.members.resize(1);
  members.members[0].state = MemberState::kInStep;
  members.members[0].id = MemberId(7);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"CommandResult", render_json(report())},  {"LogEntry", render_json(entry)},
      {"LogList", render_json(LogReport{})},     {"MemberList", render_json(members)},
      {"Status", render_json(status)},           {"Ping", render_json(PingReport{})},
      {"Version", render_version_json("0.1.0")}, {"Error", render_json(Failure{})}};
  for (const auto& [kind, text] : cases) {
    const auto json = nlohmann::json::parse(text);
    EXPECT_EQ(json["kind"], kind);
    EXPECT_EQ(json["schema"], "groupctl/1");
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  }
  EXPECT_EQ(nlohmann::json::parse(render_json(members))["members"][0]["state"], "in_step");
  EXPECT_EQ(nlohmann::json::parse(render_json(members))["members"][0]["id"], "7");
  EXPECT_EQ(nlohmann::json::parse(render_json(status))["members"]["inStep"], 2);
  EXPECT_EQ(nlohmann::json::parse(render_json(status))["allInStep"], true);
}

TEST(JsonTest, TimesAreRfc3339AndIdsAreText) {
  EntryReport entry;
  entry.shown.entry.sequence = Sequence(9);
  entry.shown.entry.issued = GroupTime(1'795'257'676'201);
  entry.shown.entry.request = {{1, 2}, 3};
  const auto json = nlohmann::json::parse(render_json(entry));
  EXPECT_EQ(json["issuedAt"], "2026-11-21T10:41:16.201Z");
  EXPECT_EQ(json["request"]["client"], "00000000000000010000000000000002");
  EXPECT_EQ(json["request"]["number"], 3);
}

}  // namespace
}  // namespace groupctl
