#include "cli/asked_agents.h"

#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/own_keys.h"
#include "log/nearest.h"

namespace groupctl {
namespace {

Failure no_agents(const GlobalOptions& global) {
  Failure failure = failure_of(
      {ErrorCode::kNotFound, fmt::format("context \"{}\" has no agents", global.context)});
  failure.hint = "groupctl agent add NAME ENDPOINT --agent-key KEY";
  return failure;
}

Failure no_own_key(const std::string& file) {
  Failure failure = failure_of({ErrorCode::kKeysWanted, "there is no key of yours at " + file});
  failure.hint = "groupctl key new makes one; group-agent allow NAME KEY lets it in";
  return failure;
}

/// Nobody adds such a one: the file was edited.
Failure no_key_of(const std::string& name, const AgentAddress& address) {
  Failure failure =
      failure_of({ErrorCode::kInvalid, fmt::format("the key of agent {} is no public key", name)});
  failure.hint = fmt::format(
      "groupctl agent rm {0}    and then groupctl agent add {0} {1} "
      "--agent-key KEY, as group-agent init says it",
      name, address.endpoint);
  return failure;
}

}  // namespace

Failure no_context_meant() {
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

Failure interrupted_before_steering() {
  return {"interrupted", "interrupted; nothing was sent", "", kExitInterrupted};
}

std::optional<Failure> AskedAgents::open(const std::string& only) {
  if (global_.context.empty()) return no_context_meant();
  if (global_.agents.empty()) return no_agents(global_);
  if (!only.empty() && !global_.agents.contains(only)) return no_such_agent(global_, only);
  const std::string file = own_key_file(global_.keys);
  const auto own = read_own_key(file);
  if (!own && own.error().code != ErrorCode::kNotFound) return failure_of(own.error());
  if (!own) return no_own_key(file);
  for (const auto& [name, address] : global_.agents) {
    if (!only.empty() && name != only) continue;
    const auto key = parse_public_key(address.key);
    if (!key) return no_key_of(name, address);
    auto channel = around_.connect_to(address.endpoint, ClientKeys{*own, *key});
    if (!channel) return failure_of(channel.error());
    all_.push_back({name, {*std::move(channel), [&client = client_] { return client.stopped(); }}});
  }
  return std::nullopt;
}

void AskedAgents::look() {
  for (AskedAgent& agent : all_) look_at(agent);
}

void AskedAgents::look_at(AskedAgent& agent) const {
  auto members = agent.client.members(global_.timeout_ms);
  agent.error = members ? std::nullopt : std::optional(members.error());
  if (members) agent.members = *std::move(members);
}

}  // namespace groupctl
