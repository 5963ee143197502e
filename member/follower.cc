#include "member/follower.h"

#include "member/frame_run.h"

namespace groupctl {

Follower::Follower(const CommandTable& table, std::string group, ServerId self, LogHead head,
                   GroupState state, std::size_t max_queued_bytes)
    : table_(table),
      group_(std::move(group)),
      self_(self),
      head_(std::move(head)),
      state_(std::move(state)),
      max_queued_bytes_(max_queued_bytes),
      tracker_(head_.last, max_queued_bytes) {
  if (!head_.floor) head_.floor = Sequence(1);
  find_me();
}

void Follower::find_me() {
  me_.reset();
  for (MemberRow& row : roster(state_)) {
    if (row.server_id == self_) me_ = std::move(row);
  }
}

void Follower::bind(const LogId& log_id) {
  GROUPCTL_INVARIANT(!head_.last, "a history with entries is not exchanged for another");
  if (head_.log_id == log_id) return;
  head_.log_id = log_id;
  head_.chain = chain_start(log_id, group_);
  ready_.clear();
  ready_bytes_ = 0;
  tracker_ = GapTracker(head_.last, max_queued_bytes_);
}

void Follower::offer(const FramePtr& frame) {
  if (frame->header().log_id != head_.log_id || held_) return;
  if (tracker_.offer(frame) == GapTracker::Verdict::kNext) take(frame);
  while (FramePtr next = tracker_.take_next()) take(std::move(next));
}

/// A frame that finds no room is dropped, and asked for again when there is.
void Follower::take(FramePtr frame) {
  const std::size_t bytes = frame->held_bytes();
  if (frame->header().last <= tracker_.received()) return;
  if (ready_bytes_ + bytes > max_queued_bytes_) return;
  tracker_.advance(frame->header().last);
  ready_bytes_ += bytes;
  ready_.push_back(std::move(frame));
}

std::optional<Sequence> Follower::missing() const {
  if (held_ || ready_bytes_ > max_queued_bytes_ / 2) return std::nullopt;
  return tracker_.missing();
}

FollowPlan Follower::plan() {
  FrameRun run(table_, self_, head_, state_, me_);
  for (std::size_t i = 0; i < ready_.size() && i < kMaxBatchFrames; ++i) {
    if (!run.add(ready_[i])) break;
  }
  return run.finish();
}

void Follower::committed(const FollowPlan& plan, Sequence floor) {
  state_.move_to(plan.changes, plan.head.state_digest);
  const BatchNumber batch = head_.batch.next();
  head_ = plan.head;
  head_.batch = batch;
  head_.floor = floor;
  me_ = plan.me;
  tracker_.advance(head_.last);
  while (!ready_.empty() && ready_.front()->header().last <= head_.last) {
    ready_bytes_ -= ready_.front()->held_bytes();
    ready_.pop_front();
  }
  if (plan.held) hold(*plan.held);
}

void Follower::hold(const Held& held) {
  held_ = held;
  drop_ready();
}

void Follower::drop_ready() {
  const Sequence known = tracker_.known_head();
  forget_heard();
  tracker_.heard_head(known);
}

void Follower::forget_heard() {
  ready_.clear();
  ready_bytes_ = 0;
  tracker_ = GapTracker(head_.last, max_queued_bytes_);
}

void Follower::swapped(const LogHead& head, GroupState state) {
  head_ = head;
  state_ = std::move(state);
  held_.reset();
  find_me();
  while (!ready_.empty() && ready_.front()->header().last <= head_.last) {
    ready_bytes_ -= ready_.front()->held_bytes();
    ready_.pop_front();
  }
  tracker_.advance(head_.last);
  while (FramePtr next = tracker_.take_next()) take(std::move(next));
}

}  // namespace groupctl
