#include "plan/lists.h"

#include <algorithm>

#include "commands/state/target.h"

namespace groupctl::plan {
namespace {

std::optional<Target> target_by_name(const GroupState& state, const Target& target) {
  if (target.kind == Target::Kind::kNone) return std::nullopt;
  if (target.kind != Target::Kind::kMember) return target;
  const auto row = member_row(state, target.member);
  if (!row) return std::nullopt;
  auto named = parse_target({"name=" + row->name});
  return named ? std::optional(*std::move(named)) : std::nullopt;
}

template <class Value, class List, class ValueOf>
Assignments<Value> assignments_of(const GroupState& state, const List& list, ValueOf value_of) {
  Assignments<Value> made;
  for (const auto& one : list) {
    auto target = target_by_name(state, one.target);
    if (!target) continue;
    if (const auto same = find_target(made, *target)) {
      made.erase(made.begin() + static_cast<std::ptrdiff_t>(*same));
    }
    made.push_back({*std::move(target), value_of(one)});
  }
  return made;
}

/// The rollout that is still to come to all of its target, or the last that has come to some of it
/// only.
std::optional<RolloutRow> part_way(const GroupState& state, const ArtefactRow& row) {
  for (Sequence at = row.rollout; at;) {
    auto rollout = rollout_row(state, at);
    if (!rollout || rollout->phase == RolloutPhase::kFinished) return std::nullopt;
    const bool to_some =
        rollout->phase != RolloutPhase::kUndone &&
        std::any_of(rollout->targets.begin(), rollout->targets.end(),
                    [](const RolloutTarget& target) { return target.released != Sequence(); });
    if (to_some || is_unfinished(rollout->phase)) return rollout;
    at = rollout->prior;
  }
  return std::nullopt;
}

ArtefactLists artefact_lists(const GroupState& state, const std::string& name) {
  ArtefactRow row = artefact_row(state, name);
  ArtefactLists lists;
  if (auto rollout = part_way(state, row)) {
    if (rollout->assignment.target.kind == Target::Kind::kAll) row.releases.clear();
    lists.rollout = rollout->phase;
    lists.rollout_at = rollout->assignment.sequence;
    row.releases.push_back(std::move(rollout->assignment));
  }
  lists.releases = assignments_of<Release>(
      state, row.releases, [](const ArtefactAssignment& one) { return one.release; });
  lists.runs = assignments_of<bool>(state, run_row(state, name).runs, [](const RunAssignment& one) {
    return std::optional(one.running);
  });
  return lists;
}

template <class Value>
bool says_nothing(const Assignments<Value>& list) {
  return std::none_of(list.begin(), list.end(),
                      [](const Assigned<Value>& one) { return one.value; });
}

}  // namespace

std::string rollout_text(const std::string& name, const ArtefactLists& lists) {
  return "rollout " + std::to_string(lists.rollout_at.value) + " of " + name + " is " +
         std::string(to_word(*lists.rollout));
}

Lists lists_of(const GroupState& state) {
  Lists lists;
  for (auto at = state.lower_bound(""); at != state.end(); ++at) {
    if (const auto name = artefact_name(at->first)) {
      auto both = artefact_lists(state, std::string(*name));
      if (!says_nothing(both.releases)) lists.artefacts.emplace(*name, std::move(both));
    }
    if (const auto key = property_name(at->first)) {
      auto values =
          assignments_of<std::string>(state, property_row(state, *key).values,
                                      [](const PropertyAssignment& one) { return one.value; });
      if (!says_nothing(values)) lists.properties.emplace(*key, std::move(values));
    }
  }
  return lists;
}

Lists lists_of(const Plan& plan) {
  Lists lists;
  for (const Artefact& one : plan.artefacts) {
    ArtefactLists& both = lists.artefacts[one.name];
    if (one.says != Artefact::Says::kRunOnly) {
      const bool absent = one.says == Artefact::Says::kAbsent;
      both.releases.push_back({one.target, absent ? std::nullopt : std::optional(one.release)});
    }
    if (one.running) both.runs.push_back({one.target, one.running});
  }
  for (const Property& one : plan.properties) {
    lists.properties[one.key].push_back({one.target, one.value});
  }
  return lists;
}

}  // namespace groupctl::plan
