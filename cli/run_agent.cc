// Agents: which of them a context has, and what their members are told from outside.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "cli/agent_client.h"
#include "cli/contexts.h"
#include "cli/exit_code.h"
#include "cli/own_keys.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/run.h"
#include "daemon/paths.h"
#include "log/nearest.h"
#include "wire/endpoint.h"

namespace groupctl {
namespace {

using What = SteerMember::What;
using State = AgentMemberState;

constexpr std::uint64_t kBetweenLooksMs = 200;

Failure no_context() {
  Failure failure = failure_of({ErrorCode::kInvalid, "agents are of a context, and none is meant"});
  failure.hint = "-c NAME, or groupctl context add NAME -E URL";
  return failure;
}

Failure no_such_agent(const GlobalOptions& global, const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [each, address] : global.agents) known.push_back(each);
  return failure_of(
      {ErrorCode::kNotFound, fmt::format("context \"{}\" has no agent \"{}\".{}", global.context,
                                         name, did_you_mean(name, known))});
}

Failure no_agents(const GlobalOptions& global) {
  Failure failure = failure_of(
      {ErrorCode::kNotFound, fmt::format("context \"{}\" has no agents", global.context)});
  failure.hint = "groupctl agent add NAME ENDPOINT --agent-key KEY";
  return failure;
}

/// An agent, and what it says it has.
struct AskedAgent {
  std::string name;
  AgentClient client;
  std::vector<AgentMember> members = {};
  std::optional<Error> error = {};  ///< why it cannot be asked
};

/// Every agent of the context, or the one that is named.
class Agents {
 public:
  Agents(const GlobalOptions& global, Client& client, const Surroundings& around)
      : global_(global), client_(client), around_(around) {}

  std::optional<Failure> open(const std::string& only = "") {
    if (global_.context.empty()) return no_context();
    if (global_.agents.empty()) return no_agents(global_);
    if (!only.empty() && !global_.agents.contains(only)) return no_such_agent(global_, only);
    const std::string file = own_key_file(global_.keys);
    const auto own = read_own_key(file);
    if (!own) return failure_of({ErrorCode::kKeysWanted, "there is no key of yours at " + file});
    for (const auto& [name, address] : global_.agents) {
      if (!only.empty() && name != only) continue;
      const auto key = parse_public_key(address.key);
      if (!key) return failure_of({ErrorCode::kInvalid, "the key of agent " + name + " is none"});
      auto channel = around_.connect_to(address.endpoint, ClientKeys{*own, *key});
      if (!channel) return failure_of(channel.error());
      all_.push_back({name, {*std::move(channel), [this] { return client_.stopped(); }}});
    }
    return std::nullopt;
  }

  void look() {
    for (AskedAgent& agent : all_) look_at(agent);
  }
  void look_at(AskedAgent& agent) {
    auto members = agent.client.members(global_.timeout_ms);
    agent.error = members ? std::nullopt : std::optional(members.error());
    if (members) agent.members = *std::move(members);
  }
  std::vector<AskedAgent>& all() { return all_; }

