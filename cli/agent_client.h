// How groupctl asks an agent: one request at a time, asked again until it is answered.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/client.h"
#include "wire/agent_messages.h"

namespace groupctl {

class AgentClient {
 public:
  /// `stop` is asked at least ten times a second; once it is true every request ends with kTimeout.
  AgentClient(std::unique_ptr<AdminChannel> channel, std::function<bool()> stop)
      : channel_(std::move(channel)), stop_(std::move(stop)) {}

  /// Errors: kUnreachable, when nothing was sent; kTimeout; those of the handshake; what the agent
  /// refuses with.
  Result<std::vector<AgentMember>> members(std::uint64_t within_ms);
  /// A restart is sent once: asked again it would be another one.
  Result<AgentMember> steer(const SteerMember& steer, std::uint64_t within_ms);
  Result<AgentMember> spawn(const SpawnMember& spawn, std::uint64_t within_ms);

 private:
  Result<AgentReply> exchange(const AgentRequest& request, std::uint64_t within_ms, bool repeats);
  Result<AgentReply> answer_to(AgentRequestId id, std::uint64_t until_ms);
  Result<AgentMember> row_of(Result<AgentReply> reply);

  std::unique_ptr<AdminChannel> channel_;
  std::function<bool()> stop_;
  AgentRequestId last_id_;
};

}  // namespace groupctl
