// What a coordinator hears, and the judge beside it: I12, F40.
#include "coordinator/access.h"
#include "tests/simulation/world/coordinator_node.h"
#include "tests/simulation/world/describe.h"

namespace groupctl::sim {
namespace {

constexpr std::size_t kOnTape = 200;

std::string_view to_word(Barred barred) {
  switch (barred) {
    case Barred::kNo:
      return "nothing is wrong with it";
    case Barred::kKey:
      return "refused by its key";
    case Barred::kRole:
      return "refused by its role";
    case Barred::kName:
      return "refused by its name";
    case Barred::kServer:
      return "refused by its server";
    case Barred::kGroup:
      return "refused for another group's server";
  }
  return "";
}

/// All of a core that can be seen from outside at a moment.
struct View {
  explicit View(const CoordinatorCore& core)
      : head(core.durable_head()),
        state(core.speculative_state().digest()),
        status(core.status()),
        admissions(core.admissions()) {
    for (const CoreSize& one : core.sizes()) sizes.push_back(one.size);
    for (const MemberRow& row : roster(core.speculative_state())) {
      members.emplace_back(row, core.marks_of(row.id));
    }
  }
  bool operator==(const View&) const = default;

  using Members = std::vector<std::pair<MemberRow, std::optional<Watermarks>>>;
  Members members_but(const std::string& name) const {
    Members others = members;
    std::erase_if(others, [&](const auto& one) { return one.first.name == name; });
    return others;
  }

