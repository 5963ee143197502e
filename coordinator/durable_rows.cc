// The durable rows under a state that is ahead of them.
#include <map>

#include "coordinator/sequencer.h"

namespace groupctl {
namespace {

using Former = std::map<std::string, std::optional<Bytes>, std::less<>>;

/// What undoes an entry says how its keys were before it; the oldest of several counts.
void add_former(const std::vector<StateChanges>& undo, Former& former) {
  for (auto entry = undo.rbegin(); entry != undo.rend(); ++entry) {
    for (const StateChange& change : *entry) former[change.key] = change.value;
  }
}

}  // namespace

void Sequencer::for_each_durable(std::string_view prefix, std::string_view after,
                                 const RowVisitor& visit) const {
  Former former;
  for (auto batch = gathered_.rbegin(); batch != gathered_.rend(); ++batch) {
    add_former(batch->undo, former);
  }
  if (in_commit_) add_former(in_commit_->batch.undo, former);

  const bool further = after >= prefix;
  auto row = state_.lower_bound(further ? after : prefix);
  auto old = further ? former.upper_bound(after) : former.lower_bound(prefix);
  if (further && row != state_.end() && row->first == after) ++row;
  const auto in_range = [&](const auto& at, const auto& end) {
    return at != end && at->first.starts_with(prefix);
  };
  while (in_range(row, state_.end()) || in_range(old, former.end())) {
    const bool from_old =
        in_range(old, former.end()) && (!in_range(row, state_.end()) || old->first <= row->first);
    if (!from_old) {
      if (!visit(row->first, row->second)) return;
      ++row;
      continue;
    }
    if (in_range(row, state_.end()) && row->first == old->first) ++row;
    if (old->second && !visit(old->first, *old->second)) return;
    ++old;
  }
}

}  // namespace groupctl
