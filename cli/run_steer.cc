// member start, stop and restart; group start and stop.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/run.h"
#include "cli/steering.h"

namespace groupctl {
namespace {

/// A member that is meant, as its agent has it before it is told anything.
struct Meant {
  AskedAgent* agent = nullptr;
  AgentMember before;
};

bool is_named(const SteerCall& call, const std::string& name) {
  return call.members.empty() || call.members.contains(name);
}

/// The group that is meant: the one that is named, or else the only one that there is; empty: there
/// is none.
tl::expected<std::string, Failure> group_meant(const GlobalOptions& global, const SteerCall& call,
                                               const AskedAgents& agents) {
  const std::string& named = call.group.empty() ? global.group : call.group;
  if (!named.empty()) return named;
  std::set<std::string> groups;
  for (const AskedAgent& agent : agents.all()) {
    for (const AgentMember& row : agent.members) {
      if (is_named(call, row.member.name)) groups.insert(row.member.group);
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

std::vector<Meant> meant_members(AskedAgents& agents, const SteerCall& call,
                                 const std::string& group) {
  std::vector<Meant> all;
  for (AskedAgent& agent : agents.all()) {
    if (agent.error) continue;
    for (const AgentMember& row : agent.members) {
      const bool is_meant = row.member.group == group && is_named(call, row.member.name);
      if (is_meant) all.push_back({&agent, row});
    }
  }
  return all;
}

const AskedAgent* first_away(const AskedAgents& agents) {
  const auto found = std::find_if(agents.all().begin(), agents.all().end(),
                                  [](const AskedAgent& agent) { return agent.error.has_value(); });
  return found == agents.all().end() ? nullptr : &*found;
}

/// A name that no agent knows, when all could be asked.
std::optional<Failure> not_found(const std::vector<Meant>& all, const SteerCall& call,
                                 const std::string& group, const AskedAgents& agents) {
  const auto has = [&](const std::string& name) {
    return std::any_of(all.begin(), all.end(),
                       [&](const Meant& meant) { return meant.before.member.name == name; });
  };
  const auto missing = std::find_if_not(call.members.begin(), call.members.end(), has);
  const bool nobody = call.members.empty() && all.empty();
  if (missing == call.members.end() && !nobody) return std::nullopt;
  if (const AskedAgent* away = first_away(agents)) {
    Error error = *away->error;
    error.text = fmt::format("agent {}: {}", away->name, error.text);
    return failure_of(error);
  }
  const std::string of_group = group.empty() ? "" : " of group " + group;
  if (nobody) {
    return failure_of({ErrorCode::kNotFound, "no agent of this context has a member" + of_group});
  }
  Failure failure =
      failure_of({ErrorCode::kNotFound,
                  fmt::format("no agent of this context has a member {}{}", *missing, of_group)});
  failure.hint = "groupctl agent show";
  return failure;
}

}  // namespace

Done run_steer(const GlobalOptions& global, const SteerCall& call, Client& client,
               const Surroundings& around) {
  AskedAgents agents(global, client, around);
  if (auto failed = agents.open()) return tl::unexpected(*std::move(failed));
  agents.look();
  if (client.stopped()) return tl::unexpected(interrupted_before_steering());
  const auto group = group_meant(global, call, agents);
  if (!group) return tl::unexpected(group.error());
  const std::vector<Meant> all = meant_members(agents, call, *group);
  if (auto failed = not_found(all, call, *group, agents)) return tl::unexpected(*std::move(failed));
  Steering steering(global, client, agents);
  for (const AskedAgent& agent : agents.all()) {
    // It may have some of the group's.
    if (!agent.error || !call.members.empty()) continue;
    steering.add({agent.name, {*group, ""}, SteerResult::kUnknown, {}, agent.error->text});
  }
  for (const Meant& meant : all) {
    const SteerMember told{call.what, meant.before.member};
    steering.add(*meant.agent, told, meant.before.pid,
                 meant.agent->client.steer(told, global.timeout_ms));
  }
  if (call.wait) steering.wait(call.wait_timeout_ms);
  return steering.finish(call.wait);
}

}  // namespace groupctl
