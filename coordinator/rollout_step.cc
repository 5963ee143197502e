#include "coordinator/rollout_step.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/planted_bug.h"

namespace groupctl {
namespace {

/// So many RELEASE entries go into one batch.
constexpr std::size_t kAtOnce = 256;

/// It stopped before an entry that it does not know, and goes no further until somebody sees to it.
bool is_stuck(const RolloutMember& member) { return member.outcome == Outcome::kHeld; }

bool is_at_work(const RolloutMember& member) {
  return member.released && !member.left && !is_stuck(member) &&
         (group_of(member.outcome) == OutcomeGroup::kOpen || member.outcome == Outcome::kBehind);
}

bool has_failed(const RolloutMember& member) {
  const bool bad = group_of(member.outcome) == OutcomeGroup::kBad ||
                   member.outcome == Outcome::kLost || is_stuck(member);
  return member.released && !member.left && !member.forgiven && bad;
}

/// Whether the release itself has come up there, and was not passed over for something else.
bool is_proven(const RolloutMember& member) {
  return member.released &&
         (member.outcome == Outcome::kDone || member.outcome == Outcome::kUnchanged ||
          member.outcome == Outcome::kBySnapshot);
}

bool is_to_come(const RolloutMember& member) { return !member.released && !member.left; }

template <class Test>
std::size_t count(const std::vector<RolloutMember>& members, Test test) {
  return static_cast<std::size_t>(std::count_if(members.begin(), members.end(), test));
}

/// Those who may be released to: who is heard. Who is not would only be counted as lost: it waits
/// for the others, and until nobody is expected any more.
std::vector<MemberId> waiting(const std::vector<RolloutMember>& members) {
  std::vector<MemberId> here, away;
  bool expected = false;
  for (const RolloutMember& one : members) {
    if (!is_to_come(one)) continue;
    (one.here ? here : away).push_back(one.id);
    expected = expected || one.expected;
  }
  if (!here.empty()) return here;
  return expected ? std::vector<MemberId>() : away;
}

std::string stopped_by(std::size_t failures, const RolloutPolicy& policy, bool canary) {
  if (canary) return fmt::format("{} of the canaries failed, held or lost", failures);
  return fmt::format("{} failed, held or lost, more than max-failures {}", failures,
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
  const std::size_t proven = count(members, is_proven);
  const bool canary = policy.canary != 0 &&
                      proven < std::min<std::size_t>(policy.canary, members.size()) &&
                      !planted(PlantedBug::kRolloutWithoutCanary);
  const bool too_many = failures > (canary ? 0 : amount_of(policy.max_failures, members.size()));
  if (too_many && !planted(PlantedBug::kRolloutGoesOnAfterFailures)) {
    step.stop = stopped_by(failures, policy, canary);
    return step;
  }
  std::vector<MemberId> next = waiting(members);
  const bool all = count(members, is_to_come) == 0 ||
                   (next.empty() && planted(PlantedBug::kRolloutFinishedWithoutAll));
  step.finish = all && at_work == 0;
  std::size_t window = members.size();
  if (policy.window.value != 0 && !planted(PlantedBug::kRolloutWithoutWindow)) {
    window = std::max<std::size_t>(1, amount_of(policy.window, members.size()));
    if (planted(PlantedBug::kRolloutWindowByOne)) ++window;
  }
  if (canary) window = std::min<std::size_t>(window, policy.canary - proven);
  const bool wave =
      policy.pause_ms != 0 && count(members, [](const auto& m) { return m.released; });
  step.waits_for_pause = wave && at_work == 0 && !next.empty() && !pause_over;
  if (at_work >= window || (wave && (at_work > 0 || !pause_over))) return step;
  next.resize(std::min({next.size(), window - at_work, kAtOnce}));
  step.release = std::move(next);
  return step;
}

}  // namespace groupctl
