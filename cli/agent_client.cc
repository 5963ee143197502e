#include "cli/agent_client.h"

#include <algorithm>

namespace groupctl {
namespace {

/// An answer that has not come by then may be lost: it is asked again.
constexpr std::uint64_t kAskAgainMs = 2000;
constexpr std::uint64_t kLookUpMs = 100;
/// Nobody is there.
constexpr std::uint64_t kConnectMs = 2000;

tl::unexpected<Error> another_answer() {
  return fail(ErrorCode::kInternal, "the agent answered another question");
}

}  // namespace

Result<AgentReply> AgentClient::answer_to(AgentRequestId id, std::uint64_t until_ms) {
  while (!stop_() && channel_->now_ms() < until_ms) {
    const std::uint64_t left = until_ms - channel_->now_ms();
    const auto bytes = channel_->receive(std::min(left, kLookUpMs));
    if (!bytes && bytes.error().code == ErrorCode::kTimeout) continue;
    if (!bytes) return tl::unexpected<Error>(bytes.error());
    auto reply = decode_agent_reply(*bytes);
    if (!reply) return fail("the answer is none of an agent's", reply.error());
    if (reply->id == id) return std::move(reply->reply);
  }
  return fail(ErrorCode::kTimeout, "no answer");
}

Result<AgentReply> AgentClient::exchange(const AgentRequest& request, std::uint64_t within_ms,
                                         bool repeats) {
  const std::uint64_t until = channel_->now_ms() + within_ms;
  last_id_ = AgentRequestId(last_id_.value + 1);
  const Bytes message = encode(last_id_, request);
  bool was_sent = false;
  while (true) {
    const std::uint64_t now = channel_->now_ms();
    const std::uint64_t left = until > now ? until - now : 0;
    const Status sent = channel_->send(message, std::min(left, kConnectMs));
    if (!sent && !was_sent) return tl::unexpected<Error>(sent.error());
    if (!sent) return fail(ErrorCode::kTimeout, "sent, and no answer: " + sent.error().text);
    was_sent = true;
    const std::uint64_t again = repeats ? std::min(until, channel_->now_ms() + kAskAgainMs) : until;
    auto reply = answer_to(last_id_, again);
    if (reply || !is_away(reply.error())) return reply;
    if (!repeats || stop_() || channel_->now_ms() >= until) {
      return fail(ErrorCode::kTimeout, "sent, and no answer: " + reply.error().text);
    }
  }
}

Result<std::vector<AgentMember>> AgentClient::members(std::uint64_t within_ms) {
  auto reply = exchange(AgentMembersQuery{}, within_ms, true);
  if (!reply) return tl::unexpected<Error>(reply.error());
  if (auto* rows = std::get_if<AgentMembersReply>(&*reply)) return std::move(rows->rows);
  if (const auto* refused = std::get_if<AgentRefused>(&*reply)) {
    return fail(refused->code, refused->text);
  }
  return another_answer();
}

Result<AgentMember> AgentClient::row_of(Result<AgentReply> reply) {
  if (!reply) return tl::unexpected<Error>(reply.error());
  if (auto* row = std::get_if<AgentMember>(&*reply)) return std::move(*row);
  if (const auto* refused = std::get_if<AgentRefused>(&*reply)) {
    return fail(refused->code, refused->text);
  }
  return another_answer();
}

Result<AgentMember> AgentClient::steer(const SteerMember& steer, std::uint64_t within_ms) {
  return row_of(exchange(steer, within_ms, steer.what != SteerMember::What::kRestart));
}

Result<AgentMember> AgentClient::spawn(const SpawnMember& spawn, std::uint64_t within_ms) {
  return row_of(exchange(spawn, within_ms, true));
}

}  // namespace groupctl
