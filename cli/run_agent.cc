// agent list, show, add and rm: which agents a context has, and what is with their members.
#include <fmt/format.h>

#include "cli/asked_agents.h"
#include "cli/contexts.h"
#include "cli/exit_code.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/run.h"
#include "daemon/paths.h"

namespace groupctl {
namespace {

Done change_context(const GlobalOptions& global, const AgentCall& call) {
  if (global.context.empty()) return tl::unexpected(no_context_meant());
  auto contexts = read_contexts(user_config_file());
  if (!contexts) return tl::unexpected(failure_of(contexts.error()));
  const auto context = contexts->by_name.find(global.context);
  if (context == contexts->by_name.end()) return tl::unexpected(no_context_meant());
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

Done show_members(const GlobalOptions& global, const AgentCall& call, const Client& client,
                  const Surroundings& around) {
  AskedAgents agents(global, client, around);
  if (auto failed = agents.open(call.name)) return tl::unexpected(*std::move(failed));
  agents.look();
  if (client.stopped()) return tl::unexpected(interrupted_before_steering());
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

}  // namespace

Done run_agent(const GlobalOptions& global, const AgentCall& call, Client& client,
               const Surroundings& around) {
  switch (call.action) {
    case AgentCall::Action::kList:
      if (global.context.empty()) return tl::unexpected(no_context_meant());
      return said(AgentsReport{global.context, global.agents}, global.format);
    case AgentCall::Action::kShow:
      return show_members(global, call, client, around);
    case AgentCall::Action::kAdd:
    case AgentCall::Action::kRemove:
      break;
  }
  return change_context(global, call);
}

}  // namespace groupctl
