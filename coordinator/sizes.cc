// CoordinatorCore: what it holds, and how much that may be.
#include "coordinator/core_impl.h"

namespace groupctl {

/// Operators' requests.
void CoordinatorCore::Impl::add_sizes_of_requests(CoreSizes& sizes) const {
  sizes.push_back({"submits", submits_.size(), config_.queued_submits});
  sizes.push_back({"what waits for its turn or for a commit", submits_.size() + waiting(),
                   config_.bounds.waiters});
  sizes.push_back({"bytes of submits", submit_bytes_, config_.queued_submit_bytes});
  sizes.push_back({"gathered batches", sequencer_.gathered(), config_.gathered_batches});
  sizes.push_back({"reads of operators", read_waiters_.size(), kMaxReadWaiters});
  sizes.push_back({"questions to members", relay_.size(), config_.questions});
  sizes.push_back({"watchers", watchers_.size(), config_.watchers});
  sizes.push_back(
      {"updates remembered", last_update_.size(), kUpdatesRemembered * config_.watchers});
  sizes.push_back(
      {"answers to who asks for keys", key_answers_[kKeyAsked], config_.bounds.key_answers});
  sizes.push_back(
      {"answers to who rules on keys", key_answers_[kKeyRuled], config_.bounds.key_answers});
  sizes.push_back({"keys that wait", access_.pending(), Access::kMaxPending});
  sizes.push_back({"keys", access_.keys().size(), Access::kMaxKeys + Access::kMaxPending});
  sizes.push_back({"requests remembered", asked_.size(), kAskedRemembered});
  // Those of the batch that has just become durable go with the next one.
  sizes.push_back({"clients remembered", requests_.size(),
                   config_.bounds.request_rows + kMaxBatchFrames * kMaxFrameEntries});
}

/// What members say within their sessions.
void CoordinatorCore::Impl::add_sizes_of_sessions(CoreSizes& sizes) const {
  const std::size_t members = config_.bounds.members;
  const std::size_t open = sessions_ ? sessions_->all().size() : 0;
  sizes.push_back({"sessions", open, members});
  sizes.push_back(
      {"sessions with reads", member_reads_.sessions(), open + MemberReads::kMaxUnderWay});
  sizes.push_back({"reads of members at the replay thread", member_reads_.under_way(),
                   MemberReads::kMaxUnderWay});
  sizes.push_back(
      {"chunks of one session", member_reads_.longest(), MemberReads::kMaxChunksOfASession});
  sizes.push_back({"chunks of archives that are wanted", chunks_wanted_.size(), kChunksWanted});
  sizes.push_back({"chunks of archives that are read", chunks_being_read_, kChunksBeingRead});
  sizes.push_back({"sessions that want chunks of archives", chunks_of_.size(),
                   kChunksWanted + kChunksBeingRead});
  sizes.push_back({"sessions with unrecorded acks", recorded_later_.sessions(), open});
  sizes.push_back({"sessions with acks in commit", recorded_in_commit_.sessions(), open});
  sizes.push_back({"unrecorded acks of one session", recorded_later_.longest(),
                   RecordedAnswers::kMaxOfASession});
  sizes.push_back({"acks in commit of one session", recorded_in_commit_.longest(),
                   RecordedAnswers::kMaxOfASession});
  sizes.push_back({"sessions paced by", pacer_.followers(), open});
  sizes.push_back({"frames to be published", pacer_.queued(), Pacer::Limits{}.queued_frames});
}

/// What is known of members, be they here or not.
void CoordinatorCore::Impl::add_sizes_of_roster(CoreSizes& sizes) const {
  const std::size_t members = config_.bounds.members;
  const Exceptions& exceptions = ledger_.exceptions();
  const Exceptions::Use use = exceptions.largest_use();
  sizes.push_back({"members", sequencer_.roster().rows().size(), members});
  sizes.push_back(
      {"members whose session ended", sessions_ ? sessions_->remembered() : 0, members});
  sizes.push_back({"members in quarantine", quarantined_.size(), members});
  sizes.push_back({"members with a budget of outcomes", outcome_budgets_.size(), members});
  sizes.push_back({"members that may lag", sluggish_.size(), members});
  sizes.push_back({"members that were live", was_live_.size(), members});
  // Of the roster that is ahead of the accounts, too.
  sizes.push_back(
      {"members with changes", changed_at_.size(), ledger_.accounts().size() + members});
  sizes.push_back({"outcomes of one member", use.rows, exceptions.limits().rows});
  sizes.push_back({"bytes of one member's texts", use.text_bytes, exceptions.limits().text_bytes});
  sizes.push_back({"joins that wait for a probe", challenges_.size(), config_.bounds.challenges});
  sizes.push_back({"peers that have knocked", join_gate_.peers(), Quota::kMaxPeers});
  sizes.push_back({"sessions that left", left_sessions_.size(), kLeftRemembered});
  sizes.push_back({"sessions that were evicted", evicted_sessions_.size(), kEvictedRemembered});
  sizes.push_back({"proofs of a loss", recovery_.proofs().size(), Recovery::kMaxProofs});
  sizes.push_back({"entries remembered", recent_.size(), kRecentEntries});
}

CoreSizes CoordinatorCore::Impl::sizes() const {
  CoreSizes sizes;
  add_sizes_of_requests(sizes);
  add_sizes_of_sessions(sizes);
  add_sizes_of_roster(sizes);
  return sizes;
}

CoreSizes CoordinatorCore::sizes() const { return impl_->sizes(); }

}  // namespace groupctl