 private:
  const GlobalOptions& global_;
  Client& client_;
  const Surroundings& around_;
  std::vector<AskedAgent> all_;
};

// ---- the agents of a context

Done change_context(const GlobalOptions& global, const AgentCall& call) {
  if (global.context.empty()) return tl::unexpected(no_context());
  auto contexts = read_contexts(user_config_file());
  if (!contexts) return tl::unexpected(failure_of(contexts.error()));
  const auto context = contexts->by_name.find(global.context);
  if (context == contexts->by_name.end()) return tl::unexpected(no_context());
  auto& agents = context->second.agents;
  if (call.action == AgentCall::Action::kRemove) {
    if (agents.erase(call.name) == 0) return tl::unexpected(no_such_agent(global, call.name));
  } else if (!agents.emplace(call.name, call.address).second) {
    Failure failure =
        failure_of({ErrorCode::kConflict, fmt::format("context \"{}\" has an agent \"{}\" already",
                                                      global.context, call.name)});
    failure.hint = "groupctl agent rm " + call.name;
    return tl::unexpected(std::move(failure));
  }
  if (auto written = write_contexts(*contexts); !written) {
    return tl::unexpected(failure_of(written.error()));
  }
  return said(AgentsReport{global.context, agents}, global.format);
}

Done show_members(const GlobalOptions& global, const AgentCall& call, Client& client,
                  const Surroundings& around) {
  Agents agents(global, client, around);
  if (auto failed = agents.open(call.name)) return tl::unexpected(*std::move(failed));
  agents.look();
  AgentMembersReport report;
  for (const AskedAgent& agent : agents.all()) {
    if (agent.error) report.rows.push_back({agent.name, agent.error->text});
    if (agent.error) continue;
    for (const AgentMember& member : agent.members) report.rows.push_back({agent.name, "", member});
  }
  Said shown = said(report, global.format);
  shown.exit_code = report.complete() ? kExitDone : kExitBad;
  return shown;
}

// ---- members from outside

/// One that is being steered.
struct Steered {
  AskedAgent* agent = nullptr;
  What what = What::kStart;
  std::uint32_t pid_before = 0;
  SteeredMember row;
};

/// What its state says about what was asked for.
void judge(Steered& steered) {
  const AgentMember& now = *steered.row.now;
  SteeredMember& row = steered.row;
  const auto become = [&](SteerResult result) {
    row.result = result;
    if (result == SteerResult::kFailed) row.text = now.text;
  };
  if (steered.what == What::kStop) {
    if (now.state == State::kStopped) become(SteerResult::kDone);
    return;
  }
  const bool another = steered.what == What::kStart || now.pid != steered.pid_before;
  if (now.state == State::kRunning && another) become(SteerResult::kDone);
  if (now.state == State::kFailing) become(SteerResult::kFailed);
  if (now.state == State::kStopped) become(SteerResult::kFailed);
}

void begin(Steered& steered, const Result<AgentMember>& answer) {
  if (answer) {
    steered.row.now = *answer;
    return judge(steered);
  }
  steered.row.result = is_away(answer.error()) ? SteerResult::kUnknown : SteerResult::kFailed;
  steered.row.text = answer.error().text;
}

bool any_open(const std::vector<Steered>& all) {
  return std::any_of(all.begin(), all.end(), [](const Steered& steered) {
    return steered.row.result == SteerResult::kOpen;
  });
}

/// What the agents say of those that are open.
void look_again(Agents& agents, std::vector<Steered>& all) {
  for (AskedAgent& agent : agents.all()) {
    const auto is_open = [&](const Steered& steered) {
      return steered.agent == &agent && steered.row.result == SteerResult::kOpen;
    };
    if (!std::any_of(all.begin(), all.end(), is_open)) continue;
    agents.look_at(agent);
    for (Steered& steered : all) {
      if (!is_open(steered)) continue;
      steered.row.text = agent.error ? agent.error->text : "";
      if (agent.error) continue;
      const auto found =
          std::find_if(agent.members.begin(), agent.members.end(),
                       [&](const AgentMember& row) { return row.member == steered.row.member; });
      if (found == agent.members.end()) continue;
      steered.row.now = *found;
      judge(steered);
    }
  }
}

struct Waiting {
  bool wait = true;
  std::uint64_t timeout_ms = 0;
};

Done finish(const GlobalOptions& global, const Waiting& waiting, Client& client, Agents& agents,
            std::vector<Steered> all, std::vector<SteeredMember> rows) {
  const std::uint64_t until = client.now_ms() + waiting.timeout_ms;
  while (waiting.wait && any_open(all) && !client.stopped() && client.now_ms() < until) {
    client.pause(kBetweenLooksMs);
    look_again(agents, all);
  }
  for (Steered& steered : all) rows.push_back(std::move(steered.row));
  std::sort(rows.begin(), rows.end(), [](const SteeredMember& a, const SteeredMember& b) {
    return std::tie(a.member, a.agent) < std::tie(b.member, b.agent);
  });
  SteerReport report{std::move(rows), 0};
  report.exit_code = exit_code_of(report.members);
  if (!waiting.wait && report.exit_code == kExitOpen) report.exit_code = kExitDone;
  if (client.stopped()) report.exit_code = worse_exit_code(report.exit_code, kExitInterrupted);
  Said shown = said(report, global.format);
  shown.exit_code = report.exit_code;
  return shown;
}

/// The group that is meant: the one that is named, or else the only one that there is.
tl::expected<std::string, Failure> group_meant(const GlobalOptions& global, const SteerCall& call,
                                               Agents& agents) {
  const std::string& named = call.group.empty() ? global.group : call.group;
  if (!named.empty()) return named;
  std::set<std::string> groups;
  for (const AskedAgent& agent : agents.all()) {
    for (const AgentMember& row : agent.members) {
      const bool counts = call.members.empty() || call.members.contains(row.member.name);
      if (counts) groups.insert(row.member.group);
    }
  }
  if (groups.size() == 1) return *groups.begin();
  if (groups.empty()) return std::string();
  std::string text = "which group? these agents have members of";
  for (const std::string& group : groups) text += " " + group;
  Failure failure = failure_of({ErrorCode::kInvalid, text});
  failure.hint = "-g GROUP";
  return tl::unexpected(std::move(failure));
}

std::vector<Steered> chosen(Agents& agents, const SteerCall& call, const std::string& group) {
  std::vector<Steered> all;
  for (AskedAgent& agent : agents.all()) {
    for (const AgentMember& row : agent.members) {
      const bool named = call.members.empty() || call.members.contains(row.member.name);
      if (row.member.group != group || !named || agent.error) continue;
      all.push_back({&agent, call.what, row.pid, {agent.name, row.member}});
    }
  }
  return all;
}

/// A name that no agent knows, when all could be asked.
std::optional<Failure> not_found(const std::vector<Steered>& all, const SteerCall& call,
                                 const std::string& group, Agents& agents) {
  const auto has = [&](const std::string& name) {
    return std::any_of(all.begin(), all.end(),
                       [&](const Steered& steered) { return steered.row.member.name == name; });
  };
  for (const AskedAgent& agent : agents.all()) {
    const bool may_have_it =
        agent.error && !std::all_of(call.members.begin(), call.members.end(), has);
    if (may_have_it) return failure_of(*agent.error);
  }
  for (const std::string& name : call.members) {
    if (has(name)) continue;
    Failure failure = failure_of(
        {ErrorCode::kNotFound, fmt::format("no agent of this context has a member {}{}", name,
                                           group.empty() ? "" : " of group " + group)});
    failure.hint = "groupctl agent show";
    return failure;
  }
  if (!call.members.empty() || !all.empty()) return std::nullopt;
  const auto away = std::find_if(agents.all().begin(), agents.all().end(),
                                 [](const AskedAgent& agent) { return agent.error.has_value(); });
  if (away != agents.all().end()) return failure_of(*away->error);
  return failure_of({ErrorCode::kNotFound, "no agent of this context has a member" +
                                               (group.empty() ? "" : " of group " + group)});
}

}  // namespace

