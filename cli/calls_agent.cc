// agent list, show, add, rm; member start, stop, restart, spawn; group start, stop.
#include "cli/calls.h"
#include "commands/state/names.h"
#include "log/keys.h"
#include "wire/endpoint.h"
#include "wire/limits.h"

namespace groupctl {
namespace {

using Action = AgentCall::Action;
using What = SteerMember::What;

Result<Call> noun(const Words&) {
  return fail(ErrorCode::kInvalid, "agent list, show, add NAME ENDPOINT or rm NAME is needed");
}

Result<std::string> name_of_agent(const Words& words) {
  auto name = words.needed("NAME");
  if (!name || is_name(*name)) return name;
  return fail(ErrorCode::kInvalid, "\"" + *name + "\" is no name for an agent");
}

Result<Call> add(const Words& words) {
  auto name = name_of_agent(words);
  if (!name) return tl::unexpected(name.error());
  auto endpoint = words.needed("ENDPOINT");
  if (!endpoint) return tl::unexpected(endpoint.error());
  if (auto allowed = check_endpoint(*endpoint); !allowed) return tl::unexpected(allowed.error());
  const auto key = words.needed("--agent-key");
  if (!key) return fail(ErrorCode::kInvalid, "--agent-key KEY is needed: group-agent init says it");
  if (auto valid = parse_public_key(*key); !valid) return fail("--agent-key", valid.error());
  return AgentCall{Action::kAdd, *std::move(name), {*std::move(endpoint), *key}};
}

Result<Call> remove(const Words& words) {
  auto name = name_of_agent(words);
  if (!name) return tl::unexpected(name.error());
  return AgentCall{Action::kRemove, *std::move(name), {}};
}

Result<Call> show(const Words& words) {
  return AgentCall{Action::kShow, words.one_or_none("NAME"), {}};
}

Result<Call> steer(SteerCall call, const Words& words) {
  call.wait = !words.on("--no-wait");
  if (auto s = words.duration("--wait-timeout", call.wait_timeout_ms); !s) {
    return tl::unexpected(s.error());
  }
  return call;
}

template <What what>
Result<Call> steer_members(const Words& words) {
  auto names = words.all_needed("MEMBER");
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    if (!is_name(name)) return no_member_name(name);
  }
  return steer({what, {names->begin(), names->end()}}, words);
}

template <What what>
Result<Call> steer_group(const Words& words) {
  const std::string group = words.one_or_none("NAME");
  if (!group.empty() && !is_name(group)) return no_group_name(group);
  return steer({what, {}, group}, words);
}

Result<Labels> labels_of(const Words& words) {
  Labels labels;
  for (const std::string& text : words.all("--label")) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || !is_name(text.substr(0, equals))) {
      return fail(ErrorCode::kInvalid, "--label: \"" + text + "\" is not NAME=VALUE");
    }
    labels[text.substr(0, equals)] = text.substr(equals + 1);
  }
  if (labels.size() <= kMaxLabels) return labels;
  return fail(ErrorCode::kInvalid,
              "--label: a member has at most " + std::to_string(kMaxLabels) + " labels");
}

Result<Call> spawn(const Words& words) {
  SpawnCall call;
  auto name = words.needed("MEMBER");
  if (!name) return tl::unexpected(name.error());
  if (!is_name(*name)) return no_member_name(*name);
  call.name = *std::move(name);
  call.agent = words.one_or_none("--agent");
  call.coordinator = words.one_or_none("--coordinator");
  const bool is_tcp = call.coordinator.starts_with(kTcp);
  if (!is_tcp || !check_endpoint(call.coordinator)) {
    return fail(ErrorCode::kInvalid,
                "--coordinator tcp://HOST:PORT is needed: where the group's members join");
  }
  const auto token = parse_secret_key(words.one_or_none("--token"));
  if (!token) {
    return fail(ErrorCode::kInvalid, "--token TOKEN is needed: groupctl key token makes one");
  }
  call.token = *token;
  auto labels = labels_of(words);
  if (!labels) return tl::unexpected(labels.error());
  call.labels = *std::move(labels);
  call.wait = !words.on("--no-wait");
  if (auto s = words.duration("--wait-timeout", call.wait_timeout_ms); !s) {
    return tl::unexpected(s.error());
  }
  return call;
}

constexpr CallRow kRows[] = {{"agent", noun},
                             {"agent list", plain<AgentCall>},
                             {"agent show", show},
                             {"agent add", add},
                             {"agent rm", remove},
                             {"member start", steer_members<What::kStart>},
                             {"member stop", steer_members<What::kStop>},
                             {"member restart", steer_members<What::kRestart>},
                             {"member spawn", spawn},
                             {"group start", steer_group<What::kStart>},
                             {"group stop", steer_group<What::kStop>}};

}  // namespace

std::span<const CallRow> agent_calls() { return kRows; }

}  // namespace groupctl
