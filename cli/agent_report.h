// What there is to say of agents and of the members that they have, before it is text or JSON.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/contexts.h"
#include "wire/agent_messages.h"

namespace groupctl {

/// `agent list`: the agents of a context.
struct AgentsReport {
  std::string context;
  std::map<std::string, AgentAddress> agents;  ///< by name
};

/// `agent show`: one row a member, or one of an agent that cannot be asked.
struct AgentMemberRow {
  std::string agent;
  std::string unknown = {};  ///< why it cannot be told; empty: the member is there
  std::optional<AgentMember> member = {};
};
struct AgentMembersReport {
  std::vector<AgentMemberRow> rows;  ///< by agent, group and name

  bool complete() const;  ///< every agent has answered
};

/// How it ended for one member that an agent was told to start, to stop, to restart or to make.
enum class SteerResult : std::uint8_t {
  kDone,
  kFailed,   ///< it ended, does not start, or the agent refused
  kOpen,     ///< the wait ended first
  kUnknown,  ///< its agent does not answer
};
std::string_view to_word(SteerResult result);
struct SteeredMember {
  std::string agent;
  MemberRef member;  ///< no name: of an agent that cannot be asked which it has
  SteerResult result = SteerResult::kOpen;
  std::optional<AgentMember> now = {};  ///< as the agent said last
  std::string text = {};                ///< why it is not done
};
struct SteerReport {
  std::vector<SteeredMember> members;  ///< by group, name and agent
  int exit_code = 0;
};

}  // namespace groupctl
