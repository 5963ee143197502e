// CoordinatorCore: who is let in, and who may what. The one place between decoding and doing.
#include <fmt/format.h>

#include <algorithm>

#include "coordinator/core_impl.h"
#include "log/planted_bug.h"
#include "log/text.h"
#include "wire/limits.h"

namespace groupctl {
namespace {

/// What an issuer says of itself behind its name: the machine.
std::string_view machine_in(std::string_view claimed) {
  const std::size_t at = claimed.find('@');
  return at == std::string_view::npos ? std::string_view() : claimed.substr(at);
}

struct SetIssuer {
  std::string by;
  template <class Request>
  void operator()(Request& request) {
    if constexpr (requires { request.issuer; }) request.issuer = by;
  }
};

struct ClaimedIssuer {
  template <class Request>
  std::string operator()(const Request& request) const {
    if constexpr (requires { request.issuer; }) return request.issuer;
    return {};
  }
};

}  // namespace

std::optional<Error> CoordinatorCore::Impl::refusal_of(const Peer& peer, Verb verb) const {
  return Access::refusal(access_.caller(peer, group_now()), verb);
}

bool CoordinatorCore::Impl::is_let_in(const Peer& peer) const {
  return access_.caller(peer, group_now()).standing == Standing::kAccepted;
}

/// Others learn nothing of this group on the member plane, not even its log id.
bool CoordinatorCore::Impl::is_member(const Peer& peer) const {
  const Caller caller = access_.caller(peer, group_now());
  return caller.trusted ||
         (caller.role == KeyRole::kMember && caller.standing == Standing::kAccepted);
}

LocalTime CoordinatorCore::Impl::local_of(GroupTime time) const {
  const std::uint64_t ahead = time.value - std::min(time.value, time_base_.value);
  return LocalTime(started_.value + ahead);
}

/// A member speaks in its own name alone.
std::optional<Error> CoordinatorCore::Impl::check_name(const Peer& peer,
                                                       const std::string& name) const {
  const Caller caller = access_.caller(peer, group_now());
  if (caller.trusted || caller.name == name) return std::nullopt;
  if (planted(PlantedBug::kNameNotBoundToKey)) return std::nullopt;
  return Error{ErrorCode::kRefused, fmt::format("this key is of {}, not of {}", caller.name, name)};
}

/// It joins in that name, too, and with its own server alone: another member's session would end.
std::optional<Error> CoordinatorCore::Impl::check_identity(const Peer& peer,
                                                           const Join& join) const {
  if (auto refused = check_name(peer, join.name)) return refused;
  const MemberRow* row = sequencer_.roster().find_server(join.server_id);
  if (row == nullptr || !check_name(peer, row->name)) return std::nullopt;
  return Error{ErrorCode::kRefused, fmt::format("this server is the member {}", row->name)};
}

std::optional<Error> CoordinatorCore::Impl::identity_refusal(const Peer& peer,
                                                             const MemberMessage& message) const {
  if (const auto* hello = std::get_if<Hello>(&message)) return check_name(peer, hello->name);
  const auto* join = std::get_if<Join>(&message);
  return join == nullptr ? std::nullopt : check_identity(peer, *join);
}

bool CoordinatorCore::Impl::admitted(const FromMember& event) {
  const Verb verb = verb_of(event.message);
  std::optional<Error> refused = refusal_of(event.peer, verb);
  if (!refused) refused = identity_refusal(event.peer, event.message);
  if (!refused) return true;
  audit(event.peer, std::string(to_word(verb)), &*refused);
  // One of another group learns nothing of this one: not even its log id.
  const bool stranger = !planted(PlantedBug::kStrangersToldTheLog);
  output_.to_members.push_back({event.peer, Refused{refused->code, refused->text}, stranger});
  return false;
}

/// Whoever submits is called by its key, whatever it says.
bool CoordinatorCore::Impl::admitted(FromAdmin& event) {
  const Verb verb = verb_of(event.request.request);
  const std::optional<Error> refused = refusal_of(event.peer, verb);
  if (!refused) {
    remember_asked(event.peer, event.request);
    const std::string claimed = std::visit(ClaimedIssuer(), event.request.request);
    std::visit(SetIssuer{issuer_of(event.peer, claimed)}, event.request.request);
    return true;
  }
  audit_refused(event, *refused);
  const bool submit = verb == Verb::kSubmit;
  output_.to_admins.push_back({event.peer, event.request.id,
                               submit ? AdminReply(SubmitRefused{refused->code, refused->text})
                                      : AdminReply(QueryRefused{refused->code, refused->text})});
  return false;
}

std::string CoordinatorCore::Impl::issuer_of(const Peer& peer, const std::string& claimed) const {
  const Caller caller = access_.caller(peer, group_now());
  if (caller.trusted) return claimed;
  return std::string(cut_text(caller.name + std::string(machine_in(claimed)), kMaxTextBytes));
}

// ---- asking to be let in

void CoordinatorCore::Impl::on_message(const Peer& peer, const Enrol& asked) {
  enrol(peer, std::nullopt, asked, KeyRole::kMember);
}
void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id, const Enrol& asked) {
  enrol(peer, id, asked, KeyRole::kReader);
}
void CoordinatorCore::Impl::on_message(const Peer& peer, const RotateKey& asked) {
  rotate(peer, std::nullopt, asked);
}
void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const RotateKey& asked) {
  rotate(peer, id, asked);
}

