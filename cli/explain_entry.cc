// Why a command is not done on all its targets.
#include <fmt/format.h>

#include <algorithm>

#include "cli/explanation.h"
#include "cli/folded_names.h"
#include "cli/render_text.h"
#include "cli/text.h"

namespace groupctl {
namespace {

bool is_good(const LedgerRow& row) {
  const OutcomeGroup group = group_of(row.outcome);
  return group == OutcomeGroup::kGood || group == OutcomeGroup::kNeutral;
}

/// Of one that is open: what stands between it and the command.
std::string what_keeps(const LedgerRow& row, const MemberInfo* member, const EntryFacts& facts) {
  const Sequence sequence = facts.shown.entry.sequence;
  if (member == nullptr) return "no longer in the roster";
  if (row.outcome == Outcome::kHeld && facts.rollout &&
      facts.rollout->released_at(row.member) == Sequence()) {
    const RolloutRow& rollout = *facts.rollout;
    return fmt::format("not released yet; the rollout is {}{}", to_word(rollout.phase),
                       rollout.why.empty() ? "" : ": " + rollout.why);
  }
  if (member->state == MemberState::kLost) return "lost, silent for " + age_text(member->silent_ms);
  if (member->marks.received < sequence) {
    return fmt::format("catching up, at {}", member->marks.received.value);
  }
  if (member->running.sequence && member->running.sequence < sequence) {
    return fmt::format("seq {} has its turn there{}", member->running.sequence.value,
                       member->running.step.empty() ? "" : ", at " + member->running.step);
  }
  if (row.outcome == Outcome::kRunning) {
    return "at work" + (row.step.empty() ? std::string() : ", at " + row.step);
  }
  if (!member->note.empty()) return member->note;
  return "has it, and its turn has not come";
}

std::string reason(const LedgerRow& row, const EntryFacts& facts) {
  const auto found = facts.members.find(row.member);
  const MemberInfo* member = found == facts.members.end() ? nullptr : &found->second;
  switch (group_of(row.outcome)) {
    case OutcomeGroup::kOpen:
      return what_keeps(row, member, facts);
    case OutcomeGroup::kAbsent:
      if (row.outcome == Outcome::kNotAttempted || row.outcome == Outcome::kLeft) {
        return spoken(row.outcome) + (row.text.empty() ? "" : ": " + row.text);
      }
      return what_keeps(row, member, facts);
    default:
      return fmt::format("{}{}{}", spoken(row.outcome), row.step.empty() ? "" : " at " + row.step,
                         row.text.empty() ? "" : ": " + row.text);
  }
}

/// Reason -> those it keeps, the most first.
std::vector<std::pair<std::string, std::vector<std::string>>> grouped(const EntryFacts& facts) {
  std::map<std::string, std::vector<std::string>> by_reason;
  const bool expires = facts.shown.entry.entry_class == EntryClass::kNeverLate;
  for (const LedgerRow& row : facts.rows) {
    const bool missed = expires && row.outcome == Outcome::kExpired;
    if (!is_good(row) || missed) by_reason[reason(row, facts)].push_back(row.name);
  }
  std::vector<std::pair<std::string, std::vector<std::string>>> all(by_reason.begin(),
                                                                    by_reason.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  for (auto& [why, names] : all) std::sort(names.begin(), names.end());
  return all;
}

void rollout_facts(const RolloutRow& row, Explanation& told) {
  const std::uint64_t sequence = row.assignment.sequence.value;
  const auto released =
      std::count_if(row.targets.begin(), row.targets.end(),
                    [](const RolloutTarget& target) { return static_cast<bool>(target.released); });
  told.facts.push_back(
      {"rollout",
       fmt::format("its rollout is {}{}; {} of {} targets are released", to_word(row.phase),
                   row.why.empty() ? "" : ": " + row.why, released, row.targets.size()),
       row.assignment.sequence});
  if (row.phase == RolloutPhase::kPaused || row.phase == RolloutPhase::kStopped) {
    told.next.push_back({fmt::format("groupctl rollout resume {}", sequence)});
    told.next.push_back({fmt::format("groupctl rollout undo {}", sequence)});
  }
  told.next.push_back({fmt::format("groupctl rollout status {}", sequence)});
}

}  // namespace

Explanation explain(const EntryFacts& facts) {
  constexpr std::size_t kMostReasons = 20;
  const Entry& entry = facts.shown.entry;
  const std::uint64_t sequence = entry.sequence.value;
  Explanation told;
  told.of = fmt::format("seq {} {}", sequence, facts.shown.command.text);
  told.facts.push_back(
      {"command",
       fmt::format("from {} at {}, for {}: {}",
                   entry.issuer_name.empty() ? "the coordinator" : entry.issuer_name,
                   rfc3339(entry.issued), facts.shown.target,
                   counted(facts.shown.targets, "target")),
       entry.sequence});
  if (facts.rollout) rollout_facts(*facts.rollout, told);
  const auto reasons = grouped(facts);
  const auto good =
      static_cast<std::uint64_t>(std::count_if(facts.rows.begin(), facts.rows.end(), is_good));
  for (std::size_t i = 0; i < std::min(reasons.size(), kMostReasons); ++i) {
    const auto& [why, names] = reasons[i];
    told.facts.push_back({"target", folded_names(names) + ": " + why, entry.sequence});
  }
  if (reasons.size() > kMostReasons) {
    told.facts.push_back(
        {"target", fmt::format("and {} more reasons", reasons.size() - kMostReasons), {}});
  }
  told.well = reasons.empty();
  told.verdict =
      facts.rows.empty() ? "has no targets that are counted"
      : told.well        ? fmt::format("is done on all of {}", counted(facts.rows.size(), "target"))
                  : fmt::format("is done on {} of {}", good, counted(facts.rows.size(), "target"));
  if (told.well) {
    told.next.clear();
    return told;
  }
  told.next.push_back({"groupctl explain " + reasons.front().second.front()});
  const bool open = std::any_of(facts.rows.begin(), facts.rows.end(), [](const LedgerRow& row) {
    return group_of(row.outcome) == OutcomeGroup::kOpen;
  });
  if (open && !facts.rollout) told.next.push_back({fmt::format("groupctl wait {}", sequence)});
  told.next.push_back({fmt::format("groupctl log show {}", sequence)});
  return told;
}

}  // namespace groupctl
