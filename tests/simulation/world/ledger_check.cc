#include "tests/simulation/world/ledger_check.h"

#include <algorithm>

#include "commands/state/rollout.h"
#include "commands/state/target.h"
#include "tests/simulation/world/commands.h"

namespace groupctl::sim {
namespace {

bool is_good_run(Outcome outcome) {
  return outcome == Outcome::kDone || outcome == Outcome::kUnchanged;
}

bool needs_a_step(const Entry& entry) {
  return std::any_of(entry.keys.begin(), entry.keys.end(),
                     [](const std::string& key) { return artefact_in(key).has_value(); });
}

std::string entry_text(const Entry& entry) {
  return command_text(entry.kind, entry.payload) + " to " + to_text(entry.target);
}

std::optional<Outcome> outcome_in(const std::map<Sequence, Outcome>& runs, Sequence sequence) {
  auto found = runs.find(sequence);
  return found == runs.end() ? std::nullopt : std::optional(found->second);
}

bool swapped_past(const TrueMember& member, Sequence sequence) {
  return std::any_of(member.swaps.begin(), member.swaps.end(),
                     [&](Sequence swap) { return swap >= sequence; });
}

bool ever_matched(const Truth& truth, const Target& target, MemberId id) {
  const auto& rows = truth.rows_of(id);
  return std::any_of(rows.begin(), rows.end(),
                     [&](const auto& row) { return matches(target, row.second); });
}

/// Of class *latest* also what is about the same artefact in another way.
bool shares_a_key(const Entry& a, const Entry& b) {
  if (a.entry_class == EntryClass::kLatest && a.kind == b.kind && b.keys.empty()) return true;
  return std::any_of(a.keys.begin(), a.keys.end(), [&](const std::string& key) {
    return std::any_of(b.keys.begin(), b.keys.end(), [&](const std::string& other) {
      const bool same_artefact = artefact_in(key) && artefact_in(key) == artefact_in(other);
      return key == other || (a.entry_class == EntryClass::kLatest && same_artefact);
    });
  });
}

bool once_unmatched(const Truth& truth, const Entry& entry, MemberId id) {
  const auto& rows = truth.rows_of(id);
  return std::any_of(rows.upper_bound(entry.sequence), rows.end(),
                     [&](const auto& row) { return !matches(entry.target, row.second); });
}

/// A RELEASE is for as long as the member is one that the rollout is for.
bool left_its_rollout(const Truth& truth, const Entry& entry, MemberId id) {
  for (const RolloutRow& row : rollouts(truth.state())) {
    if (row.released_at(id) != entry.sequence) continue;
    return once_unmatched(truth, truth.at(row.assignment.sequence).entry, id);
  }
  return false;
}

/// A later entry for the same member on the same key, or labels that for a while did not match.
bool can_be_superseded(const Truth& truth, const Entry& entry, MemberId id) {
  if (once_unmatched(truth, entry, id) || left_its_rollout(truth, entry, id)) return true;
  for (Sequence at = entry.sequence.next(); at <= truth.last(); at = at.next()) {
    const Entry& later = truth.at(at).entry;
    if (shares_a_key(entry, later) && ever_matched(truth, later.target, id)) return true;
  }
  return false;
}

std::optional<std::string> lie_in_good(const TrueMember& member, const Entry& entry) {
  const auto worked = outcome_in(member.worked, entry.sequence);
  if (worked && !is_good_run(*worked)) return "its last run ended " + std::string(to_word(*worked));
  if (!worked && needs_a_step(entry)) return "it was never run";
  // One that ran on while a snapshot was taken is reported by itself, before E reaches it.
  if (!worked && member.highest.executed < entry.sequence) return "its E has not reached it";
  return std::nullopt;
}

std::optional<std::string> lie_in_overridden(const TrueMember& member, const Entry& entry) {
  if (outcome_in(member.worked, entry.sequence) == Outcome::kOverridden) return std::nullopt;
  // What is held is not started or stopped either.
  const bool deviated =
      std::any_of(entry.keys.begin(), entry.keys.end(), [&](const std::string& key) {
        const auto run = run_name(key);
        return member.deviated.contains(key) ||
               (run && member.deviated.contains(artefact_key(*run)));
      });
  if (deviated) return std::nullopt;
  return "it never was to have any of it otherwise";
}

/// What is not in place, runs nothing, or is not to run.
bool can_be_skipped(const TrueMember& member, const Entry& entry) {
  return entry.entry_class == EntryClass::kLatest ||
         outcome_in(member.worked, entry.sequence) == Outcome::kSkipped;
}

/// The assignments that an entry may have brought to a member: its own, or that of the rollout
/// which it released.
std::vector<Sequence> brought_by(const Truth& truth, const Entry& entry, MemberId id) {
  std::vector<Sequence> assigned = {entry.sequence};
  for (const RolloutRow& row : rollouts(truth.state())) {
    if (row.released_at(id) == entry.sequence) assigned.push_back(row.assignment.sequence);
  }
  return assigned;
}

std::optional<std::string> lie_in_failed(const Truth& truth, const TrueMember& member, MemberId id,
                                         const Entry& entry, Outcome said) {
  if (!needs_a_step(entry)) return std::nullopt;
  if (outcome_in(member.worked, entry.sequence) == said) return std::nullopt;
  for (const Sequence assigned : brought_by(truth, entry, id)) {
    const auto reconciled = member.reconciled.find(assigned);
    if (reconciled != member.reconciled.end() && reconciled->second.contains(said)) {
      return std::nullopt;
    }
  }
  return "no run of it ended so";
}

}  // namespace

/// Of a rolling deploy the row is that of the RELEASE that came to the member, or that none did.
std::optional<std::string> lie_in_rollout(const Truth& truth, const RolloutRow& rollout,
                                          const LedgerRow& row) {
  if (const Sequence at = rollout.released_at(row.member)) return lie_in(truth, at, row);
  if (row.outcome == Outcome::kHeld || row.outcome == Outcome::kLeft) return std::nullopt;
  if (row.outcome == Outcome::kNotAttempted) return std::nullopt;
  return "it was not released to it";
}

std::optional<std::string> lie_in(const Truth& truth, Sequence sequence, const LedgerRow& row) {
  if (const auto rollout = rollout_row(truth.state(), sequence)) {
    return lie_in_rollout(truth, *rollout, row);
  }
  const Entry& entry = truth.at(sequence).entry;
  const MemberRow* who = truth.last_row(row.member);
  if (who == nullptr) return "no such member ever";
  if (is_hostile(who->name)) return std::nullopt;
  const TrueMember* member = truth.find_member(who->server_id);
  if (member == nullptr) return "that member never ran";
  switch (row.outcome) {
    case Outcome::kDone:
    case Outcome::kUnchanged:
      return lie_in_good(*member, entry);
    case Outcome::kOverridden:
      return lie_in_overridden(*member, entry);
    case Outcome::kFailed:
    case Outcome::kTimedOut:
      return lie_in_failed(truth, *member, row.member, entry, row.outcome);
    case Outcome::kSuperseded:
      if (can_be_superseded(truth, entry, row.member)) return std::nullopt;
      return "nothing that counts for it came later";
    case Outcome::kSkipped:
      if (can_be_skipped(*member, entry)) return std::nullopt;
      [[fallthrough]];
    case Outcome::kBySnapshot:
      if (swapped_past(*member, sequence)) return std::nullopt;
      return "it took no snapshot past it";
    case Outcome::kExpired:
      return entry.ttl_ms > 0 ? std::nullopt : std::optional<std::string>("it has no ttl");
    case Outcome::kUnknown:
      return member->crashed ? std::nullopt : std::optional<std::string>("it never crashed");
    case Outcome::kNotUnderstood:
      return "it knows that kind";
    default:
      return std::nullopt;
  }
}

void judge_ledger(Truth& truth, const Update& update) {
  if (update.sequence > truth.last()) return truth.broken("I1", "a ledger beyond the durable log");
  const std::string place = "ledger of " + std::to_string(update.sequence.value);
  const auto& targets = truth.at(update.sequence).targets;
  std::uint64_t sum = 0;
  for (const OutcomeCount& count : update.counts) sum += count.count;
  if (update.targets != targets.size() || sum != targets.size()) {
    return truth.broken("I1", place + " counts " + std::to_string(update.targets) +
                                  " targets, sum " + std::to_string(sum) + ", of " +
                                  std::to_string(targets.size()));
  }
  for (const LedgerRow& row : update.rows) {
    if (std::find(targets.begin(), targets.end(), row.member) == targets.end()) {
      return truth.broken("I1", place + " has a row for " + row.name + ", who is no target");
    }
    if (auto lie = lie_in(truth, update.sequence, row)) {
      return truth.broken("I8", place + " (" + entry_text(truth.at(update.sequence).entry) +
                                    ") says " + row.name + " " + std::string(to_word(row.outcome)) +
                                    "; " + *lie);
    }
  }
}

}  // namespace groupctl::sim
