#include "tests/simulation/world/rollout_check.h"

#include <algorithm>
#include <set>

#include "commands/system/system.h"

namespace groupctl::sim {
namespace {

/// A batch with a RELEASE is on disk so long after it was made, at most.
constexpr Millis kCommitWithinMs = 5'000;

/// What is known of the targets of one rollout.
struct Counted {
  std::size_t at_work = 0;
  std::size_t at_work_before = 0;  ///< of those, before what was just released
  std::size_t maybe_lost = 0;      ///< of those at work, whom the coordinator may take for failed
  std::size_t failed = 0;          ///< as the coordinator knew
  std::size_t ended_well = 0;
};

bool is_bad(Outcome outcome) {
  return group_of(outcome) == OutcomeGroup::kBad || outcome == Outcome::kHeld;
}

bool is_member(const Truth& truth, MemberId id) {
  return member_row(truth.state(), id).has_value();
}

/// On any of the servers that this member ever was: it may have been wiped since.
bool has_ended(const Truth& truth, const RolloutTarget& target, Sequence assigned) {
  const auto& rows = truth.rows_of(target.id);
  return std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
    const TrueMember* server = truth.find_member(row.second.server_id);
    return server != nullptr &&
           (server->worked.contains(target.released) || server->reconciled.contains(assigned) ||
            server->highest.executed >= target.released);
  });
}

void count(World& world, const RolloutRow& row, const RolloutTarget& target, Sequence before,
           Counted& into) {
  const Truth& truth = world.stage().truth;
  const MemberRow* member = truth.last_row(target.id);
  if (member == nullptr) return;
  if (is_hostile(member->name)) {  // it may have said that all is well
    ++into.ended_well;
    return;
  }
  const auto reported = truth.reported(target.id, target.released);
  const bool here = is_member(truth, target.id);  // who has left may have proved something
  if (reported && is_bad(*reported)) {
    if (here) ++into.failed;
  } else if (reported || has_ended(truth, target, row.assignment.sequence)) {
    ++into.ended_well;
  } else if (here) {
    ++into.at_work;
    if (target.released <= before) ++into.at_work_before;
    if (world.coordinator().may_have_lost(target.id, kCommitWithinMs)) ++into.maybe_lost;
  }
}

std::string name_of(const RolloutRow& row) {
  return "rollout " + std::to_string(row.assignment.sequence.value);
}

/// The one that has to end before this one releases anything.
const RolloutRow* one_before(const RolloutRow& row, const std::vector<RolloutRow>& all) {
  const auto before = std::find_if(all.begin(), all.end(), [&](const RolloutRow& other) {
    return is_unfinished(other.phase) && starts_after(row, other);
  });
  return before == all.end() ? nullptr : &*before;
}

bool was_released_after(const RolloutRow& row, Sequence before) {
  return std::any_of(row.targets.begin(), row.targets.end(),
                     [&](const RolloutTarget& one) { return one.released > before; });
}

/// R1, R2, R5, when something was released behind `before`. Whoever was released before it was
/// resumed is forgiven.
void check_release(World& world, const RolloutRow& row, Sequence before) {
  Truth& truth = world.stage().truth;
  const RolloutPolicy& policy = row.policy;
  Counted counted;
  for (const RolloutTarget& target : row.targets) {
    if (target.released && target.released > row.resumed) {
      count(world, row, target, before, counted);
    }
  }
  const std::size_t targets = row.targets.size();
  const std::size_t budget = amount_of(policy.max_failures, targets);
  const std::size_t window = policy.window.value == 0
                                 ? targets
                                 : std::max<std::size_t>(1, amount_of(policy.window, targets));
  // After a put-back the coordinator may not know any more who was lost when.
  const std::size_t spare = truth.generation() == 0 ? std::min(budget, counted.maybe_lost) : budget;
  if (counted.at_work > window + spare) {
    truth.broken("R1", name_of(row) + " has " + std::to_string(counted.at_work) +
                           " at work, with a window of " + std::to_string(window));
  }
  if (policy.pause_ms != 0 && counted.at_work_before > spare) {
    truth.broken("R1", name_of(row) + " began a wave before the last one had ended");
  }
  const bool proving = policy.canary != 0 && counted.ended_well == 0;
  if (counted.failed > (proving ? 0 : budget)) {
    truth.broken("R2", name_of(row) + " went on after " + std::to_string(counted.failed) +
                           " failures that were known");
  }
  if (proving && !row.resumed && counted.at_work > policy.canary) {
    truth.broken("R5", name_of(row) + " released to " + std::to_string(counted.at_work) +
                           " before its canaries had proved it");
  }
}

