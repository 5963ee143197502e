#include "cli/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "daemon/version.h"
#include "log/hash.h"

namespace groupctl {
namespace {

// Loopback answers in well under a millisecond, a commit in tens; whoever has not heard after a
// second asks again, since messages that were under way when a coordinator died are lost.
constexpr std::uint64_t kAskAgainMs = 1000;
// Overlapping questions without an answer: a quarter of what a coordinator passes on to members at
// a time, for everybody.
constexpr std::size_t kOverlapping = 64;
// How long a stop may go unnoticed.
constexpr std::uint64_t kSliceMs = 100;
constexpr const char* kNoAnswer = "no answer";

std::uint64_t read_u64(ByteView bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number |= std::uint64_t{bytes[i]} << (8 * i);
  return number;
}

// The copies of one submit. Each is judged by itself: as long as one is under way the command may
// yet be taken, whatever was said of another.
struct Copies {
  std::size_t under_way = 0;  // on this connection
  bool sent = false;
  bool ask = true;       // send another one
  bool refused = false;  // one was, on this connection
  std::string unknown_because = kNoAnswer;

  void was_sent() {
    ++under_way;
    sent = true;
  }

  void heard_nothing(bool connection_lost) {
    if (connection_lost) {
      under_way = 0;
      refused = false;
    }
    ask = !refused || under_way == 0;
  }

