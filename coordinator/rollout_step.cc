#include "coordinator/rollout_step.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/planted_bug.h"

namespace groupctl {
namespace {

/// So many RELEASE entries go into one batch.
constexpr std::size_t kAtOnce = 256;

bool is_at_work(const RolloutMember& member) {
  return member.released && !member.left &&
         (group_of(member.outcome) == OutcomeGroup::kOpen || member.outcome == Outcome::kBehind);
}

bool has_failed(const RolloutMember& member) {
  return member.released && !member.left && !member.forgiven &&
         (group_of(member.outcome) == OutcomeGroup::kBad || member.outcome == Outcome::kLost);
}

bool is_well(const RolloutMember& member) {
  const OutcomeGroup group = group_of(member.outcome);
  return member.released && (group == OutcomeGroup::kGood || group == OutcomeGroup::kNeutral);
}

template <class Test>
std::size_t count(const std::vector<RolloutMember>& members, Test test) {
  return static_cast<std::size_t>(std::count_if(members.begin(), members.end(), test));
}

/// Those to come, who is heard first.
std::vector<MemberId> waiting(const std::vector<RolloutMember>& members) {
  std::vector<MemberId> ids;
  for (const bool here : {true, false}) {
    for (const RolloutMember& one : members) {
      if (!one.released && !one.left && one.here == here) ids.push_back(one.id);
    }
    // Who is not heard would only be counted as lost: it waits for the others.
    if (!ids.empty()) break;
  }
  return ids;
}

std::string stopped_by(std::size_t failures, const RolloutPolicy& policy, bool canary) {
  if (canary) return fmt::format("{} of the canaries failed or lost", failures);
  return fmt::format("{} failed or lost, more than max-failures {}", failures,
                     to_text(policy.max_failures));
}

}  // namespace

bool is_quiet(const std::vector<RolloutMember>& members) {
  return std::none_of(members.begin(), members.end(), is_at_work);
}

RolloutStep next_step(const RolloutPolicy& policy, const std::vector<RolloutMember>& members,
                      bool pause_over) {
  RolloutStep step;
  const std::size_t at_work = count(members, is_at_work);
  const std::size_t failures = count(members, has_failed);
  const std::size_t well = count(members, is_well);
  const bool canary =
      policy.canary != 0 && well < std::min<std::size_t>(policy.canary, members.size());
  const bool too_many = failures > (canary ? 0 : amount_of(policy.max_failures, members.size()));
  if (too_many && !planted(PlantedBug::kRolloutGoesOnAfterFailures)) {
    step.stop = stopped_by(failures, policy, canary);
    return step;
  }
  std::vector<MemberId> next = waiting(members);
  step.finish = next.empty() && at_work == 0;
  std::size_t window = members.size();
  if (policy.window.value != 0 && !planted(PlantedBug::kRolloutWithoutWindow)) {
    window = std::max<std::size_t>(1, amount_of(policy.window, members.size()));
  }
  if (canary) window = std::min<std::size_t>(window, policy.canary - well);
  const bool wave =
      policy.pause_ms != 0 && count(members, [](const auto& m) { return m.released; });
  step.waits_for_pause = wave && at_work == 0 && !next.empty() && !pause_over;
  if (at_work >= window || (wave && (at_work > 0 || !pause_over))) return step;
  next.resize(std::min({next.size(), window - at_work, kAtOnce}));
  step.release = std::move(next);
  return step;
}

}  // namespace groupctl