void check_turn(Truth& truth, const RolloutRow& row, const std::vector<RolloutRow>& all) {
  const RolloutRow* before = one_before(row, all);
  if (before == nullptr || !was_released_after(row, Sequence())) return;
  truth.broken("R3", name_of(row) + " went before " + name_of(*before));
}

void check_finish(World& world, const RolloutRow& row) {
  Truth& truth = world.stage().truth;
  Counted counted;
  for (const RolloutTarget& target : row.targets) {
    if (target.released) {
      count(world, row, target, truth.last(), counted);
    } else if (is_member(truth, target.id)) {
      return truth.broken("R4",
                          name_of(row) + " is finished without " + truth.last_row(target.id)->name);
    }
  }
  if (counted.at_work <= counted.maybe_lost || truth.generation() != 0) return;
  truth.broken("R4", name_of(row) + " is finished while members are at work");
}

/// Of a rollout that is not finished. A server that was released to is so in a later membership
/// too.
void check_nobody_else_runs_it(Truth& truth, const RolloutRow& row) {
  std::set<ServerId> released;
  truth.for_each_row([&](MemberId id, const MemberRow& member) {
    if (row.released_at(id)) released.insert(member.server_id);
  });
  truth.for_each_row([&](MemberId, const MemberRow& member) {
    if (released.contains(member.server_id) || is_hostile(member.name)) return;
    const TrueMember* server = truth.find_member(member.server_id);
    if (server == nullptr || !server->reconciled.contains(row.assignment.sequence)) return;
    truth.broken("R4", member.name + " runs " + name_of(row) + ", which was not released to it");
  });
}

}  // namespace

void RolloutJudge::begin_anew(const Truth& truth) {
  generation_ = truth.generation();
  seen_ = truth.last();
  phases_.clear();
  for (const RolloutRow& row : rollouts(truth.state())) {
    phases_[row.assignment.sequence] = row.phase;
  }
}

void RolloutJudge::look(World& world) {
  Truth& truth = world.stage().truth;
  if (truth.generation() != generation_) return begin_anew(truth);
  if (truth.last() == seen_ && world.coordinator().life() == life_) return;
  const auto all = rollouts(truth.state());
  note_others(world, all);
  for (const RolloutRow& row : all) {
    if (was_released_after(row, seen_)) {
      world.stage().trace.sometimes("a rollout released");
      check_release(world, row, seen_);
    }
    if (goes_on(row.phase)) check_turn(truth, row, all);
    // What a history that is lost had at these sequences may still be carried out.
    if (is_unfinished(row.phase) && generation_ == 0) check_nobody_else_runs_it(truth, row);
    note_phase(world, row);
  }
  seen_ = truth.last();
}

void RolloutJudge::note_phase(World& world, const RolloutRow& row) {
  const auto [known, fresh] = phases_.try_emplace(row.assignment.sequence, RolloutPhase::kOpen);
  if (known->second == row.phase) return;
  known->second = row.phase;
  Trace& trace = world.stage().trace;
  if (row.phase == RolloutPhase::kFinished) check_finish(world, row);
  if (row.phase == RolloutPhase::kStopped && row.why.find("canaries") != std::string::npos) {
    trace.sometimes("a canary failed");
  }
  trace.sometimes(row.phase == RolloutPhase::kOpen
                      ? "a rollout is resumed"
                      : "a rollout is " + std::string(to_word(row.phase)));
}

/// What happens beside a rollout that has come to some and not to all.
void RolloutJudge::note_others(World& world, const std::vector<RolloutRow>& all) {
  const std::uint64_t life = world.coordinator().life();
  const bool died = life != life_;
  life_ = life;
  const bool under_way = std::any_of(all.begin(), all.end(), [](const RolloutRow& row) {
    const auto released = std::count_if(row.targets.begin(), row.targets.end(),
                                        [](const auto& one) { return bool(one.released); });
    return row.phase == RolloutPhase::kOpen && released > 0 &&
           static_cast<std::size_t>(released) < row.targets.size();
  });
  if (!under_way) return;
  const Truth& truth = world.stage().truth;
  Trace& trace = world.stage().trace;
  if (died) trace.sometimes("the coordinator dies in mid-rollout");
  for (Sequence at = seen_.next(); at <= truth.last(); at = at.next()) {
    if (truth.at(at).entry.kind == kJoinedKind) trace.sometimes("somebody joins in mid-rollout");
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
    return name_of(row) + " is open";
  }
  return {};
}

}  // namespace groupctl::sim