  // Accepted aside: whether this answer speaks for all copies.
  bool decided_by(const AdminReply& answer) {
    if (under_way > 0) --under_way;
    ask = false;
    if (const auto* unknown = std::get_if<SubmitUnknown>(&answer)) {
      // The coordinator ends and reads its log at its next start: then it will know.
      unknown_because = unknown->text;
      return false;
    }
    // What a coordinator has not looked at, for want of time, is refused as a question.
    refused = std::holds_alternative<SubmitRefused>(answer) ||
              std::holds_alternative<QueryRefused>(answer);
    if (!refused || under_way == 0) return true;
    unknown_because = "refused once, and no answer when asked again";
    return false;
  }
};

}  // namespace

Result<HelloReply> Client::hello(std::uint64_t within_ms) {
  auto reply = ask<HelloReply>(
      AdminHello{kProtocolVersion, "groupctl " + std::string(product_version()), group_},
      within_ms);
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

BatchResult<Accepted> Client::submit(const Submit& submit, std::uint64_t within_ms) {
  last_id_ = last_id_.next();
  Submit addressed = submit;
  addressed.group = group_;
  const Bytes message = encode(last_id_, addressed);
  const std::uint64_t until = now_ms() + within_ms;
  Copies copies;
  while (true) {
    if (copies.ask) {
      const Status sending = send_until(message, until);
      if (!sending && !copies.sent) return tl::unexpected(sending.error());
      if (!sending) return fail(ErrorCode::kTimeout, copies.unknown_because);
      copies.was_sent();
    }
    auto answer = answer_to(last_id_, std::min(until, now_ms() + kAskAgainMs));
    if (!answer && !is_away(answer.error())) return tl::unexpected(answer.error());
    if (!answer) {
      copies.heard_nothing(answer.error().code == ErrorCode::kUnreachable);
    } else if (auto* accepted = std::get_if<Accepted>(&*answer)) {
      return std::move(*accepted);
    } else if (copies.decided_by(*answer)) {
      const auto* refused = std::get_if<SubmitRefused>(&*answer);
      return tl::unexpected(
          BatchError(refusal(*answer).value(), refused == nullptr ? 0 : refused->command));
    }
    if (stopped() || now_ms() >= until) return fail(ErrorCode::kTimeout, copies.unknown_because);
  }
}

Result<AdminReply> Client::question(const AdminRequest& request, std::uint64_t within_ms) {
  auto reply = exchange(request, within_ms);
  return reply ? answered(*std::move(reply)) : reply;
}

std::vector<Result<AdminReply>> Client::questions(const std::vector<AdminRequest>& requests,
                                                  std::uint64_t within_ms) {
  const std::uint64_t until = now_ms() + within_ms;
  std::vector<Result<AdminReply>> answers(requests.size(), fail(ErrorCode::kTimeout, kNoAnswer));
  std::map<AdminRequestId, std::size_t> open;  // places
  std::size_t next = 0;
  while (next < requests.size() || !open.empty()) {
    for (; next < requests.size() && open.size() < kOverlapping; ++next) {
      const auto id = post(requests[next], until - std::min(until, now_ms()));
      if (id) {
        open.emplace(*id, next);
      } else {
        answers[next] = tl::unexpected(id.error());
      }
    }
    if (open.empty()) continue;
    const std::uint64_t now = now_ms();
    if (stopped() || now >= until) break;
    auto answer = next_answer(std::min(kAskAgainMs, until - now));
    if (!answer && !is_away(answer.error())) {
      for (const auto& [id, place] : open) answers[place] = tl::unexpected(answer.error());
      break;
    }
    if (!answer) {
      for (const auto& [id, place] : open) send_until(encode(id, requests[place]), until);
    } else if (const auto asked = open.find(answer->id); asked != open.end()) {
      answers[asked->second] = answered(std::move(answer->reply));
      open.erase(asked);
    }
  }
  return answers;
}

Result<AdminRequestId> Client::post(const AdminRequest& request, std::uint64_t within_ms) {
  last_id_ = last_id_.next();
  const Status sent = send_until(encode(last_id_, request), now_ms() + within_ms);
  if (!sent) return tl::unexpected(sent.error());
  return last_id_;
}

Result<IdentifiedReply> Client::next_answer(std::uint64_t within_ms) {
  const std::uint64_t until = now_ms() + within_ms;
  while (true) {
    const std::uint64_t now = now_ms();
    if (now >= until || stopped()) return fail(ErrorCode::kTimeout, "no answer");
    tick();
    const auto message = channel_.receive(std::min(kSliceMs, until - now));
    if (message) return decode_admin_reply(*message);
    if (message.error().code != ErrorCode::kTimeout) return tl::unexpected(message.error());
  }
}

Result<AdminReply> Client::exchange(const AdminRequest& request, std::uint64_t within_ms) {
  last_id_ = last_id_.next();
  const Bytes message = encode(last_id_, request);
  const std::uint64_t until = now_ms() + within_ms;
  // A Watch is answered when there is news: silence does not mean that it was lost.
  const bool once = std::holds_alternative<Watch>(request);
  bool sent = false;
  while (true) {
    const Status sending = send_until(message, until);
    if (!sending && !sent) return tl::unexpected(sending.error());
    if (!sending) return fail(ErrorCode::kTimeout, kNoAnswer);
    sent = true;
    auto answer = answer_to(last_id_, once ? until : std::min(until, now_ms() + kAskAgainMs), once);
    if (answer || !is_away(answer.error())) return answer;
    if (once || stopped() || now_ms() >= until) return fail(ErrorCode::kTimeout, kNoAnswer);
  }
}

// In slices, so that a stop is noticed. Who has said no does not say yes by being asked again.
Status Client::send_until(ByteView message, std::uint64_t until_ms) {
  while (true) {
    const std::uint64_t now = now_ms();
    const std::uint64_t left = until_ms - std::min(until_ms, now);
    Status sent = channel_.send(message, std::min(kSliceMs, left));
    if (!sent) tick();
    const bool again = !sent && is_away(sent.error());
    if (!again || left <= kSliceMs || stopped()) return sent;
  }
}

Result<AdminReply> Client::answer_to(AdminRequestId id, std::uint64_t until_ms, bool of_watch) {
  while (true) {
    const std::uint64_t now = now_ms();
    if (now >= until_ms || stopped()) return fail(ErrorCode::kTimeout, kNoAnswer);
    tick();
    if (of_watch && std::exchange(hurried_, false)) return fail(ErrorCode::kTimeout, kNoAnswer);
    const auto message = channel_.receive(std::min(kSliceMs, until_ms - now));
    if (!message && message.error().code == ErrorCode::kTimeout) continue;
    if (!message) return tl::unexpected(message.error());
    auto decoded = decode_admin_reply(*message);
    if (!decoded) return fail("the coordinator's answer", decoded.error());
    // An answer to what was asked before, and answered already: it was asked twice.
    if (decoded->id == id) return std::move(decoded->reply);
  }
}

void Client::tick() const {
  if (tick_) tick_();
}

void Client::pause(std::uint64_t ms) {
  const std::uint64_t until = now_ms() + ms;
  for (std::uint64_t now = now_ms(); now < until && !stopped(); now = now_ms()) {
    tick();
    channel_.receive(std::min(kSliceMs, until - now));
  }
}

Result<AdminReply> Client::answered(AdminReply reply) {
  if (std::holds_alternative<QueryRefused>(reply)) return refusal(reply);
  return reply;
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