  LogHead head;
  Hash state;
  StatusReply status;
  std::shared_ptr<const Admissions> admissions;
  std::vector<std::size_t> sizes;
  Members members;
};

/// What an output does besides saying no to `peer`; empty: nothing.
std::string effect_of(const CoordinatorOutput& output, const Peer& peer, bool is_member) {
  if (output.commit) return "a commit";
  if (!output.roster.empty()) return "a change of the roster";
  if (output.admit) return "a change of who is let in";
  if (!output.to_process.empty()) return "something for the process";
  if (!output.publish.empty()) return "a publication";
  if (!output.reads.empty()) return "a read";
  if (!output.repository.empty()) return "something for the repository";
  if (output.exit) return "the end of the process";
  for (const ToMember& one : output.to_members) {
    if (one.peer != peer) return "something said to another member";
    if (!std::holds_alternative<Refused>(one.reply)) return "more than a refusal";
    if (!one.stranger && !is_member) return "a refusal that says which history this is";
  }
  for (const ToAdmin& one : output.to_admins) {
    if (one.peer != peer) return "something said to another operator";
    const bool refused = std::holds_alternative<SubmitRefused>(one.reply) ||
                         std::holds_alternative<QueryRefused>(one.reply);
    if (!refused) return "more than a refusal";
  }
  return {};
}

}  // namespace

Peer CoordinatorNode::open_door(const std::string& name, const PublicKey& key, Listener listener) {
  Peer peer{"door of " + name, key, "sim"};
  doors_[peer.routing_id] = std::move(listener);
  return peer;
}

void CoordinatorNode::hear_at_door(Plane plane, const Peer& peer, ByteView bytes) {
  if (!up()) return;
  if (plane == Plane::kMember) return hear_member(peer, bytes);
  hear_admin(peer, bytes);
}

void CoordinatorNode::keep_on_tape(Plane plane, const Peer& peer, ByteView bytes) {
  if (defaults_.open || is_suspect(peer)) return;
  tape_.push_back({plane, copy_bytes(bytes)});
  if (tape_.size() > kOnTape) tape_.pop_front();
}

/// Before anything is decoded, as the shell does.
bool CoordinatorNode::passes(Quota& quota, const QuotaLimits& limits, const Peer& peer,
                             ByteView bytes) {
  const bool pass = quota.ask(ticker_.local_now(), peer, limits, bytes.size()).pass;
  if (!pass && is_suspect(peer)) stage_.trace.sometimes("hostile: more than a peer may send");
  if (!pass && !is_suspect(peer)) stage_.trace.sometimes("more than a peer may send");
  return pass;
}

void CoordinatorNode::hear_member(const Peer& peer, ByteView bytes) {
  if (!passes(member_quota_, member_limits_, peer, bytes)) return;
  keep_on_tape(Plane::kMember, peer, bytes);
  auto message = decode_member_message(bytes);
  if (!message) {
    if (!is_suspect(peer)) return stage_.truth.broken("wire", message.error().text);
    settle();
    return step_without_effect(BadFromMember{peer, message.error()}, peer, {});
  }
  const auto judge = [&] {
    return keys_.judge(peer, *message, group_now_, core_->speculative_state());
  };
  const auto text = [&] { return describe(*message); };
  Barred barred = judge();
  if (is_suspect(peer) || barred != Barred::kNo) {
    settle();
    if (!up()) return;
    barred = judge();
  }
  std::string other_group = claimed_by_others(peer, *message);
  if (barred == Barred::kNo && !other_group.empty()) barred = Barred::kGroup;
  if (barred != Barred::kNo) {
    return step_without_effect(FromMember{peer, *std::move(message), std::move(other_group)}, peer,
                               text(), barred);
  }
  stage_.trace.add(stage_.queue.now(), "coordinator hears", peer.routing_id, bytes, text);
  keys_.said(peer, *message);
  const KeyInfo* info = keys_.find(peer.key);
  if (info != nullptr && info->until && info->role == KeyRole::kMember) {
    stage_.trace.sometimes("a key that was replaced is used");
  }
  if (is_suspect(peer)) return step_with_own_effects(FromMember{peer, *std::move(message)}, peer);
  hears_from(peer, *message);
  step(FromMember{peer, *std::move(message)});
}

/// As the shell does.
std::string CoordinatorNode::claimed_by_others(const Peer& peer, const MemberMessage& message) {
  const Join* join = std::get_if<Join>(&message);
  if (registry_ == nullptr || join == nullptr || join->group != group()) return {};
  if (!core_->may(peer, message)) return {};
  return registry_->claim(ticker_.local_now(), group(), join->server_id).value_or("");
}

void CoordinatorNode::hear_noise(const Peer& peer) {
  if (!up()) return;
  settle();
  step_without_effect(BadFromMember{peer, {ErrorCode::kInvalid, ""}}, peer, {});
}

void CoordinatorNode::note_roster(const std::vector<RosterChange>& changes) {
  for (const RosterChange& change : changes) {
    if (change.joined) {
      servers_[change.member] = *change.joined;
    } else {
      servers_.erase(change.member);
    }
    if (registry_ == nullptr) continue;
    if (change.joined) {
      registry_->joined(group(), change.member, *change.joined);
    } else {
      registry_->left(group(), change.member);
    }
  }
}

/// As at a start of the process or of this group.
void CoordinatorNode::register_all() {
  servers_.clear();
  if (registry_ != nullptr) registry_->forget(group());
  std::vector<RosterChange> all;
  for (const MemberRow& row : roster(core_->speculative_state())) {
    all.push_back({row.id, row.server_id});
  }
  note_roster(all);
}

void CoordinatorNode::hear_admin(const Peer& peer, ByteView bytes) {
  if (!passes(admin_quota_, kAdminQuota, peer, bytes)) return;
  keep_on_tape(Plane::kAdmin, peer, bytes);
  auto request = decode_admin_request(bytes);
  if (!request) {
    if (!is_suspect(peer)) stage_.truth.broken("wire", request.error().text);
    return;
  }
  const auto text = [&] { return describe(request->request); };
  const auto judge = [&] { return keys_.judge(peer, request->request, group_now_); };
  Barred barred = judge();
  if (is_suspect(peer) || barred != Barred::kNo) {
    settle();
    if (!up()) return;
    barred = judge();
  }
  if (barred != Barred::kNo) {
    return step_without_effect(FromAdmin{peer, *std::move(request)}, peer, text(), barred);
  }
  stage_.trace.add(stage_.queue.now(), "coordinator hears", peer.routing_id, bytes, text);
  keys_.said(peer, request->request);
  // What an operator submits may be about any member.
  const bool rules = std::holds_alternative<Submit>(request->request);
  FromAdmin event{peer, *std::move(request)};
  if (is_suspect(peer) && !rules) return step_with_own_effects(std::move(event), peer);
  step(std::move(event));
}

/// Whatever is due is done, so that what comes of the next event is that event's doing.
void CoordinatorNode::settle() {
  for (int i = 0; i < 2; ++i) step(CoordinatorTick{});
}

/// I12: nothing comes of it but a no, which says nothing of this group.
void CoordinatorNode::step_without_effect(CoordinatorEvent event, const Peer& peer,
                                          const std::string& text, Barred barred) {
  if (!up()) return;
  const std::string how(barred == Barred::kNo ? "noise" : to_word(barred));
  stage_.trace.sometimes(is_suspect(peer) ? "hostile: " + how : "cut off: " + how);
  stage_.trace.aside(stage_.queue.now(), "coordinator hears", peer.routing_id + ", " + how,
                     [&] { return text; });
  const bool mute = mutes_ && is_suspect(peer) && barred != Barred::kNo;
  if (mute) event = BadFromMember{peer, {ErrorCode::kInvalid, ""}};
  const View before(*core_);
  CoordinatorOutput output = core_->step(ticker_.local_now(), std::move(event));
  ticker_.wake_at(core_->next_tick());
  std::string effect = effect_of(output, peer, keys_.is_member(peer));
  if (effect.empty() && !(before == View(*core_))) effect = "another state";
  if (!effect.empty()) stage_.truth.broken("I12", peer.routing_id + ", " + how + ": " + effect);
  output.notes.clear();
  carry_out(std::move(output));
}

/// F40, F32: what a key that is let in says of sessions and entries that are not its own.
void CoordinatorNode::note_hostile(const CoordinatorEvent& event) {
  const auto* said = std::get_if<FromMember>(&event);
  const auto* ack = said == nullptr ? nullptr : std::get_if<Ack>(&said->message);
  if (ack == nullptr) return;
  const bool future = ack->marks.received > core_->durable_head().last;
  if (future || ack->marks.executed > ack->marks.received) {
    stage_.trace.sometimes("hostile: a false ack");
  }
}

/// F40: whoever is let in has effects on what is its own.
void CoordinatorNode::step_with_own_effects(CoordinatorEvent event, const Peer& peer) {
  if (!up()) return;
  const KeyInfo* info = keys_.find(peer.key);
  const std::string own = info != nullptr ? info->name : std::string();
  const auto before = View(*core_).members_but(own);
  note_hostile(event);
  step(std::move(event));
  if (!up() || before == View(*core_).members_but(own)) return;
  stage_.truth.broken("I12", peer.routing_id + " has changed what is not its own");
}

}  // namespace groupctl::sim