void CoordinatorCore::Impl::enrol(const Peer& peer, std::optional<AdminRequestId> id,
                                  const Enrol& asked, KeyRole role) {
  const bool any_group = id && asked.group.empty();
  const std::string& meant = any_group ? config_.group : asked.group;
  if (auto refused = check_greeting(asked.protocol, meant)) {
    return refuse_key(peer, id, Verb::kEnrol, *refused);
  }
  if (auto full = no_room_for(kKeyAsked)) return refuse_key(peer, id, Verb::kEnrol, *full);
  const std::uint32_t pending = access_.pending();
  RowChanges rows;
  auto enrolled = access_.enrol(peer, asked, role, group_now(), rows);
  if (!enrolled) return refuse_key(peer, id, Verb::kEnrol, enrolled.error());
  if (access_.pending() > pending) {
    note(NoteLevel::kInfo, "asks to be let in",
         {{"name", asked.name}, {"key", fingerprint(asked.key)}, {"address", peer.address}});
  }
  const bool let_in = enrolled->state == KeyState::kAccepted;
  const bool changed = keys_changed(std::move(rows));
  KeyWaits waits{peer, id, Verb::kEnrol, *enrolled, subject_of(asked)};
  if (!let_in) return answer_key(waits);
  answer_when_written(std::move(waits), asked.key, changed);
}

void CoordinatorCore::Impl::rotate(const Peer& peer, std::optional<AdminRequestId> id,
                                   const RotateKey& asked) {
  if (auto full = no_room_for(kKeyAsked)) return refuse_key(peer, id, Verb::kRotateKey, *full);
  RowChanges rows;
  auto rotated = access_.rotate(peer, asked, group_now(), rows);
  if (!rotated) return refuse_key(peer, id, Verb::kRotateKey, rotated.error());
  const bool changed = keys_changed(std::move(rows));
  answer_when_written({peer, id, Verb::kRotateKey, *rotated, subject_of(asked)}, asked.key,
                      changed);
}

std::optional<Error> CoordinatorCore::Impl::no_room_for(KeyAnswer kind) const {
  if (key_answers_[kind] < config_.bounds.key_answers) return std::nullopt;
  if (planted(PlantedBug::kKeyAnswersWithoutBound)) return std::nullopt;
  return Error{ErrorCode::kBusy, "too many answers about keys are waiting; try again"};
}

/// What has not changed just now may be durable already, or on its way.
void CoordinatorCore::Impl::answer_when_written(KeyWaits waits, const PublicKey& key,
                                                bool changed) {
  const RowKey row = key_row(key);
  if (!changed && !ledger_rows_.contains(row) && !keys_in_commit_.contains(row)) {
    return answer_key(waits);
  }
  urgent_rows_ = true;
  ++key_answers_[kind_of(waits)];
  key_waits_.push_back(std::move(waits));
}

void CoordinatorCore::Impl::answer_key(const KeyWaits& waits) {
  if (const auto* info = std::get_if<KeyInfo>(&waits.reply)) {
    return answer(waits.peer, *waits.id, *info);
  }
  const auto& enrolled = std::get<Enrolled>(waits.reply);
  if (waits.id) return answer(waits.peer, *waits.id, enrolled);
  audit(waits.peer, std::string(to_word(waits.verb)), nullptr, waits.about);
  if (enrolled.state != KeyState::kAccepted) output_.audit.back().result = to_word(enrolled.state);
  // Who asks is no member yet.
  output_.to_members.push_back({waits.peer, enrolled, true});
}

void CoordinatorCore::Impl::refuse_key(const Peer& peer, std::optional<AdminRequestId> id,
                                       Verb verb, const Error& error) {
  if (id) return answer(peer, *id, QueryRefused{error.code, error.text});
  audit(peer, std::string(to_word(verb)), &error);
  output_.to_members.push_back({peer, Refused{error.code, error.text}, true});
}

