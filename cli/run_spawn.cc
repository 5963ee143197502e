// member spawn.
#include "cli/own_keys.h"
#include "cli/run.h"
#include "cli/steering.h"

namespace groupctl {
namespace {

/// What the line does not say; nullopt: nothing.
std::optional<Failure> not_said(const GlobalOptions& global, const SpawnCall& call) {
  if (global.group.empty()) {
    return failure_of({ErrorCode::kInvalid, "of which group? -g GROUP is needed"});
  }
  if (call.agent.empty() && global.agents.size() > 1) {
    return failure_of({ErrorCode::kInvalid, "where? --agent NAME is needed"});
  }
  return std::nullopt;
}

tl::expected<PublicKey, Failure> server_key(const GlobalOptions& global) {
  const auto server = pinned_server(global.keys);
  if (!server) return tl::unexpected(failure_of(server.error()));
  if (server->key) return *server->key;
  return tl::unexpected(
      failure_of({ErrorCode::kKeysWanted, "members need the server key: --server-key KEY"}));
}

}  // namespace

Done run_spawn(const GlobalOptions& global, const SpawnCall& call, Client& client,
               const Surroundings& around) {
  if (auto failed = not_said(global, call)) return tl::unexpected(*std::move(failed));
  const auto server = server_key(global);
  if (!server) return tl::unexpected(server.error());
  AskedAgents agents(global, client, around);
  if (auto failed = agents.open(call.agent)) return tl::unexpected(*std::move(failed));
  AskedAgent& agent = agents.all().front();
  const SpawnMember wanted{
      {global.group, call.name}, call.coordinator, *server, call.token, call.labels};
  const auto made = agent.client.spawn(wanted, global.timeout_ms);
  if (!made) {
    const bool was_sent = made.error().code == ErrorCode::kTimeout;
    if (client.stopped() && !was_sent) return tl::unexpected(interrupted_before_steering());
    return tl::unexpected(unanswered(made.error(), "groupctl agent show says whether it is there"));
  }
  Steering steering(global, client, agents);
  steering.add(agent, {SteerMember::What::kStart, wanted.member}, 0, made);
  if (call.wait) steering.wait(call.wait_timeout_ms);
  return steering.finish(call.wait);
}

}  // namespace groupctl
