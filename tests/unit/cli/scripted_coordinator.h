// A coordinator for tests: answers by a script, on a clock that only waiting moves.
#pragma once

#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "cli/client.h"

namespace groupctl {

class ScriptedCoordinator : public AdminChannel {
 public:
  /// Answers to one request; none: it is lost, or nobody is there to hear it.
  using Script = std::function<std::vector<AdminReply>(const AdminRequest&)>;

  explicit ScriptedCoordinator(Script script) : script_(std::move(script)) {}

  Status send(ByteView message, std::uint64_t timeout_ms) override {
    if (!reachable) {
      now_ms_ += timeout_ms;
      return fail(ErrorCode::kUnreachable, "nobody answered");
    }
    auto decoded = decode_admin_request(message);
    GROUPCTL_INVARIANT(decoded.has_value(), "the client sent bytes that are no request");
    requests.push_back(decoded->request);
    lost_ = requests.size() == lost_after_sending;
    for (const AdminReply& reply : script_(decoded->request)) {
      replies_.push_back(encode(decoded->id, reply));
    }
    return {};
  }

  Result<Bytes> receive(std::uint64_t timeout_ms) override {
    if (std::exchange(lost_, false))
      return fail(ErrorCode::kUnreachable, "the connection was lost");
    if (replies_.empty()) {
      now_ms_ += timeout_ms;
      return fail(ErrorCode::kTimeout, "no answer");
    }
    Bytes reply = std::move(replies_.front());
    replies_.pop_front();
    return reply;
  }

  std::uint64_t now_ms() override { return now_ms_; }

  template <class Request>
  std::vector<Request> requests_of() const {
    std::vector<Request> found;
    for (const AdminRequest& request : requests) {
      if (const auto* wanted = std::get_if<Request>(&request)) found.push_back(*wanted);
    }
    return found;
  }

  bool reachable = true;
  /// The connection is lost once, after so many messages; 0: never.
  std::size_t lost_after_sending = 0;
  std::vector<AdminRequest> requests;

 private:
  Script script_;
  bool lost_ = false;
  std::deque<Bytes> replies_;
  std::uint64_t now_ms_ = 1000;
};

inline HelloReply hello_reply() {
  HelloReply hello;
  hello.product = "0.1.0";
  hello.group = "shop";
  hello.epoch = Epoch(3);
  hello.now = GroupTime(1'795'257'676'201);
  return hello;
}

inline LedgerRow ledger_row(std::uint64_t id, std::string name, Outcome outcome,
                            std::string step = {}, std::string text = {}) {
  LedgerRow row;
  row.member = MemberId(id);
  row.name = std::move(name);
  row.outcome = outcome;
  row.step = std::move(step);
  row.text = std::move(text);
  return row;
}

}  // namespace groupctl
