// Carries frames out on a GroupState on trial: verifies, applies, and can take everything back.
#pragma once

#include "member/follower.h"

namespace groupctl {

/// One trial over a state, which is as it was before once finish() has been called.
class FrameRun {
 public:
  FrameRun(const CommandTable& table, const ServerId& self, const LogHead& head, GroupState& state,
           const std::optional<MemberRow>& me);

  /// False: the plan ends here (held, trouble).
  bool add(const FramePtr& frame);
  /// Takes everything back from the state.
  FollowPlan finish();

 private:
  enum class Step : std::uint8_t { kGoOn, kHeld, kTrouble };
  struct Mark {
    std::size_t changes, undo, mine;
    Hash digest;
    LogHead head;
    std::optional<MemberRow> me;
    std::optional<Sequence> joined_at;
  };

  bool add_unchecked(const FramePtr& frame);
  bool chain_joins(const FramePtr& frame, std::size_t skipped);
  Step apply(Sequence sequence, ByteView bytes);
  Step apply_known(const ApplyRow& row, Entry entry);
  bool counts_me(const Entry& entry) const;
  void note_me(const StateChanges& changes, Sequence at);
  Step resynchronise(std::string cause, std::string text);
  Mark mark() const;
  void back_to(Mark mark);
  /// Undoes entries until as many are left as were applied when the digest was this.
  void undo_to(std::size_t left, const Hash& digest);

  const CommandTable& table_;
  const ServerId& self_;
  GroupState& state_;
  std::optional<MemberRow> me_;
  FollowPlan plan_;
  Hash digest_before_;
  std::vector<StateChanges> undo_;  ///< one an entry
};

}  // namespace groupctl
