// One commit at a time: what it carries, and what follows from its answer.
#include <fmt/format.h>

#include <algorithm>

#include "commands/state/rollout.h"
#include "daemon/exit_codes.h"
#include "log/read_failure.h"
#include "member/core_impl.h"

namespace groupctl {
namespace {

/// Whether the group may want something else of this member after the plan; `me` is the row before
/// it.
bool changes_aim(const FollowPlan& plan, const std::optional<MemberRow>& me) {
  return plan.me != me ||
         std::any_of(plan.changes.begin(), plan.changes.end(), [](const StateChange& change) {
           return artefact_in(change.key) || rollout_in(change.key);
         });
}

}  // namespace

void MemberCore::Impl::commit() {
  if (in_flight_) return;
  const bool waits = commit_backoff_.tries() != 0 && now_ < commit_retry_;
  if (waits && !log_full_) return;
  InFlight next;
  next.marks = {queue_.executed(received()), queue_.span(), kept_.bytes()};
  Batch batch;
  batch.head = follower_.head();
  if (swap_) {
    add_swap(next, batch);
  } else if (!waits && plan_frames(next)) {
    add_plan(*next.plan, next, batch);
  } else if (log_full_) {
    if (!make_room(next, batch)) return;
  } else if (!stage_.urgent() && next.marks == durable_marks_) {
    return;
  }
  batch.head.batch = follower_.head().batch.next();
  for (auto& [key, value] : stage_.take()) batch.rows.try_emplace(key, value);
  if (next.marks != durable_marks_) batch.rows[marks_row()] = encode(next.marks);
  next.head = batch.head;
  in_flight_ = std::move(next);
  out_.commit = std::move(batch);
}

/// False when no frames are to be committed now.
bool MemberCore::Impl::plan_frames(InFlight& next) {
  if (!session_.follows() || !follower_.ready() || queue_.full()) return false;
  FollowPlan plan = follower_.plan();
  if (plan.head.last > received()) {
    next.plan = std::move(plan);
    return true;
  }
  if (plan.held) {
    follower_.hold(*plan.held);
    held(*plan.held);
  }
  if (plan.trouble) {
    follower_.drop_ready();
    session_.trouble(*plan.trouble, now_, out_);
  }
  return false;
}

void MemberCore::Impl::held(const Held& held) {
  note(NoteLevel::kWarn, "held: needs a newer group-member",
       {{"seq", held.at}, {"kind", fmt::format("{:016x}", held.kind.value)}});
  if (!held.mine) return;
  outcomes_.add({held.at, held.at, Outcome::kNotUnderstood, {}, "needs a newer group-member"},
                stage_);
}

void MemberCore::Impl::add_plan(const FollowPlan& plan, InFlight& next, Batch& batch) {
  batch.head = plan.head;
  batch.frames = plan.frames;
  batch.head.floor = kept_.floor(batch.head.floor, queue_.executed(received()).next());
  next.marks.log_bytes = kept_.bytes_with(plan.frames, batch.head.floor);
  add_rows(batch.rows, plan.changes);
  const Sequence executed = queue_.executed(received());
  next.marks.executed = queue_.executed(plan.head.last);
  if (plan.joined_at) {
    next.marks.span = queue_.widened(executed, *plan.joined_at);
    queue_.expect_span(*next.marks.span);
    for (RowKey& row : queue_.covered(*plan.joined_at)) batch.rows[std::move(row)] = std::nullopt;
    next.marks.executed = next.marks.span->first.previous();
  }
  for (const Entry& entry : plan.mine) {
    if (plan.joined_at && entry.sequence <= *plan.joined_at) continue;  // the span ends it
    // A frame that holds an entry which cannot be applied is not stored.
    const bool stored = !plan.frames.empty() && entry.sequence <= plan.frames.back()->header().last;
    batch.rows[open_row(entry.sequence)] = stored ? Bytes{1} : encode_entry(entry);
    next.marks.executed = std::min(next.marks.executed, entry.sequence.previous());
  }
  if (plan.tag) keep_tag(*plan.tag);
}

/// While the store takes no frames: rows still go, and once a refusal what is kept of the log
/// shrinks. False when there is nothing to write.
bool MemberCore::Impl::make_room(InFlight& next, Batch& batch) {
  if (shrink_log_) {
    batch.head.floor = kept_.floor_when_full(batch.head.floor, queue_.executed(received()).next());
    next.marks.log_bytes = kept_.bytes_with({}, batch.head.floor);
  }
  return stage_.urgent() || next.marks != durable_marks_;
}

void MemberCore::Impl::add_swap(InFlight& next, Batch& batch) {
  const SnapshotHeader& header = swap_->header;
  next.swap = true;
  next.marks.log_bytes = 0;
  next.marks.span = queue_.widened(queue_.executed(received()), header.at);
  queue_.expect_span(*next.marks.span);
  next.marks.executed = next.marks.span->first.previous();
  batch.replace_all = true;
  batch.head.log_id = header.log_id;
  batch.head.epoch = header.epoch;
  batch.head.last = header.at;
  batch.head.chain = header.chain;
  batch.head.state_digest = header.state_digest;
  batch.head.group_time = std::max(batch.head.group_time, header.group_time);
  batch.head.floor = header.at.next();
  for (const auto& [key, value] : swap_->rows) batch.rows[{Table::kState, key}] = value;
  for (RowKey& row : queue_.covered(header.at)) batch.rows[std::move(row)] = std::nullopt;
  keep_tag(header.tag_claim());
}

void MemberCore::Impl::on(MemberCommitDone event) {
  if (!in_flight_) return;
  InFlight done = std::move(*in_flight_);
  in_flight_.reset();
  if (event.result.answer == CommitAnswer::kCommitted) return committed(std::move(done));
  const Error& error = event.result.error;
  if (event.result.answer == CommitAnswer::kRefused && !is_read_failure(error)) {
    stage_.refused();
    queue_.span_refused();
    log_full_ = error.code == ErrorCode::kLogFull && done.plan;
    shrink_log_ = log_full_;
    commit_retry_ = LocalTime(now_.value + commit_backoff_.next(session_.pcg()));
    return note(NoteLevel::kError, "the store refused to write",
                {{"seq", received()}, {"why", error.text}});
  }
  const bool unread = event.result.answer == CommitAnswer::kRefused;
  note(NoteLevel::kError,
       unread ? "what is stored cannot be read" : "whether a write is durable is unknown",
       {{"seq", received()}, {"why", error.text}});
  out_.exit = kExitIo;
}

void MemberCore::Impl::committed(InFlight done) {
  if (done.plan || done.swap) log_full_ = false;
  if (!log_full_) commit_backoff_.reset();
  shrink_log_ = false;
  stage_.committed();
  durable_marks_ = done.marks;
  if (done.swap) return swapped(done);
  if (!done.plan) {
    kept_.dropped(done.head.floor);
    return follower_.rows_committed(done.head);
  }
  const bool was_here = follower_.me().has_value();
  if (changes_aim(*done.plan, follower_.me())) aim_changed();
  follower_.committed(*done.plan, done.head.floor);
  kept_.dropped(done.head.floor);
  kept_.stored(done.plan->frames);
  if (done.plan->held) held(*done.plan->held);
  drop_void_intentions();
  queue_.add(std::move(done.plan->mine));
  if (done.plan->joined_at) queue_.reconcile_span(*done.marks.span);
  if (was_here && !follower_.me()) session_.left(out_);
}

void MemberCore::Impl::swapped(const InFlight& done) {
  kept_.dropped(done.head.floor);
  follower_.swapped(done.head, std::move(swap_->state));
  swap_.reset();
  aim_changed();
  drop_void_intentions();
  queue_.reconcile_span(*done.marks.span);
  session_.swapped(out_);
  note(NoteLevel::kInfo, "took the snapshot", {{"seq", received()}});
}

}  // namespace groupctl
