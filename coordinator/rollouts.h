// The rollouts of a group as its durable state has them.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "commands/state/rollout.h"
#include "coordinator/sequencer.h"

namespace groupctl {

class Rollouts {
 public:
  /// Takes them as they are now; `changed` is told each target of one that is not as it was.
  void refresh(const Sequencer& sequencer, const std::function<void(MemberId)>& changed);
  /// nullptr: the entry is no rollout, or is kept no more.
  const RolloutRow* find(Sequence sequence) const;
  /// The one that has to end before this one releases anything: of something that its release
  /// starts after, begun earlier and not finished. nullptr: none.
  const RolloutRow* before(const RolloutRow& row) const;
  /// Whether an entry from `first` to `last` is a RELEASE to this member of any that is kept: its
  /// recap tells how it ended.
  bool released(MemberId member, Sequence first, Sequence last) const;
  /// Whether this member is a target that one which goes on has not come to yet.
  bool waits(MemberId member) const;

  struct Kept {
    Bytes bytes;
    RolloutRow row;
    std::optional<LocalTime> quiet_since;  ///< the last wave's end, while the pause lasts
  };
  std::map<Sequence, Kept>& all() { return kept_; }

 private:
  std::map<Sequence, Kept> kept_;
};

}  // namespace groupctl
