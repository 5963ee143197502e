#include "tests/simulation/world/admin_node.h"

#include "commands/system/system.h"
#include "tests/simulation/world/describe.h"

namespace groupctl::sim {

AdminNode::AdminNode(Stage& stage, NodeId node, std::string name)
    : stage_(stage), node_(node), name_(std::move(name)) {
  connect();
}

void AdminNode::set_key(const PublicKey& key) {
  key_ = key;
  connect();
}

void AdminNode::connect() {
  const auto refused = [this] { stage_.truth.broken("I12", name_ + " is not let in"); };
  stage_.net.connect(node_, Plane::kAdmin,
                     {[this](ByteView bytes) { take(bytes); }, nullptr, refused, key_});
}

void AdminNode::set_client(ClientId client) {
  client_ = client;
  next_number_ = 1;
}

std::size_t AdminNode::submit(std::vector<SubmittedCommand> commands, bool force) {
  SentRequest request;
  request.submit.force = force;
  request.submit.issuer = name_ + "@bastion";
  request.submit.commands = std::move(commands);
  requests_.push_back(std::move(request));
  if (next_ + 1 == requests_.size()) send_next();
  return requests_.size() - 1;
}

void AdminNode::ask_again(std::size_t index) { send(index); }

void AdminNode::send_next() {
  if (next_ < requests_.size()) send(next_);
}

void AdminNode::send(std::size_t index) {
  SentRequest& request = requests_[index];
  if (!client_) {
    say(AdminHello{}, index);
  } else {
    if (request.submit.first.number == 0) {
      request.submit.first = {*client_, next_number_};
      next_number_ += request.submit.commands.size();
    }
    ++request.tries;
    say(request.submit, index);
  }
  if (retry_ms_ == 0 || request.answer) return;
  stage_.queue.after(retry_ms_ + stage_.random.below(retry_ms_), [this, index] {
    if (requests_[index].answer) return;
    stage_.net.renew_session(node_);  // what it has sent before is no longer under way
    send(index);
  });
}

void AdminNode::say(const AdminRequest& request, std::size_t index) {
  const AdminRequestId id(next_id_++);
  asked_[id] = index;
  stage_.trace.add(stage_.queue.now(), name_, "sends", {}, [&] { return describe(request); });
  stage_.net.to_server(node_, encode(id, request));
}

void AdminNode::take(ByteView bytes) {
  auto message = decode_admin_reply(bytes);
  if (!message) return stage_.truth.broken("wire", message.error().text);
  stage_.trace.add(stage_.queue.now(), "coordinator -> " + name_, "", bytes,
                   [&] { return describe(message->reply); });
  auto asked = asked_.find(message->id);
  if (asked == asked_.end()) return;
  if (const auto* hello = std::get_if<HelloReply>(&message->reply)) {
    if (client_) return;
    client_ = ClientId{hello->now.value, stage_.random.below(UINT64_MAX)};
    return send(asked->second);
  }
  answer(asked->second, message->reply);
}

void AdminNode::answer(std::size_t index, const AdminReply& reply) {
  SentRequest& request = requests_[index];
  last_reply_ = reply;
  if (std::holds_alternative<SubmitUnknown>(reply)) {
    request.said_unknown = true;
    stage_.trace.sometimes("submit answered unknown");
    return;
  }
  // Whoever is busy has not looked at it: that says nothing of what became of another copy.
  const auto* refused = std::get_if<SubmitRefused>(&reply);
  if (refused != nullptr && refused->code == ErrorCode::kBusy) {
    return stage_.trace.sometimes("submit refused as busy");
  }
  if (stands(request)) return check_repeat(request, reply);
  const bool again = request.answer.has_value();  // what was lost is new once more
  request.generation = stage_.truth.generation();
  const auto* accepted = std::get_if<Accepted>(&reply);
  if (accepted != nullptr) stage_.truth.acknowledged(request.submit, *accepted);
  if (refused != nullptr && refused->code == ErrorCode::kTooOldToKnow) {
    stage_.truth.too_old_to_know(request.submit, again);
  } else if (refused != nullptr) {
    stage_.truth.refused(request.submit);
  }
  const auto& first = request.submit.commands.front();
  if (accepted != nullptr && !request.submit.force && evicted_by(first.kind, first.payload)) {
    stage_.trace.sometimes("lost member evicted");
  }
  if (accepted != nullptr && request.tries > 1) stage_.trace.sometimes("a retry was accepted");
  request.answer = reply;
  if (again || index != next_) return;
  ++next_;
  send_next();
}

/// Whether the first answer must be given again: nothing that it rests on was lost since.
bool AdminNode::stands(const SentRequest& request) const {
  if (!request.answer) return false;
  const auto* accepted = std::get_if<Accepted>(&*request.answer);
  return request.generation == stage_.truth.generation() ||
         (accepted != nullptr && accepted->last <= stage_.truth.kept());
}

void AdminNode::check_repeat(const SentRequest& request, const AdminReply& reply) {
  const auto* refusal = std::get_if<SubmitRefused>(&reply);
  if (refusal != nullptr && refusal->code == ErrorCode::kTooOldToKnow) return;
  const auto* before = std::get_if<Accepted>(&*request.answer);
  const auto* now = std::get_if<Accepted>(&reply);
  stage_.trace.sometimes("a repeated answer");
  if ((before == nullptr) != (now == nullptr)) {
    return stage_.truth.broken("I11", "one request was accepted and refused: " +
                                          describe(*request.answer) + ", then " + describe(reply));
  }
  if (before != nullptr && (before->first != now->first || before->last != now->last)) {
    stage_.truth.broken("I11", "one request has two sequences");
  }
}

}  // namespace groupctl::sim
