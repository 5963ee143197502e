#include "tests/simulation/world/rollout_check.h"

#include <algorithm>

#include "commands/state/rollout.h"

namespace groupctl::sim {
namespace {

struct Counted {
  std::size_t at_work = 0;
  std::size_t failed = 0;
};

/// By the last row of the member that the roster had, also when it has left since.
void count(const Truth& truth, const RolloutTarget& target, Counted& into) {
  const MemberRow* row = truth.last_row(target.id);
  const TrueMember* member = row == nullptr ? nullptr : truth.find_member(row->server_id);
  const bool left = !member_row(truth.state(), target.id);
  if (left || member == nullptr || is_hostile(row->name)) return;
  const auto worked = member->worked.find(target.released);
  const bool ended = worked != member->worked.end() || member->highest.executed >= target.released;
  if (!ended) ++into.at_work;
  const bool bad = worked != member->worked.end() && group_of(worked->second) == OutcomeGroup::kBad;
  if (bad) ++into.failed;
}

/// The coordinator learns of a failure after it has happened: as many more as were at work then.
void check(Truth& truth, const RolloutRow& row) {
  const std::size_t targets = row.targets.size();
  const RolloutPolicy& policy = row.policy;
  Counted counted;
  for (const RolloutTarget& target : row.targets) {
    if (target.released && target.released > row.resumed) count(truth, target, counted);
  }
  const std::size_t budget = amount_of(policy.max_failures, targets);
  const std::size_t window = policy.window.value == 0
                                 ? targets
                                 : std::max<std::size_t>(1, amount_of(policy.window, targets));
  const std::string name = "rollout " + std::to_string(row.assignment.sequence.value);
  if (counted.at_work > window + budget) {
    truth.broken("R1", name + " has " + std::to_string(counted.at_work) +
                           " at work, with a window of " + std::to_string(window));
  }
  if (counted.failed > budget + window) {
    truth.broken("R2", name + " went on after " + std::to_string(counted.failed) + " failures");
  }
}

/// The one that has to end before this one releases anything.
const RolloutRow* one_before(const RolloutRow& row, const std::vector<RolloutRow>& all) {
  const auto before = std::find_if(all.begin(), all.end(), [&](const RolloutRow& other) {
    return is_unfinished(other.phase) && starts_after(row, other);
  });
  return before == all.end() ? nullptr : &*before;
}

void check_turn(Truth& truth, const RolloutRow& row, const std::vector<RolloutRow>& all) {
  const RolloutRow* before = one_before(row, all);
  const bool released = std::any_of(row.targets.begin(), row.targets.end(),
                                    [](const RolloutTarget& one) { return bool(one.released); });
  if (before == nullptr || !released) return;
  truth.broken("R3", "rollout " + std::to_string(row.assignment.sequence.value) +
                         " went before rollout " +
                         std::to_string(before->assignment.sequence.value));
}

}  // namespace

void check_rollouts(World& world) {
  Truth& truth = world.stage().truth;
  const auto all = rollouts(truth.state());
  for (const RolloutRow& row : all) {
    if (!goes_on(row.phase)) continue;
    check(truth, row);
    check_turn(truth, row, all);
  }
}

bool waits_for_somebody(const Truth& truth, Sequence rollout) {
  const auto row = rollout_row(truth.state(), rollout);
  if (!row || !goes_on(row->phase)) return false;
  return row->phase == RolloutPhase::kPaused ||
         one_before(*row, rollouts(truth.state())) != nullptr;
}

std::string open_rollout(const Truth& truth) {
  const auto all = rollouts(truth.state());
  for (const RolloutRow& row : all) {
    if (row.phase != RolloutPhase::kOpen || one_before(row, all) != nullptr) continue;
    return "rollout " + std::to_string(row.assignment.sequence.value) + " is open";
  }
  return {};
}

}  // namespace groupctl::sim
