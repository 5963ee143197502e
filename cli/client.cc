#include "cli/client.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/version.h"
#include "log/hash.h"

namespace groupctl {
namespace {

// Loopback answers in well under a millisecond, a commit in tens; whoever has not heard after a
// second asks again, since messages that were under way when a coordinator died are lost.
constexpr std::uint64_t kAskAgainMs = 1000;
// How long a stop may go unnoticed.
constexpr std::uint64_t kSliceMs = 100;

std::uint64_t read_u64(ByteView bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number |= std::uint64_t{bytes[i]} << (8 * i);
  return number;
}

}  // namespace

Result<HelloReply> Client::hello(std::uint64_t within_ms) {
  auto reply = ask<HelloReply>(
      AdminHello{kProtocolVersion, "groupctl " + std::string(product_version())}, within_ms);
  if (!reply && reply.error().code == ErrorCode::kTimeout) {
    return fail(ErrorCode::kUnreachable, "no answer to a greeting");
  }
  if (reply && reply->protocol != kProtocolVersion) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("the coordinator speaks protocol {}, this groupctl {}", reply->protocol,
                            kProtocolVersion));
  }
  return reply;
}

Result<Accepted> Client::submit(const Submit& submit, std::uint64_t within_ms) {
  const std::uint64_t until = now_ms() + within_ms;
  std::string last_heard;
  while (true) {
    const std::uint64_t now = now_ms();
    auto reply = exchange(submit, until - std::min(until, now));
    const bool silent = !reply && (reply.error().code == ErrorCode::kTimeout ||
                                   reply.error().code == ErrorCode::kUnreachable);
    // Once it has been heard of, silence later makes it no more known.
    if (silent && !last_heard.empty()) return fail(ErrorCode::kTimeout, last_heard);
    if (!reply) return tl::unexpected(reply.error());
    if (auto* accepted = std::get_if<Accepted>(&*reply)) return std::move(*accepted);
    const auto* unknown = std::get_if<SubmitUnknown>(&*reply);
    if (unknown == nullptr) return refusal(*reply);
    // The coordinator ends and reads its log at its next start: then it will know.
    last_heard = unknown->text;
    pause(std::min(until, now_ms() + kAskAgainMs));
  }
}

Result<AdminReply> Client::exchange(const AdminRequest& request, std::uint64_t within_ms) {
  last_id_ = last_id_.next();
  const Bytes message = encode(last_id_, request);
  const std::uint64_t until = now_ms() + within_ms;
  // A Watch is answered when there is news: silence does not mean that it was lost.
  const bool once = std::holds_alternative<Watch>(request);
  bool sent = false;
  std::size_t copies = 0;  // on this connection, not answered
  while (true) {
    const Status sending = send_until(message, until);
    sent = sent || sending.has_value();
    ++copies;
    if (!sending && !sent) return tl::unexpected(sending.error());
    if (!sending) return fail(ErrorCode::kTimeout, "no answer");
    const std::uint64_t wait_until = once ? until : std::min(until, now_ms() + kAskAgainMs);
    auto answer = answer_to(last_id_, wait_until);
    if (answer && copies > 1 && std::holds_alternative<SubmitRefused>(*answer)) {
      return after_refusal(std::move(*answer), copies - 1, until);
    }
    if (answer) return answer;
    if (answer.error().code == ErrorCode::kUnreachable) copies = 0;
    const bool over = once || stopped() || now_ms() >= until;
    const bool silent = answer.error().code == ErrorCode::kTimeout ||
                        answer.error().code == ErrorCode::kUnreachable;
    if (!silent) return answer;
    if (over) return fail(ErrorCode::kTimeout, "no answer");
  }
}

// Each copy is judged by itself: as long as one is under way, the command may yet be taken.
Result<AdminReply> Client::after_refusal(AdminReply refused, std::size_t copies,
                                         std::uint64_t until_ms) {
  for (; copies != 0; --copies) {
    auto answer = answer_to(last_id_, until_ms);
    if (!answer) return fail(ErrorCode::kTimeout, "refused once, and no answer when asked again");
    if (!std::holds_alternative<SubmitRefused>(*answer)) return answer;
  }
  return refused;
}

// In slices, so that a stop is noticed.
Status Client::send_until(ByteView message, std::uint64_t until_ms) {
  while (true) {
    const std::uint64_t now = now_ms();
    const std::uint64_t left = until_ms - std::min(until_ms, now);
    Status sent = channel_.send(message, std::min(kSliceMs, left));
    if (sent || left <= kSliceMs || stopped()) return sent;
  }
}

Result<AdminReply> Client::answer_to(AdminRequestId id, std::uint64_t until_ms) {
  while (true) {
    const std::uint64_t now = now_ms();
    if (now >= until_ms || stopped()) return fail(ErrorCode::kTimeout, "no answer");
    const auto message = channel_.receive(std::min(kSliceMs, until_ms - now));
    if (!message && message.error().code == ErrorCode::kTimeout) continue;
    if (!message) return tl::unexpected(message.error());
    auto decoded = decode_admin_reply(*message);
    if (!decoded) return fail("the coordinator's answer", decoded.error());
    // An answer to what was asked before, and answered already: it was asked twice.
    if (decoded->id == id) return std::move(decoded->reply);
  }
}

// Answers that come meanwhile are of questions asked twice.
void Client::pause(std::uint64_t until_ms) {
  for (std::uint64_t now = now_ms(); now < until_ms && !stopped(); now = now_ms()) {
    channel_.receive(std::min(kSliceMs, until_ms - now));
  }
}

tl::unexpected<Error> Client::refusal(const AdminReply& reply) {
  if (const auto* refused = std::get_if<QueryRefused>(&reply)) {
    return fail(refused->code, refused->text);
  }
  if (const auto* refused = std::get_if<SubmitRefused>(&reply)) {
    return fail(refused->code, refused->text);
  }
  return fail(ErrorCode::kInternal, "the coordinator answered another question");
}

ClientId drawn_client_id(GroupTime hello, std::uint64_t random) {
  return {hello.value & ~ClientId::kKeyedBit, random};
}

ClientId keyed_client_id(std::string_view key) {
  const Hash hash = hash_of(as_bytes(key));
  const ByteView bytes = hash.view();
  return {read_u64(bytes.first(8)) | ClientId::kKeyedBit, read_u64(bytes.subspan(8, 8))};
}

}  // namespace groupctl