Done run_agent(const GlobalOptions& global, const AgentCall& call, Client& client,
               const Surroundings& around) {
  switch (call.action) {
    case AgentCall::Action::kList:
      if (global.context.empty()) return tl::unexpected(no_context());
      return said(AgentsReport{global.context, global.agents}, global.format);
    case AgentCall::Action::kShow:
      return show_members(global, call, client, around);
    case AgentCall::Action::kAdd:
    case AgentCall::Action::kRemove:
      break;
  }
  return change_context(global, call);
}

Done run_steer(const GlobalOptions& global, const SteerCall& call, Client& client,
               const Surroundings& around) {
  Agents agents(global, client, around);
  if (auto failed = agents.open()) return tl::unexpected(*std::move(failed));
  agents.look();
  const auto group = group_meant(global, call, agents);
  if (!group) return tl::unexpected(group.error());
  std::vector<Steered> all = chosen(agents, call, *group);
  if (auto failed = not_found(all, call, *group, agents)) return tl::unexpected(*std::move(failed));
  std::vector<SteeredMember> rows;
  for (const AskedAgent& agent : agents.all()) {
    // It may have some of the group's.
    if (!agent.error || !call.members.empty()) continue;
    rows.push_back({agent.name, {*group, ""}, SteerResult::kUnknown, {}, agent.error->text});
  }
  for (Steered& steered : all) {
    begin(steered, steered.agent->client.steer({call.what, steered.row.member}, global.timeout_ms));
  }
  return finish(global, {call.wait, call.wait_timeout_ms}, client, agents, std::move(all),
                std::move(rows));
}

Done run_spawn(const GlobalOptions& global, const SpawnCall& call, Client& client,
               const Surroundings& around) {
  if (global.group.empty()) {
    return tl::unexpected(failure_of({ErrorCode::kInvalid, "of which group? -g GROUP is needed"}));
  }
  if (call.agent.empty() && global.agents.size() > 1) {
    return tl::unexpected(failure_of({ErrorCode::kInvalid, "where? --agent NAME is needed"}));
  }
  const auto server = pinned_server(global.keys);
  if (!server) return tl::unexpected(failure_of(server.error()));
  if (!server->key) {
    return tl::unexpected(
        failure_of({ErrorCode::kKeysWanted, "members need the server key: --server-key KEY"}));
  }
  Agents agents(global, client, around);
  if (auto failed = agents.open(call.agent)) return tl::unexpected(*std::move(failed));
  AskedAgent& agent = agents.all().front();
  const SpawnMember wanted{
      {global.group, call.name}, call.coordinator, *server->key, call.token, call.labels};
  const auto made = agent.client.spawn(wanted, global.timeout_ms);
  if (!made) {
    return tl::unexpected(unanswered(made.error(), "groupctl agent show says whether it is there"));
  }
  std::vector<Steered> all = {{&agent, What::kStart, 0, {agent.name, wanted.member}}};
  begin(all.front(), made);
  return finish(global, {call.wait, call.wait_timeout_ms}, client, agents, std::move(all), {});
}

}  // namespace groupctl
