// How groupctl asks a coordinator: each request is asked again until it is answered.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "log/batch_error.h"
#include "wire/admin_messages.h"
#include "wire/question_messages.h"

namespace groupctl {

/// The way to the coordinator and back. It may lose messages, and nobody may be there.
class AdminChannel {
 public:
  virtual ~AdminChannel() = default;
  /// Waits at most so long for a connection. An error means that nothing was sent.
  virtual Status send(ByteView message, std::uint64_t timeout_ms) = 0;
  /// The next message. Errors: kTimeout; kUnreachable, once, when the connection was lost.
  virtual Result<Bytes> receive(std::uint64_t timeout_ms) = 0;
  /// Milliseconds of a clock that does not go back.
  virtual std::uint64_t now_ms() = 0;
};

/// After so long without news a Watch is asked anew, for all rows: the coordinator may have been
/// restarted, and with it the versions.
inline constexpr std::uint64_t kWatchAnewMs = 5000;

/// Nobody answers: it is worth asking again.
inline bool is_away(const Error& error) {
  return error.code == ErrorCode::kTimeout || error.code == ErrorCode::kUnreachable;
}

class Client {
 public:
  /// `stop` is asked at least ten times a second; once it is true every request ends with kTimeout,
  /// and stopped() tells it from silence.
  Client(AdminChannel& channel, std::function<bool()> stop)
      : channel_(channel), stop_(std::move(stop)) {}

  /// The same by another way to a coordinator.
  Client over(AdminChannel& channel) const { return {channel, stop_}; }

  /// From now on it greets, and submits to, this group alone; empty: whichever is there.
  void mean(std::string group) { group_ = std::move(group); }

  /// Whether a coordinator is there, and which. Errors: kUnreachable, also when something listens
  /// and does not answer; kUnsupported for another protocol; kWrongGroup.
  Result<HelloReply> hello(std::uint64_t within_ms);

  /// A question that changes nothing. Errors: kUnreachable, kTimeout; what a QueryRefused says. A
  /// Watch is asked once and ends with kTimeout when the connection is lost: ask anew.
  template <class Reply>
  Result<Reply> ask(const AdminRequest& request, std::uint64_t within_ms) {
    auto reply = exchange(request, within_ms);
    if (!reply) return tl::unexpected(reply.error());
    if (auto* wanted = std::get_if<Reply>(&*reply)) return std::move(*wanted);
    return refusal(*reply);
  }

  /// The same commands under the same request id, until there is a clear answer, so a lost answer
  /// or a coordinator that restarts meanwhile does no harm. Errors: what a SubmitRefused says;
  /// kUnreachable when it was never sent; kTimeout when it may or may not be in the log.
  BatchResult<Accepted> submit(const Submit& submit, std::uint64_t within_ms);

  /// A question that has answers of several kinds. Errors as for ask().
  Result<AdminReply> question(const AdminRequest& request, std::uint64_t within_ms);

  /// Questions that overlap, so that one without an answer keeps no other waiting: what came of
  /// each, in their order. Errors as for question().
  std::vector<Result<AdminReply>> questions(const std::vector<AdminRequest>& requests,
                                            std::uint64_t within_ms);

  /// For requests that overlap: sends one and does not wait for its answer. Error: kUnreachable.
  Result<AdminRequestId> post(const AdminRequest& request, std::uint64_t within_ms);
  /// The next answer, to whatever was asked. Errors: kTimeout; kUnreachable when the connection was
  /// lost.
  Result<IdentifiedReply> next_answer(std::uint64_t within_ms);

  /// Called about ten times a second while an answer or a connection is waited for; from within it
  /// nothing may be asked.
  void on_tick(std::function<void()> tick) { tick_ = std::move(tick); }
  /// From a tick: the Watch that is waited for, or else the next one, ends with kTimeout.
  void hurry() { hurried_ = true; }
  /// From a tick: as though it had been stopped.
  void end() { ended_ = true; }
  bool stopped() const { return ended_ || stop_(); }
  std::uint64_t now_ms() { return channel_.now_ms(); }
  /// Waits so long, or until it is stopped; answers that come meanwhile are of questions asked
  /// twice.
  void pause(std::uint64_t ms);

 private:
  Result<AdminReply> exchange(const AdminRequest& request, std::uint64_t within_ms);
  Status send_until(ByteView message, std::uint64_t until_ms);
  Result<AdminReply> answer_to(AdminRequestId id, std::uint64_t until_ms, bool of_watch = false);
  void tick() const;
  static Result<AdminReply> answered(AdminReply reply);
  static tl::unexpected<Error> refusal(const AdminReply& reply);

  AdminChannel& channel_;
  std::function<bool()> stop_;
  std::function<void()> tick_;
  std::string group_;
  AdminRequestId last_id_;
  bool hurried_ = false;
  bool ended_ = false;
};

/// The id of a run of groupctl: the coordinator's group time at HELLO and 64 random bits.
ClientId drawn_client_id(GroupTime hello, std::uint64_t random);
/// The id that `--id KEY` stands for: a hash of the key, so that a retry on another machine has it.
ClientId keyed_client_id(std::string_view key);

}  // namespace groupctl
