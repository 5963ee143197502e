// CoordinatorCore: batches out, their answers in.
#include <algorithm>
#include <iterator>

#include "commands/system/system.h"
#include "coordinator/core_impl.h"
#include "daemon/exit_codes.h"
#include "log/planted_bug.h"
#include "log/read_failure.h"

namespace groupctl {
void CoordinatorCore::Impl::commit_if_useful() {
  if (sequencer_.in_commit()) return;
  if (recovering_) return commit_recovery();
  const bool rows_due =
      rows_wait() && now_.value - marks_written_.value >= config_.watermark_interval_ms;
  if (!sequencer_.has_gathered() && !urgent_rows_ && !rows_due) return;
  ledger_.write_marks(ledger_rows_);
  requests_.prune(group_now(), ledger_rows_);
  predictions_.prune(ledger_rows_);
  if (floor() > sequencer_.durable().floor) {
    const auto needed = [this](MemberId id, Sequence first, Sequence last) {
      return rollouts_.released(id, first, last);
    };
    ledger_.truncate(floor(), sequencer_.durable_roster_change(), needed, ledger_rows_);
    ledger_floor_ = std::max(ledger_floor_, floor());
    forget_old_changes();
  }
  marks_written_ = now_;
  urgent_rows_ = false;
  keys_in_commit_.clear();
  for (const auto& [key, value] : ledger_rows_) keys_in_commit_.insert(key);
  recorded_in_commit_.add(std::exchange(recorded_later_, {}));
  output_.commit = sequencer_.take(group_now(), std::move(ledger_rows_), floor());
  count_log_bytes(*output_.commit);
  for (KeyWaits& waits : key_waits_) wait_for(output_.commit->head.batch, std::move(waits));
  key_waits_.clear();
  ledger_rows_ = {};
  if (planted(PlantedBug::kPublishBeforeCommit)) {
    for (const FramePtr& frame : output_.commit->frames) pacer_.enqueue(frame);
  }
}

void CoordinatorCore::Impl::on_committed(BatchNumber batch) {
  Sequencer::Finished finished = sequencer_.committed();
  if (!ready_) {
    ready_ = true;
    const LogHead& head = sequencer_.durable();
    note(NoteLevel::kInfo, "ready", {{"seq", head.last}, {"epoch", head.epoch}});
  }
  requests_.committed(batch);
  predictions_.committed(batch);
  for (const EntryFacts& facts : finished.facts) take_facts(facts);
  if (!finished.facts.empty() || !rollouts_known_) refresh_rollouts();
  rollouts_known_ = true;
  // What was gathered meanwhile goes to the storage thread before the finished batch is answered.
  keys_in_commit_.clear();
  const auto recorded = recorded_in_commit_.take();
  floor_committed();
  pump_submits();
  commit_if_useful();
  for (const auto& [number, acks] : recorded) {
    const MemberSession* session = sessions_->find(number);
    if (session == nullptr) continue;
    for (const AckNumber ack : acks) to_member(session->peer, Recorded{ack});
  }
  for (FramePtr& frame : finished.frames) {
    if (!planted(PlantedBug::kPublishBeforeCommit)) pacer_.enqueue(std::move(frame));
  }
  for (Waiter& waiter : take_waiters(batch)) wake(std::move(waiter));
}

std::vector<CoordinatorCore::Impl::Waiter> CoordinatorCore::Impl::take_waiters(BatchNumber batch) {
  auto waiting = waiters_.extract(batch);
  if (waiting.empty()) return {};
  for (const Waiter& waiter : waiting.mapped()) {
    if (const auto* key = std::get_if<KeyWaits>(&waiter)) --key_answers_[kind_of(*key)];
  }
  return std::move(waiting.mapped());
}

void CoordinatorCore::Impl::take_facts(const EntryFacts& facts) {
  if (facts.target.kind != Target::Kind::kNone) {
    ledger_.add_set(facts.roster_change, facts.target, facts.targets);
  }
  if (facts.joined) {
    ledger_.open_account(facts.joined->id, facts.joined->name);
    output_.roster.push_back({facts.joined->id, facts.joined->server_id});
    changed(facts.joined->id);
  }
  if (facts.left) {
    ledger_.close_account(*facts.left, facts.sequence);
    output_.roster.push_back({*facts.left, std::nullopt});
    changed(*facts.left);
    end_session_of(facts);
  }
  ++change_;  // whoever follows the log has news
  recent_[facts.sequence] = {facts.entry_class, facts.targets};
  if (recent_.size() > kRecentEntries) recent_.erase(recent_.begin());
}

/// A member replaced by another under its name may still speak: it is told to join again. One that
/// asked to leave has its session until it is answered. One that was evicted is told so now, and
/// whenever it speaks under its old session.
void CoordinatorCore::Impl::end_session_of(const EntryFacts& facts) {
  quarantined_.erase(*facts.left);
  outcome_budgets_.erase(*facts.left);
  sluggish_.forget(*facts.left);
  const MemberSession* session = sessions_->of(*facts.left);
  if (session != nullptr && session->leaving) return;
  if (session != nullptr && !facts.evicted.empty()) {
    note(NoteLevel::kInfo, "evicted", {{"member", *facts.left}, {"why", facts.evicted}});
    to_member(session->peer, Evicted{session->number, facts.evicted});
    evicted_sessions_[session->number] = facts.evicted;
    if (evicted_sessions_.size() > kEvictedRemembered) {
      evicted_sessions_.erase(evicted_sessions_.begin());
    }
  }
  if (session != nullptr) session_ends(session->number);
  sessions_->forget(*facts.left);
}

void CoordinatorCore::Impl::wake(Waiter waiter) {
  if (auto* one = std::get_if<AnswerWaits>(&waiter)) {
    return answer(one->peer, one->id, std::move(one->reply));
  }
  if (auto* one = std::get_if<SubmitWaits>(&waiter)) {
    release(*one);
    return process(*one);
  }
  if (auto* one = std::get_if<JoinWaits>(&waiter)) return join_again(one->peer, one->join);
  if (auto* one = std::get_if<PutWaits>(&waiter)) {
    settle(one->digest);
    return answer(one->peer, one->id, one->reply);
  }
  if (const auto* one = std::get_if<KeyWaits>(&waiter)) return answer_key(*one);
  finish_leave(std::get<LeaveWaits>(waiter).session);
}

void CoordinatorCore::Impl::on_refused(const Error& error) {
  note(NoteLevel::kError, "commit refused",
       {{"seq", sequencer_.durable().last}, {"why", error.text}});
  Sequencer::Fallen fallen = sequencer_.refused();
  if (!ready_) {
    output_.exit = kExitIo;  // not even the epoch can be written
    return;
  }
  if (planted(PlantedBug::kReuseSeenSequence)) {
    for (FramePtr& frame : fallen.frames) pacer_.enqueue(std::move(frame));
  }
  // What is newer in ledger_rows_ stays.
  ledger_rows_.merge(fallen.other_rows);
  recorded_in_commit_.add(std::exchange(recorded_later_, {}));
  recorded_later_ = std::exchange(recorded_in_commit_, {});
  keys_in_commit_.clear();
  // The rows are tried again with the next batch, or when the marks are due, not in a tight loop.
  marks_written_ = now_;
  steered_at_ = 0;  // a step of a rollout may be among what fell
  refuse_fallen(fallen.batches, error);
  if (!is_read_failure(error)) return;
  output_.exit = kExitIo;
  ready_ = false;
}

/// Those batches never were: who waited for one is told, and their numbers are given out again.
void CoordinatorCore::Impl::refuse_fallen(const std::vector<BatchNumber>& batches,
                                          const Error& error) {
  if (batches.empty()) return;
  last_counted_ = std::min(last_counted_, sequencer_.last());
  requests_.rolled_back(batches.front());
  predictions_.rolled_back(batches.front());
  std::vector<Waiter> fell;
  for (BatchNumber batch : batches) {
    std::vector<Waiter> waiting = take_waiters(batch);
    std::move(waiting.begin(), waiting.end(), std::back_inserter(fell));
  }
  for (const Waiter& waiter : fell) tell_refused(waiter, error);
}

void CoordinatorCore::Impl::tell_refused(const Waiter& waiter, const Error& error) {
  if (const auto* one = std::get_if<AnswerWaits>(&waiter)) {
    answer(one->peer, one->id, SubmitRefused{error.code, error.text});
  } else if (const auto* submit = std::get_if<SubmitWaits>(&waiter)) {
    release(*submit);
    process(*submit);  // what it asks about may be durable long since
  } else if (const auto* join = std::get_if<JoinWaits>(&waiter)) {
    to_member(join->peer, Refused{error.code, error.text});
  } else if (const auto* put = std::get_if<PutWaits>(&waiter)) {
    settle(put->digest);
    answer(put->peer, put->id, QueryRefused{error.code, error.text});
  } else if (const auto* key = std::get_if<KeyWaits>(&waiter)) {
    refuse_key(key->peer, key->id, key->verb,
               {error.code, "in force, but not written down: " + error.text});
  } else if (MemberSession* session = sessions_->find(std::get<LeaveWaits>(waiter).session)) {
    session->leaving = false;
    to_member(session->peer, Refused{error.code, error.text});
  }
}

/// It may be written or not: only the next start can tell, by reading.
void CoordinatorCore::Impl::on_unknown(const Error& error) {
  note(NoteLevel::kError, "the outcome of a commit is unknown",
       {{"seq", sequencer_.durable().last}, {"why", error.text}});
  for (const auto& [batch, waiting] : waiters_) {
    for (const Waiter& waiter : waiting) {
      if (const auto* one = std::get_if<AnswerWaits>(&waiter)) {
        answer(one->peer, one->id, SubmitUnknown{error.text});
      } else if (const auto* submit = std::get_if<SubmitWaits>(&waiter)) {
        answer(submit->peer, submit->id, SubmitUnknown{error.text});
      }
    }
  }
  waiters_.clear();
  for (const SubmitWaits& one : submits_) answer(one.peer, one.id, SubmitUnknown{error.text});
  submits_.clear();
  output_.exit = kExitIo;
  ready_ = false;
}

}  // namespace groupctl