// ---- what operators say of keys

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const KeysQuery& query) {
  KeysReply reply;
  std::size_t bytes = 0;
  auto key = access_.keys().upper_bound(query.after);
  for (; key != access_.keys().end() && reply.rows.size() < kMaxPageRows; ++key) {
    bytes += message_size(key->second);
    if (bytes > kPageBudgetBytes) break;
    reply.rows.push_back(key->second);
  }
  reply.more = key != access_.keys().end();
  answer(peer, id, std::move(reply));
}

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const ChangeKey& change) {
  if (auto full = no_room_for(kKeyRuled)) return refuse_key(peer, id, Verb::kChangeKey, *full);
  RowChanges rows;
  auto changed_key = access_.change(change, change.issuer, group_now(), rows);
  if (!changed_key) return refuse_key(peer, id, Verb::kChangeKey, changed_key.error());
  note(NoteLevel::kInfo, "key",
       {{"name", changed_key->name},
        {"key", fingerprint(changed_key->key)},
        {"role", to_word(changed_key->role)},
        {"state", to_word(changed_key->state)},
        {"by", change.issuer}});
  const bool changed = keys_changed(std::move(rows));
  answer_when_written({peer, id, Verb::kChangeKey, *std::move(changed_key), {}}, change.key,
                      changed);
}

/// Whether they have: what is asked again changes nothing, and costs no commit.
bool CoordinatorCore::Impl::keys_changed(RowChanges rows) {
  if (rows.empty()) return false;
  rows.merge(ledger_rows_);  // the newer word stays
  ledger_rows_ = std::move(rows);
  urgent_rows_ = true;
  ++change_;
  if (cut_off_at_ != access_.let_in_changes()) cut_off();
  return true;
}

void CoordinatorCore::Impl::expire_keys() {
  RowChanges rows;
  access_.expire(group_now(), rows);
  keys_changed(std::move(rows));
}

/// A session is of a member's key, under the name that the key has.
bool CoordinatorCore::Impl::holds(const MemberSession& session) const {
  const MemberRow* row = sequencer_.roster().find(session.member);
  return is_member(session.peer) && (row == nullptr || !check_name(session.peer, row->name));
}

/// Nobody whose key is not let in any more, or not as before, has a session or waits for anything;
/// an operator who waits is told.
void CoordinatorCore::Impl::cut_off() {
  cut_off_at_ = access_.let_in_changes();
  if (access_.open()) return;
  std::vector<const MemberSession*> over;
  for (const auto& [number, session] : sessions_->all()) {
    if (!holds(session)) over.push_back(&session);
  }
  for (const MemberSession* session : over) {
    note(NoteLevel::kWarn, "cut off", {{"member_id", session->member}});
    changed(session->member);
    session_ends(session->number);
    sessions_->close(session->number);
  }
  std::erase_if(watchers_, [&](const Watcher& watcher) {
    const auto refused = refusal_of(watcher.peer, Verb::kWatch);
    if (refused) answer(watcher.peer, watcher.id, QueryRefused{refused->code, refused->text});
    return refused.has_value();
  });
  std::erase_if(challenges_, [&](const auto& one) {
    return !is_member(one.second.newcomer) || check_name(one.second.newcomer, one.second.join.name);
  });
}

/// What was under way for a key that is cut off ends here. Only that it is so may be said: to an
/// admin what became of its own key, when it has ended that, and to a token that it has let in
/// somebody: by its last use it has gone.
void CoordinatorCore::Impl::say_nothing_to_strangers() {
  if (access_.open()) return;
  std::erase_if(output_.to_members, [&](const ToMember& message) {
    const bool says_so = message.stranger && (std::holds_alternative<Refused>(message.reply) ||
                                              std::holds_alternative<Enrolled>(message.reply));
    return !says_so && !is_let_in(message.peer);
  });
  std::erase_if(output_.to_admins, [&](const ToAdmin& message) {
    const auto* query = std::get_if<QueryRefused>(&message.reply);
    const auto* submit = std::get_if<SubmitRefused>(&message.reply);
    const auto* own = std::get_if<KeyInfo>(&message.reply);
    const bool says_so = (own != nullptr && own->key == message.peer.key) ||
                         (query != nullptr && query->code == ErrorCode::kKeyRefused) ||
                         (submit != nullptr && submit->code == ErrorCode::kKeyRefused) ||
                         std::holds_alternative<Enrolled>(message.reply);
    return !says_so && !is_let_in(message.peer);
  });
}

}  // namespace groupctl
