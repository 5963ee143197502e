// Sequencer: whom an entry counts, frozen when it is sequenced.
#include "commands/state/target.h"
#include "coordinator/sequencer.h"

namespace groupctl {
namespace {

constexpr std::size_t kLabelsNamed = 5;

/// A member's name asked for by itself, not beside other conditions; nullptr: something else.
const std::string* bare_name(const Conjunction& terms) {
  if (terms.size() != 1 || terms.front().label != "name") return nullptr;
  const SelectorTerm& term = terms.front();
  const bool equals = term.test == SelectorTerm::Test::kEquals && term.values.size() == 1;
  return equals ? &term.values.front() : nullptr;
}

}  // namespace

Result<TargetSet> Sequencer::freeze(const Draft& draft, const Ledger& ledger,
                                    RowChanges& rows) const {
  if (draft.target.kind == Target::Kind::kNone) return ledger.set_of(Sequence(0), draft.target);
  TargetSet set = ledger.find_set(roster_change_, draft.target);
  if (!set) set = gathered_set(draft.target);
  const bool known = set != nullptr;
  if (!known) set = std::make_shared<const std::vector<MemberId>>(resolve(draft.target, state_));
  if (auto wrong = mistyped(draft, *set)) return tl::unexpected<Error>(*wrong);
  if (!known) {
    rows[target_set_key(roster_change_, draft.target)] =
        encode(TargetSetRow{roster_change_, draft.target, *set});
  }
  return set;
}

/// A name that nobody has, also beside others that somebody has; or a target that matches nobody.
std::optional<Error> Sequencer::mistyped(const Draft& draft,
                                         const std::vector<MemberId>& set) const {
  if (draft.allow_empty_target || draft.target.kind == Target::Kind::kAll) return std::nullopt;
  for (const Conjunction& terms : draft.target.selector) {
    const std::string* name = bare_name(terms);
    if (name == nullptr || roster_.find_name(*name) != nullptr) continue;
    std::vector<std::string> names;
    for (const auto& [id, row] : roster_.rows()) names.push_back(row.name);
    return Error{ErrorCode::kNoTarget, no_such_member(*name, names)};
  }
  if (!set.empty()) return std::nullopt;
  const std::string seen = labels_seen(state_, draft.target, kLabelsNamed);
  return Error{ErrorCode::kNoTarget, "no member matches " + to_text(draft.target) +
                                         (seen.empty() ? "" : ". labels seen: " + seen)};
}

/// The set that an entry not yet durable made for this target since the last roster change.
TargetSet Sequencer::gathered_set(const Target& target) const {
  auto in = [&](const Gathered& batch) -> TargetSet {
    for (auto facts = batch.facts.rbegin(); facts != batch.facts.rend(); ++facts) {
      if (facts->roster_change == roster_change_ && facts->target == target) return facts->targets;
    }
    return nullptr;
  };
  for (auto batch = gathered_.rbegin(); batch != gathered_.rend(); ++batch) {
    if (TargetSet found = in(*batch)) return found;
  }
  return in_commit_ ? in(in_commit_->batch) : nullptr;
}

}  // namespace groupctl
