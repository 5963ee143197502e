// Follows the log: orders frames, verifies them against the own chain and digest, applies them.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "commands/command.h"
#include "log/gap_tracker.h"
#include "log/store.h"

namespace groupctl {

/// Something in the stream that applying cannot go past.
struct Trouble {
  enum class Kind : std::uint8_t {
    kResynchronise,  ///< the own half may be wrong: a snapshot mends it
    kDiverged,       ///< another history: nothing mends it
  };
  Kind kind = Kind::kResynchronise;
  std::string cause;  ///< the same words each time it happens
  std::string text;   ///< with the numbers
};

/// The entry that this build cannot apply.
struct Held {
  Sequence at;
  KindId kind;
  bool mine = false;
};

/// What the next commit would apply. Nothing of it is in the follower's head or state yet.
struct FollowPlan {
  std::vector<FramePtr> frames;  ///< whole frames; at most kMaxBatchFrames
  LogHead head;                  ///< after it; batch number not counted up
  StateChanges changes;
  std::vector<Entry> mine;            ///< those that count this member, in order
  std::optional<MemberRow> me;        ///< the own roster row after it
  std::optional<Sequence> joined_at;  ///< where that row appeared
  std::optional<TagClaim> tag;
  std::optional<Held> held;
  std::optional<Trouble> trouble;  ///< comes after what is planned
};

/// One history as this member has it. Nothing is shown as applied before committed().
class Follower {
 public:
  Follower(const CommandTable& table, std::string group, ServerId self, LogHead head,
           GroupState state, std::size_t max_queued_bytes);

  const LogHead& head() const { return head_; }
  const GroupState& state() const { return state_; }
  /// The own row of the roster; nullopt: not joined as far as the state knows.
  const std::optional<MemberRow>& me() const { return me_; }
  Sequence known_head() const { return tracker_.known_head(); }
  /// Zero: not held.
  Sequence held_at() const { return held_ ? held_->at : Sequence{}; }

  /// Starts to follow this history; only while nothing was applied.
  void bind(const LogId& log_id);
  void offer(const FramePtr& frame);
  void heard_head(Sequence head) { tracker_.heard_head(head); }
  /// The first sequence to ask a replay for.
  std::optional<Sequence> missing() const;

  bool ready() const { return !ready_.empty() && !held_; }
  /// Verifies and plans what is ready.
  FollowPlan plan();
  /// The commit of `plan` succeeded.
  void committed(const FollowPlan& plan, Sequence floor);
  /// The plan got no further than an entry that cannot be applied; needs no commit.
  void hold(const Held& held);
  /// Forgets the frames that are ready: they led into trouble.
  void drop_ready();
  /// A new epoch: what was heard and is not applied may be of a history that it does not go on
  /// with.
  void forget_heard();
  /// The commit of a snapshot succeeded.
  void swapped(const LogHead& head, GroupState state);
  /// A commit without entries succeeded.
  void rows_committed(const LogHead& head) {
    head_.batch = head.batch;
    head_.floor = head.floor;
  }

 private:
  void take(FramePtr frame);
  void find_me();

  const CommandTable& table_;
  std::string group_;
  ServerId self_;
  LogHead head_;
  GroupState state_;
  std::optional<MemberRow> me_;
  std::size_t max_queued_bytes_;
  GapTracker tracker_;          ///< its `received` is the end of ready_
  std::deque<FramePtr> ready_;  ///< continue the head, in order
  std::size_t ready_bytes_ = 0;
  std::optional<Held> held_;
};

}  // namespace groupctl
