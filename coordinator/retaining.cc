// CoordinatorCore: the floor of the log. The replay thread looks how far it may rise, the next
// batch raises it.
#include <algorithm>
#include <limits>

#include "coordinator/core_impl.h"
#include "log/little_endian.h"

namespace groupctl {
namespace {

GroupTime before(GroupTime now, std::uint64_t ms) {
  return GroupTime(now.value > ms ? now.value - ms : 0);
}

}  // namespace

/// What every member has received that may still ask for a replay: who is lost, stopped before an
/// entry, or takes a snapshot anyway holds nothing back.
Sequence CoordinatorCore::Impl::received_by_all() const {
  Sequence lowest(std::numeric_limits<std::uint64_t>::max());
  for (const auto& [id, account] : ledger_.accounts()) {
    if (account.left_at || !sessions_->live(id, now_)) continue;
    const MemberSession* session = sessions_->of(id);
    if (session != nullptr && (session->held_at || session->takes_snapshot)) continue;
    lowest = std::min(lowest, account.marks.received);
  }
  return lowest;
}

/// With each heartbeat, and again after a rise that stopped only because it had gone far enough for
/// one batch.
void CoordinatorCore::Impl::look_at_floor() {
  const LogHead& head = sequencer_.durable();
  if (floor_asked_ || risen_floor_ > head.floor || head.floor > head.last) return;
  const std::uint64_t cap = config_.log_cap_bytes;
  RetentionRule rule;
  if (cap != 0 && log_bytes_ > cap) rule.excess_bytes = log_bytes_ - cap;
  if (config_.log_cap_age_ms != 0) rule.older_go = before(group_now(), config_.log_cap_age_ms);
  rule.younger_stay = GroupTime(before(group_now(), config_.keep_age_ms).value + 1);
  rule.newer_stay = Sequence(head.last.value - std::min(config_.keep_entries, head.last.value));
  rule.received = received_by_all();
  floor_asked_ = rule.received;
  output_.reads.push_back(FloorRead{rule});
}

void CoordinatorCore::Impl::floor_may_rise(const FloorReadDone& done) {
  const Sequence asked = *std::exchange(floor_asked_, std::nullopt);
  // Too busy to look, or somebody has come back with less meanwhile: again with the next heartbeat.
  if (!done.rise || received_by_all() < std::min(asked, done.rise->floor.previous())) return;
  risen_floor_ = std::max(risen_floor_, done.rise->floor);
  risen_bytes_ = done.rise->bytes;
  rises_on_ = done.rise->more;
}

/// The batch that is about to be committed, with its floor: how long the log is afterwards.
void CoordinatorCore::Impl::count_log_bytes(Batch& batch) {
  log_bytes_in_commit_ = log_bytes_;
  for (const FramePtr& frame : batch.frames) log_bytes_in_commit_ += frame->bytes().size();
  if (batch.head.floor > sequencer_.durable().floor) {
    log_bytes_in_commit_ -= std::min(log_bytes_in_commit_, risen_bytes_);
  }
  if (log_bytes_in_commit_ != log_bytes_)
    batch.rows[log_bytes_key()] = u64_bytes(log_bytes_in_commit_);
}

/// That batch is durable.
void CoordinatorCore::Impl::floor_committed() {
  log_bytes_ = log_bytes_in_commit_;
  if (sequencer_.durable().floor < risen_floor_ || !rises_on_) return;
  rises_on_ = false;
  look_at_floor();
}

}  // namespace groupctl
