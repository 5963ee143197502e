// An admin in a simulated world: submits, asks again until answered, and keeps its own record.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/world/stage.h"
#include "wire/admin_messages.h"

namespace groupctl::sim {

/// What an admin knows of one request.
struct SentRequest {
  Submit submit;
  std::uint32_t tries = 0;
  bool said_unknown = false;         ///< it was once answered so
  std::optional<AdminReply> answer;  ///< Accepted, SubmitRefused
  std::uint64_t generation = 0;      ///< Truth's, when that was said
};

class AdminNode {
 public:
  AdminNode(Stage& stage, NodeId node, std::string name);

  /// Its own, which is let in for good; before it says anything.
  void set_key(const PublicKey& key);
  const PublicKey& key() const { return key_; }

  /// Asked again each `ms` until answered; 0: only when told.
  void set_retry_ms(Millis ms) { retry_ms_ = ms; }
  /// One request at a time is under way, the others wait. The index in requests().
  std::size_t submit(std::vector<SubmittedCommand> commands, bool force = false);
  /// The same request once more, answered or not: the answer must be the same.
  void ask_again(std::size_t index);
  /// As `--id KEY` does: later requests are number 1, 2 ... of this client.
  void set_client(ClientId client);
  /// Changes what a request says without changing its id, as a wrong use of `--id` would.
  SentRequest& request(std::size_t index) { return requests_[index]; }

  const std::deque<SentRequest>& requests() const { return requests_; }
  const std::string& name() const { return name_; }
  bool was_accepted(std::size_t index) const {
    const auto& answer = requests_[index].answer;
    return answer && std::holds_alternative<Accepted>(*answer);
  }
  bool all_answered() const { return next_ >= requests_.size(); }
  /// What came last, whatever it was.
  const std::optional<AdminReply>& last_reply() const { return last_reply_; }
  void forget_last_reply() { last_reply_.reset(); }

 private:
  void connect();
  void take(ByteView bytes);
  void answer(std::size_t index, const AdminReply& reply);
  bool stands(const SentRequest& request) const;
  void check_repeat(const SentRequest& request, const AdminReply& reply);
  void send_next();
  void send(std::size_t index);
  void say(const AdminRequest& request, std::size_t index);

  Stage& stage_;
  NodeId node_;
  std::string name_;
  PublicKey key_;
  std::optional<ClientId> client_;
  std::uint64_t next_number_ = 1;
  std::uint64_t next_id_ = 1;
  std::map<AdminRequestId, std::size_t> asked_;
  std::deque<SentRequest> requests_;
  std::size_t next_ = 0;  // the first that is not answered
  Millis retry_ms_ = 0;
  std::optional<AdminReply> last_reply_;
};

}  // namespace groupctl::sim
