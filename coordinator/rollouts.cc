#include "coordinator/rollouts.h"

#include <algorithm>
#include <set>

#include "log/planted_bug.h"

namespace groupctl {

void Rollouts::refresh(const Sequencer& sequencer, const std::function<void(MemberId)>& changed) {
  std::set<Sequence> there;
  sequencer.for_each_durable(kRolloutPrefix, "", [&](std::string_view key, const Bytes& bytes) {
    const Sequence sequence = *rollout_in(key);
    there.insert(sequence);
    Kept& kept = kept_[sequence];
    if (kept.bytes == bytes) return true;
    auto row = decode_rollout_row(bytes);
    GROUPCTL_INVARIANT(row.has_value(), "the state's value of a rollout does not decode");
    kept = {bytes, *std::move(row), std::nullopt};
    for (const RolloutTarget& target : kept.row.targets) changed(target.id);
    return true;
  });
  std::erase_if(kept_, [&](const auto& kept) { return !there.contains(kept.first); });
}

const RolloutRow* Rollouts::find(Sequence sequence) const {
  const auto found = kept_.find(sequence);
  return found == kept_.end() ? nullptr : &found->second.row;
}

const RolloutRow* Rollouts::before(const RolloutRow& row) const {
  if (planted(PlantedBug::kRolloutBeforeItsTurn)) return nullptr;
  for (const auto& [sequence, kept] : kept_) {
    if (is_unfinished(kept.row.phase) && starts_after(row, kept.row)) return &kept.row;
  }
  return nullptr;
}

bool Rollouts::released(MemberId member, Sequence first, Sequence last) const {
  return std::any_of(kept_.begin(), kept_.end(), [&](const auto& kept) {
    if (kept.first >= last) return false;
    const Sequence released = kept.second.row.released_at(member);
    return released >= first && released <= last;
  });
}

bool Rollouts::waits(MemberId member) const {
  return std::any_of(kept_.begin(), kept_.end(), [&](const auto& kept) {
    const RolloutRow& row = kept.second.row;
    return goes_on(row.phase) && row.is_target(member) && !row.released_at(member);
  });
}

}  // namespace groupctl
