#include "commands/assignments.h"

#include <algorithm>

#include "log/nearest.h"
#include "log/planted_bug.h"

namespace groupctl {
namespace {

/// So many of the state's keys are compared for a hint.
constexpr std::size_t kMaxCompared = 1000;

bool to_all(const Entry& entry) { return entry.target.kind == Target::Kind::kAll; }

/// The list's last assignment is the entry's, whomever it is for: the bug that is planted.
template <class Assignment>
bool is_last(const std::vector<Assignment>& list, const Entry& entry) {
  return !list.empty() && list.back().sequence == entry.sequence;
}

}  // namespace

Result<StateChange> assign_property(const GroupState& state, const Entry& entry,
                                    std::string_view key, std::optional<std::string> value) {
  PropertyRow row;
  if (!to_all(entry)) row = property_row(state, key);  // one to all drops what was there
  auto assigned = assign(row.values, {entry.target, entry.sequence, std::move(value)});
  if (!assigned) return fail("property " + std::string(key), assigned.error());
  StateChange change{property_key(key), std::nullopt};
  if (std::any_of(row.values.begin(), row.values.end(),
                  [](const PropertyAssignment& a) { return a.value.has_value(); })) {
    change.value = encode(row);
  }
  return change;
}

Result<StateChange> assign_run(const GroupState& state, const Entry& entry, std::string_view name,
                               bool running) {
  RunRow row = run_row(state, name);
  if (auto assigned = assign(row.runs, {entry.target, entry.sequence, running}); !assigned) {
    return fail("artefact " + std::string(name), assigned.error());
  }
  return StateChange{run_key(name), encode(row)};
}

bool any_property_counts(const Entry& entry, const GroupState& state, const MemberRow& member) {
  return std::any_of(entry.keys.begin(), entry.keys.end(), [&](const std::string& state_key) {
    const auto key = property_name(state_key);
    if (!key) return false;
    if (planted(PlantedBug::kSupersededByOthersEntry)) {
      return is_last(property_row(state, *key).values, entry);
    }
    const auto counted = desired_property(state, member, *key);
    return counted && counted->sequence == entry.sequence;
  });
}

bool any_artefact_counts(const Entry& entry, const GroupState& state, const MemberRow& member) {
  return std::any_of(entry.keys.begin(), entry.keys.end(), [&](const std::string& state_key) {
    const auto name = artefact_name(state_key);
    if (!name) return false;
    if (planted(PlantedBug::kSupersededByOthersEntry)) {
      return is_last(artefact_row(state, *name).releases, entry);
    }
    const auto counted = desired_artefact(state, member, *name);
    return counted && counted->sequence == entry.sequence;
  });
}

bool any_run_counts(const Entry& entry, const GroupState& state, const MemberRow& member) {
  return std::any_of(entry.keys.begin(), entry.keys.end(), [&](const std::string& state_key) {
    const auto name = run_name(state_key);
    if (!name) return false;
    if (planted(PlantedBug::kSupersededByOthersEntry)) {
      return is_last(run_row(state, *name).runs, entry);
    }
    const auto counted = desired_run(state, member, *name);
    return counted && counted->sequence == entry.sequence;
  });
}

tl::unexpected<Error> no_row_of(const GroupState& state, std::string_view what,
                                std::string_view prefix, std::string_view name) {
  std::vector<std::string> compared;
  for (auto at = state.lower_bound(prefix); at != state.end(); ++at) {
    if (!at->first.starts_with(prefix) || compared.size() == kMaxCompared) break;
    compared.push_back(at->first.substr(prefix.size()));
  }
  const std::string nearest = nearest_word(name, compared);
  return fail(ErrorCode::kNotFound, "no " + std::string(what) + " " + std::string(name) +
                                        (nearest.empty() ? "" : "; the nearest is " + nearest));
}

Status check_target(const Entry& entry) {
  if (entry.target.kind != Target::Kind::kNone) return {};
  return fail(ErrorCode::kNoTarget, "a command about a key needs a target");
}

}  // namespace groupctl
