// CoordinatorCore: what members say within a session.
#include <fmt/format.h>

#include <algorithm>

#include "commands/system/system.h"
#include "coordinator/core_impl.h"

namespace groupctl {
std::string CoordinatorCore::Impl::lag_text(const Sluggish::Lag& lag) {
  return fmt::format("behind by {} entries, without what was the head {:.1f} s before", lag.entries,
                     static_cast<double>(lag.ms) / 1000);
}

/// nullptr, and told to join again or that it was evicted, when it has no session here.
MemberSession* CoordinatorCore::Impl::session_of(const Peer& peer, SessionNumber number) {
  MemberSession* session = sessions_->find(number, peer);
  if (session == nullptr) {
    const auto evicted = evicted_sessions_.find(number);
    if (evicted != evicted_sessions_.end()) {
      to_member(peer, Evicted{number, evicted->second});
    } else {
      to_member(peer, Rejoin{"no such session"});
    }
    return nullptr;
  }
  const bool was_lost = !sessions_->live(session->member, now_);
  session->heard = now_;
  if (was_lost) changed(session->member);
  return session;
}

void CoordinatorCore::Impl::on_message(const Peer& peer, const Ack& ack) {
  MemberSession* session = session_of(peer, ack.session);
  if (session == nullptr) return;
  if (ack.asks) to_member(peer, Heard{});
  const Sequence published = std::max(published_.head, sequencer_.durable().last);
  if (ack.marks.received > published && ack.marks.received <= sequencer_.last_in_commit()) {
    return;  // it has read what the storage thread is about to call durable, and will say so again
  }
  if (ack.marks.received > published || ack.marks.executed > ack.marks.received) {
    return note_bad_ack(*session, ack);
  }
  const bool shown = session->running != ack.running || session->held_at != ack.held_at;
  if (session->delta != ack.delta) ++change_;
  session->delta = ack.delta;
  session->running = ack.running;
  session->held_at = ack.held_at;
  pacer_.member_received(session->number, ack.marks.received);
  if (ack.marks.received > ledger_.account(session->member)->marks.received) {
    session->takes_snapshot = false;
  }
  ledger_.exceptions().applied(session->member, ledger_.account(session->member)->marks.received,
                               ack.marks.received, ledger_rows_);
  const Taken taken = record_outcomes(session->member, ack.outcomes);
  const Watermarks marks{ack.marks.received, std::min(ack.marks.executed, taken.until)};
  if (ledger_.raise_marks(session->member, marks) || shown || !ack.outcomes.empty()) {
    changed(session->member);
  }
  if (ack.number && taken.all) answer_when_durable(*session, ack);
  if (!taken.all) note_held_back(*session);
  compare_digest(*session, ack);
}

void CoordinatorCore::Impl::note_bad_ack(MemberSession& session, const Ack& ack) {
  const std::uint64_t acks = session.bad_acks.count(now_);
  if (acks == 0) return;
  note(NoteLevel::kWarn, "bad ack",
       {{"member_id", session.member}, {"seq", ack.marks.received}, {"acks", acks}});
}

void CoordinatorCore::Impl::note_held_back(MemberSession& session) {
  if (session.held_back.count(now_) == 0) return;
  note(NoteLevel::kWarn, "more outcomes than a member may report: some wait",
       {{"member_id", session.member}});
}

/// What is beyond the member's budget stays with it: it is not called recorded, and comes again.
CoordinatorCore::Impl::Taken CoordinatorCore::Impl::record_outcomes(
    MemberId member, const std::vector<OutcomeReport>& outcomes) {
  Taken taken;
  for (const OutcomeReport& report : outcomes) {
    const bool sane =
        report.first && report.first <= report.last && report.last <= sequencer_.durable().last;
    if (!sane) continue;
    const bool counts =
        report.last >= ledger_floor_ || rollouts_.released(member, report.first, report.last);
    if (!counts) continue;
    const auto change = ledger_.exceptions().change_of(member, report);
    if (change == Exceptions::Change::kNone) continue;
    const bool replaces = change == Exceptions::Change::kReplaces;
    const std::uint64_t cost = replaces ? config_.bounds.replaced_outcome_cost : 1;
    if (outcome_budgets_[member].take(now_, config_.bounds.outcomes, cost)) {
      ledger_.exceptions().record(member, report, ledger_rows_);
      urgent_rows_ = true;
      continue;
    }
    taken.all = false;
    if (replaces) continue;  // what it said before stands so long
    taken.until = report.first.previous();
    break;
  }
  return taken;
}

/// Recorded goes out when the rows of all the outcomes are durable: now, with the batch in commit,
/// or with the next one.
void CoordinatorCore::Impl::answer_when_durable(const MemberSession& session, const Ack& ack) {
  auto any_in = [&](const auto& rows) {
    return std::any_of(ack.outcomes.begin(), ack.outcomes.end(), [&](const OutcomeReport& report) {
      return rows.contains(exception_key(session.member, report));
    });
  };
  if (any_in(ledger_rows_)) {
    recorded_later_.add(session.number, ack.number);
  } else if (any_in(keys_in_commit_)) {
    recorded_in_commit_.add(session.number, ack.number);
  } else {
    to_member(session.peer, Recorded{ack.number});
  }
}

/// The state of one sequence has one digest: another one at a member is divergence, and it is told
/// to take the state anew.
void CoordinatorCore::Impl::compare_digest(MemberSession& session, const Ack& ack) {
  const bool news =
      session.digest_at != ack.marks.received || session.state_digest != ack.state_digest;
  session.state_digest = ack.state_digest;
  session.digest_at = ack.marks.received;
  const LogHead& head = sequencer_.durable();
  if (!news || ack.marks.received != head.last || ack.state_digest == head.state_digest) return;
  const Rate once_an_interval{1, config_.heartbeat_interval_ms, 1};
  if (!session.resynchronise_told.take(now_, once_an_interval, 1)) return;
  note(NoteLevel::kError, "diverged",
       {{"member_id", session.member},
        {"seq", head.last},
        {"digest", ack.state_digest.hex()},
        {"ours", head.state_digest.hex()}});
  to_member(session.peer,
            Resynchronise{"state digest differs at sequence " + std::to_string(head.last.value)});
}

/// With each heartbeat. Who has stopped before an entry that it does not know would stop there
/// again; who leaves needs nothing any more; who is lost would not hear it.
void CoordinatorCore::Impl::wake_the_sluggish() {
  for (const auto& [number, session] : sessions_->all()) {
    if (session.held_at || session.leaving || !sessions_->live(session.member, now_)) continue;
    const Sequence received = ledger_.account(session.member)->marks.received;
    const auto lag = sluggish_.look(session.member, received, sequencer_.durable().last, now_);
    if (!lag) continue;
    note(NoteLevel::kWarn, "sluggish",
         {{"member_id", session.member},
          {"seq", received},
          {"behind", lag->entries},
          {"ms", lag->ms}});
    changed(session.member);
    to_member(session.peer, Resynchronise{lag_text(*lag)});
  }
}

// ---- leaving

void CoordinatorCore::Impl::on_message(const Peer& peer, const Leave& leave) {
  if (left_sessions_.contains(leave.session)) return to_member(peer, Left{});
  MemberSession* session = session_of(peer, leave.session);
  if (session == nullptr || session->leaving) return;
  if (!read_only_.empty()) return to_member(peer, Refused{ErrorCode::kReadOnly, read_only_});
  if (!sequencer_.has_room() || waiters_full()) return;  // it asks again
  Draft draft;
  draft.kind = kLeftKind;
  draft.issuer = "coordinator";
  draft.payload = left_payload(session->member, LeftCause::kAsked);
  draft.by_system = true;
  auto placed = sequencer_.append({draft}, group_now(), ledger_);
  if (!placed) return to_member(peer, Refused{placed.error().code, placed.error().text});
  session->leaving = true;
  wait_for(placed->batch, LeaveWaits{session->number});
}

void CoordinatorCore::Impl::finish_leave(SessionNumber number) {
  const MemberSession* session = sessions_->find(number);
  if (session == nullptr) return;
  note(NoteLevel::kInfo, "left", {{"member_id", session->member}});
  audit(session->peer, std::string(to_word(Verb::kLeave)));
  to_member(session->peer, Left{});
  left_sessions_.insert(number);
  if (left_sessions_.size() > kLeftRemembered) left_sessions_.erase(left_sessions_.begin());
  session_ends(number);
  sessions_->forget(session->member);
}

}  // namespace groupctl
