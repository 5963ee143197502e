// CoordinatorCore: what operators ask of single members. Nothing here touches the log or the state.
#include <fmt/format.h>

#include "coordinator/core_impl.h"

namespace groupctl {

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id, const MemberAsk& ask) {
  const auto& rows = sequencer_.roster().rows();
  const auto row = rows.find(ask.member);
  if (row == rows.end()) {
    return answer(peer, id,
                  QueryRefused{ErrorCode::kNotFound,
                               fmt::format("no member has the id {}", ask.member.value)});
  }
  const MemberSession* session = sessions_->of(ask.member);
  if (session == nullptr || !sessions_->live(ask.member, now_)) {
    return answer(peer, id,
                  QueryRefused{ErrorCode::kUnknownSession, row->second.name + " is not here"});
  }
  if (relay_.waits({peer, id})) return;
  if (relay_.full()) {
    return answer(peer, id,
                  QueryRefused{ErrorCode::kBusy, "too many questions to members are open"});
  }
  const bool changes = verb_of(AdminRequest(ask)) == Verb::kAskChange;
  const std::uint64_t token = relay_.open({peer, id, changes}, session->number, now_);
  to_member(session->peer, MemberQuestion{token, ask.question});
}

void CoordinatorCore::Impl::on_message(const Peer& peer, const MemberAnswer& message) {
  const MemberSession* session = session_of(peer, message.session);
  if (session == nullptr) return;
  if (auto asker = relay_.answered(message.token, session->number)) {
    // What else was asked under this id meanwhile is not what the member was asked.
    const Verb verb = asker->changes ? Verb::kAskChange : Verb::kAskLook;
    asked_.insert_or_assign({asker->peer, asker->id}, Asked{verb, {}});
    answer(asker->peer, asker->id, MemberAnswered{message.bytes});
  }
}

void CoordinatorCore::Impl::give_up_questions() {
  for (const Relay::Asker& asker : relay_.expired(now_)) {
    answer(asker.peer, asker.id,
           QueryRefused{
               ErrorCode::kUnknownSession,
               fmt::format("the member has not answered within {} s", relay_.within_ms() / 1000)});
  }
}

}  // namespace groupctl
