// CoordinatorCore: two that want one place. The one that has it is asked whether it is still there.
#include "coordinator/core_impl.h"

namespace groupctl {

/// True when an open session stands in the way and has been asked whether it is still there.
bool CoordinatorCore::Impl::challenged(const Peer& peer, const Join& join) {
  if (const MemberSession* old = sessions_->of_server(join.server_id)) {
    const bool replaces = join.incarnation > old->incarnation ||
                          (join.incarnation == old->incarnation && old->peer == peer);
    if (!replaces && sessions_->live(old->member, now_)) {
      challenge(peer, join, *old);
      return true;
    }
  }
  const MemberRow* named = sequencer_.roster().find_name(join.name);
  if (named == nullptr || named->server_id == join.server_id) return false;
  const MemberSession* old = sessions_->of(named->id);
  if (old == nullptr || !sessions_->live(named->id, now_)) return false;
  challenge(peer, join, *old);
  return true;
}

void CoordinatorCore::Impl::challenge(const Peer& peer, const Join& join,
                                      const MemberSession& old) {
  if (challenges_.size() >= config_.bounds.challenges && !challenges_.contains(join.server_id)) {
    return refuse(peer, {ErrorCode::kBusy, "too many ask for a place that is taken; try again"},
                  join.name);
  }
  auto [found, added] = challenges_.try_emplace(join.server_id);
  Challenge& one = found->second;
  if (!added && one.old_session == old.number) {
    one.newcomer = peer;  // it repeats itself: the probe is out already
    one.join = join;
    return;
  }
  one = {peer, join, old.number, LocalTime(now_.value + config_.heartbeat_interval_ms)};
  to_member(old.peer, Probe{++next_nonce_});
}

void CoordinatorCore::Impl::expire_challenges() {
  std::vector<Challenge> silent;
  std::erase_if(challenges_, [&](const auto& entry) {
    if (now_ < entry.second.until) return false;
    silent.push_back(entry.second);
    return true;
  });
  for (const Challenge& one : silent) {
    // While it waited its server may have become another member.
    if (const auto refused = check_identity(one.newcomer, one.join)) {
      refuse(one.newcomer, *refused, one.join.name);
      continue;
    }
    if (const MemberSession* old = sessions_->find(one.old_session)) {
      session_ends(old->number);
      sessions_->close(old->number);
    }
    look_at(one.newcomer, one.join);
  }
}

void CoordinatorCore::Impl::on_message(const Peer& peer, const ProbeReply& reply) {
  MemberSession* session = session_of(peer, reply.session);
  if (session == nullptr) return;
  for (auto one = challenges_.begin(); one != challenges_.end();) {
    if (one->second.old_session != reply.session) {
      ++one;
      continue;
    }
    const Join& join = one->second.join;
    const bool same_server = join.server_id == session->server_id;
    refuse(one->second.newcomer,
           {ErrorCode::kConflict,
            same_server ? "member " + join.name + " is here already with this server id"
                        : "the name " + join.name + " belongs to a member that is here"},
           join.name);
    one = challenges_.erase(one);
  }
}

}  // namespace groupctl
