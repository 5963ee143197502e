// What DEPLOY and UNDEPLOY do to an artefact's list, and to a rollout of it.
#include <algorithm>
#include <iterator>
#include <set>

#include "commands/assignments.h"
#include "commands/state/target.h"

namespace groupctl {
namespace {

Status check_version(const ArtefactAssignment& there, std::string_view name,
                     const Release& release) {
  if (!there.release || there.release->version != release.version ||
      there.release->digest == release.digest) {
    return {};
  }
  return fail(ErrorCode::kConflict,
              std::string(name) + "@" + release.version + " is already known with digest sha256:" +
                  there.release->digest.hex() + "; another content takes another version");
}

/// The name's last rollout, as it is after a deploy of the name: ended if it was not finished, and
/// without what an UNDO would bring back. What waits for an unfinished one stops.
Result<StateChanges> end_rollout(const RolloutRow& rollout, const Entry& entry,
                                 const GroupState& state) {
  RolloutRow row = rollout;
  const Target& target = row.assignment.target;
  row.former.clear();
  if (holds_releases(row)) {
    if (entry.target.kind != Target::Kind::kAll && entry.target != target) {
      const std::string number = std::to_string(row.assignment.sequence.value);
      return fail(ErrorCode::kRefused,
                  "rollout " + number + " of " + row.artefact + " to " + to_text(target) + " is " +
                      std::string(to_word(row.phase)) +
                      ": deploy to the same target or to all, or undo it first (rollout undo " +
                      number + ")");
    }
  }
  if (counts_by_release(row.phase)) {
    row.phase = RolloutPhase::kEnded;
    row.why = "deployed otherwise at " + std::to_string(entry.sequence.value);
  }
  if (row == rollout) return StateChanges();
  StateChanges changes;
  if (is_unfinished(rollout.phase)) {
    changes = stop_what_follows(rollout, "ended by another deploy", state);
  }
  changes.push_back(change_of(row));
  return changes;
}

/// The row of the name as a new deploy finds it, after what became of its last rollout.
Result<ArtefactRow> row_to_change(const GroupState& state, const Entry& entry,
                                  std::string_view name, const Release* release,
                                  StateChanges& changes) {
  ArtefactRow row = artefact_row(state, name);
  const auto rollout = rollout_row(state, row.rollout);
  row.rollout = {};
  auto known = row.releases;
  if (rollout) known.push_back(rollout->assignment);
  for (const ArtefactAssignment& there : known) {
    if (release == nullptr) break;
    if (auto same = check_version(there, name, *release); !same) {
      return tl::unexpected<Error>(same.error());
    }
  }
  if (!rollout) return row;
  auto ended = end_rollout(*rollout, entry, state);
  if (!ended) return tl::unexpected<Error>(ended.error());
  std::move(ended->begin(), ended->end(), std::back_inserter(changes));
  return row;
}

/// Those whose releases count for somebody: of each name the last, and what that has ended.
std::set<Sequence> needed(const std::vector<RolloutRow>& rows) {
  std::set<Sequence> needed;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {  // what is ended comes before
    const Sequence sequence = row->assignment.sequence;
    if (!holds_releases(*row) && !needed.contains(sequence)) continue;
    needed.insert(sequence);
    needed.insert(row->prior);
  }
  return needed;
}

/// What stays of the name's last rollout where the next one has not come yet.
Sequence prior_of(const std::optional<RolloutRow>& last) {
  if (!last || last->phase == RolloutPhase::kFinished) return {};
  return last->phase == RolloutPhase::kUndone ? last->prior : last->assignment.sequence;
}

/// Room for one more: the oldest that is not needed goes.
Status make_room(const GroupState& state, StateChanges& changes) {
  const auto rows = rollouts(state);
  if (rows.size() < kMaxRollouts) return {};
  const std::set<Sequence> kept = needed(rows);
  const auto oldest = std::find_if(rows.begin(), rows.end(), [&](const RolloutRow& row) {
    return !kept.contains(row.assignment.sequence);
  });
  if (oldest == rows.end()) {
    return fail(ErrorCode::kRefused,
                "too many rollouts are unfinished: undo some, or deploy to all");
  }
  changes.push_back({rollout_key(oldest->assignment.sequence), std::nullopt});
  return {};
}

}  // namespace

Result<StateChanges> assign_release(const GroupState& state, const Entry& entry,
                                    std::string_view name, std::optional<Release> release) {
  StateChanges changes;
  auto row = row_to_change(state, entry, name, release ? &*release : nullptr, changes);
  if (!row) return tl::unexpected<Error>(row.error());
  auto assigned = assign(row->releases, {entry.target, entry.sequence, std::move(release)});
  if (!assigned) return fail("artefact " + std::string(name), assigned.error());
  changes.push_back({artefact_key(name), encode(*row)});
  return changes;
}

Result<StateChanges> begin_rollout(const GroupState& state, const Entry& entry,
                                   std::string_view name, Release release,
                                   const RolloutPolicy& policy) {
  StateChanges changes;
  auto row = row_to_change(state, entry, name, &release, changes);
  if (!row) return tl::unexpected<Error>(row.error());
  RolloutRow rollout;
  rollout.artefact = name;
  rollout.assignment = {entry.target, entry.sequence, std::move(release)};
  rollout.policy = policy;
  rollout.prior = prior_of(rollout_row(state, artefact_row(state, name).rollout));
  for (MemberId id : resolve(entry.target, state)) rollout.targets.push_back({id, {}});
  if (rollout.targets.empty()) {
    return fail(ErrorCode::kNoTarget,
                "a rollout needs members: without -t or with --batch 0 all "
                "that come later have it too");
  }
  // As FINISH will do it: what cannot end does not begin.
  auto finished = row->releases;
  if (auto assigned = assign(finished, rollout.assignment); !assigned) {
    return fail("artefact " + std::string(name), assigned.error());
  }
  if (auto room = make_room(state, changes); !room) return tl::unexpected<Error>(room.error());
  row->rollout = entry.sequence;
  changes.push_back({artefact_key(name), encode(*row)});
  changes.push_back(change_of(rollout));
  return changes;
}

}  // namespace groupctl
