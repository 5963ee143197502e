// Agents and their members, as text and as JSON.
#include <fmt/format.h>

#include <algorithm>

#include "cli/agent_report.h"
#include "cli/json_text.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "log/keys.h"

namespace groupctl {
namespace {

using nlohmann::json;

std::string pid_text(const AgentMember& row) {
  return row.pid == 0 ? "-" : fmt::to_string(row.pid);
}

std::string dash_if_empty(const std::string& text) { return text.empty() ? "-" : text; }

std::string fingerprint_of(const AgentAddress& address) {
  const auto key = parse_public_key(address.key);
  return key ? fingerprint(*key) : "";
}

std::vector<std::string> cells_of(const AgentMemberRow& row) {
  if (!row.member) return {row.agent, "-", "-", "unknown", "-", "-", "-", row.unknown};
  const AgentMember& m = *row.member;
  return {row.agent,   m.member.group,       m.member.name,          std::string(to_word(m.state)),
          pid_text(m), age_text(m.since_ms), dash_if_empty(m.phase), m.text};
}

json json_of(const AgentMember& row) {
  json object = {{"group", row.member.group},
                 {"name", row.member.name},
                 {"state", to_word(row.state)},
                 {"wanted", row.wanted ? "running" : "stopped"},
                 {"sinceMs", row.since_ms}};
  if (row.pid != 0) object["pid"] = row.pid;
  put_text(object, "phase", row.phase);
  put_text(object, "message", row.text);
  return object;
}

json json_of(const SteeredMember& row) {
  json object = row.now ? json_of(*row.now) : json{{"group", row.member.group}};
  if (!row.member.name.empty()) object["name"] = row.member.name;
  object["agent"] = row.agent;
  object["result"] = to_word(row.result);
  object.erase("message");
  put_text(object, "message", row.text);
  return object;
}

}  // namespace

bool AgentMembersReport::complete() const {
  return std::all_of(rows.begin(), rows.end(),
                     [](const AgentMemberRow& row) { return row.unknown.empty(); });
}

std::string_view to_word(SteerResult result) {
  switch (result) {
    case SteerResult::kDone:
      return "done";
    case SteerResult::kFailed:
      return "failed";
    case SteerResult::kOpen:
      return "open";
    case SteerResult::kUnknown:
      return "unknown";
  }
  return "";
}

std::string render_text(const AgentsReport& report) {
  static const std::vector<Column> columns = {{"AGENT"}, {"ENDPOINT"}, {"KEY"}};
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, address] : report.agents) {
    rows.push_back({name, address.endpoint, fingerprint_of(address)});
  }
  return table(columns, rows);
}

std::string render_text(const AgentMembersReport& report) {
  static const std::vector<Column> columns = {{"AGENT"},     {"GROUP"},     {"MEMBER"}, {"STATE"},
                                              {"PID", true}, {"FOR", true}, {"PHASE"},  {"WHY"}};
  std::vector<std::vector<std::string>> rows;
  for (const AgentMemberRow& row : report.rows) rows.push_back(cells_of(row));
  return table(columns, rows);
}

std::string render_text(const SteerReport& report) {
  static const std::vector<Column> columns = {{"GROUP"}, {"MEMBER"},    {"AGENT"}, {"RESULT"},
                                              {"STATE"}, {"PID", true}, {"WHY"}};
  std::vector<std::vector<std::string>> rows;
  for (const SteeredMember& row : report.members) {
    rows.push_back({row.member.group, dash_if_empty(row.member.name), row.agent,
                    std::string(to_word(row.result)),
                    row.now ? std::string(to_word(row.now->state)) : "-",
                    row.now ? pid_text(*row.now) : "-", row.text});
  }
  return table(columns, rows);
}

std::string render_json(const AgentsReport& report) {
  json object = json_envelope("AgentList");
  object["context"] = report.context;
  object["agents"] = json::array();
  for (const auto& [name, address] : report.agents) {
    object["agents"].push_back({{"name", name},
                                {"endpoint", address.endpoint},
                                {"keyFingerprint", fingerprint_of(address)}});
  }
  return json_line(object);
}

std::string render_json(const AgentMembersReport& report) {
  json object = json_envelope("AgentMembers");
  object["members"] = json::array();
  object["unanswered"] = json::array();
  for (const AgentMemberRow& row : report.rows) {
    if (!row.member) {
      object["unanswered"].push_back({{"agent", row.agent}, {"message", row.unknown}});
      continue;
    }
    json member = json_of(*row.member);
    member["agent"] = row.agent;
    object["members"].push_back(std::move(member));
  }
  return json_line(object);
}

std::string render_json(const SteerReport& report) {
  json object = json_envelope("MembersSteered");
  object["exitCode"] = report.exit_code;
  object["members"] = json::array();
  for (const SteeredMember& row : report.members) object["members"].push_back(json_of(row));
  return json_line(object);
}

}  // namespace groupctl
