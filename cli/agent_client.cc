#include "cli/agent_client.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/version.h"

namespace groupctl {
namespace {

/// An answer that has not come by then may be lost: it is asked again.
constexpr std::uint64_t kAskAgainMs = 2000;
/// How long a stop may go unnoticed.
constexpr std::uint64_t kSliceMs = 100;
/// Whoever has no connection to an agent by then takes it that nobody is there, however long an
/// answer could be waited for: a handshake takes milliseconds.
constexpr std::uint64_t kConnectMs = 2000;

tl::unexpected<Error> another_answer() {
  return fail(ErrorCode::kInternal, "the agent answered another question");
}

/// Of a question: that it was sent has changed nothing.
Error as_of_a_question(Error error) {
  if (error.code == ErrorCode::kTimeout) {
    return {ErrorCode::kUnreachable, "the agent does not answer"};
  }
  return error;
}

}  // namespace

Status AgentClient::send_until(ByteView message, std::uint64_t until_ms) {
  while (true) {
    const std::uint64_t now = channel_->now_ms();
    const std::uint64_t left = until_ms - std::min(until_ms, now);
    Status sent = channel_->send(message, std::min(kSliceMs, left));
    const bool again = !sent && is_away(sent.error());
    if (!again || left <= kSliceMs || stop_()) return sent;
  }
}

Result<AgentReply> AgentClient::answer_to(AgentRequestId id, std::uint64_t until_ms) {
  while (!stop_() && channel_->now_ms() < until_ms) {
    const std::uint64_t left = until_ms - channel_->now_ms();
    const auto bytes = channel_->receive(std::min(left, kSliceMs));
    if (!bytes && bytes.error().code == ErrorCode::kTimeout) continue;
    if (!bytes) return tl::unexpected<Error>(bytes.error());
    auto reply = decode_agent_reply(*bytes);
    if (!reply) return fail("the answer is none of an agent's", reply.error());
    if (reply->id == id) return std::move(reply->reply);
  }
  return fail(ErrorCode::kTimeout, "no answer");
}

Result<AgentReply> AgentClient::ask(const AgentRequest& request, std::uint64_t until_ms,
                                    bool repeats) {
  last_id_ = last_id_.next();
  const Bytes message = encode(last_id_, request);
  bool was_sent = false;
  while (true) {
    const Status sent = send_until(message, std::min(until_ms, channel_->now_ms() + kConnectMs));
    if (!sent && !was_sent) return tl::unexpected<Error>(sent.error());
    if (!sent) return fail(ErrorCode::kTimeout, "sent, and no answer: " + sent.error().text);
    was_sent = true;
    const std::uint64_t again =
        repeats ? std::min(until_ms, channel_->now_ms() + kAskAgainMs) : until_ms;
    auto reply = answer_to(last_id_, again);
    if (reply || !is_away(reply.error())) return reply;
    if (!repeats || stop_() || channel_->now_ms() >= until_ms) {
      return fail(ErrorCode::kTimeout, "sent, and no answer: " + reply.error().text);
    }
  }
}

Status AgentClient::greet(std::uint64_t until_ms) {
  const auto reply = ask(AgentHello{kProtocolVersion, "groupctl " + std::string(product_version())},
                         until_ms, true);
  if (!reply) return tl::unexpected<Error>(as_of_a_question(reply.error()));
  if (const auto* refused = std::get_if<AgentRefused>(&*reply)) {
    return fail(refused->code, "the agent refuses this groupctl: " + refused->text);
  }
  const auto* hello = std::get_if<AgentHelloReply>(&*reply);
  if (hello == nullptr) return another_answer();
  if (hello->protocol != kProtocolVersion) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("the agent ({}) speaks protocol {}, this groupctl {}", hello->product,
                            hello->protocol, kProtocolVersion));
  }
  greeted_ = true;
  return {};
}

Result<AgentReply> AgentClient::exchange(const AgentRequest& request, std::uint64_t within_ms,
                                         bool repeats) {
  const std::uint64_t until = channel_->now_ms() + within_ms;
  const Status met = greeted_ ? Status() : greet(until);
  if (!met) return tl::unexpected<Error>(met.error());
  auto reply = ask(request, until, repeats);
  // The next connection may be to another agent.
  if (!reply && is_away(reply.error())) greeted_ = false;
  return reply;
}

Result<std::vector<AgentMember>> AgentClient::members(std::uint64_t within_ms) {
  auto reply = exchange(AgentMembersQuery{}, within_ms, true);
  if (!reply) return tl::unexpected<Error>(as_of_a_question(reply.error()));
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
