// How groupctl asks an agent: one request at a time, asked again until it is answered.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/client.h"
#include "wire/agent_messages.h"

namespace groupctl {

/// A connection begins with a greeting, and whoever does not answer that is told nothing. Errors of
/// every request: kUnreachable, when nothing was sent but the greeting; kUnsupported, when the
/// agent speaks another protocol; those of the handshake; what the agent refuses with.
class AgentClient {
 public:
  /// `stop` is asked at least ten times a second; once it is true every request ends as without an
  /// answer.
  AgentClient(std::unique_ptr<AdminChannel> channel, std::function<bool()> stop)
      : channel_(std::move(channel)), stop_(std::move(stop)) {}

  /// A question that changes nothing: without an answer kUnreachable, too.
  Result<std::vector<AgentMember>> members(std::uint64_t within_ms);
  /// A restart is sent once: asked again it would be another one. Error: kTimeout, when it was sent
  /// and there is no answer.
  Result<AgentMember> steer(const SteerMember& steer, std::uint64_t within_ms);
  /// Error: kTimeout, as above.
  Result<AgentMember> spawn(const SpawnMember& spawn, std::uint64_t within_ms);

 private:
  Result<AgentReply> exchange(const AgentRequest& request, std::uint64_t within_ms, bool repeats);
  Status greet(std::uint64_t until_ms);
  Result<AgentReply> ask(const AgentRequest& request, std::uint64_t until_ms, bool repeats);
  Status send_until(ByteView message, std::uint64_t until_ms);
  Result<AgentReply> answer_to(AgentRequestId id, std::uint64_t until_ms);
  Result<AgentMember> row_of(Result<AgentReply> reply);

  std::unique_ptr<AdminChannel> channel_;
  std::function<bool()> stop_;
  AgentRequestId last_id_;
  bool greeted_ = false;
};

}  // namespace groupctl
