#include "member/settle.h"

#include <fmt/format.h>

#include <algorithm>

#include "commands/system/system.h"
#include "log/planted_bug.h"

namespace groupctl {
namespace {

/// nullopt: the group's time is not known yet.
std::optional<bool> expired(const Entry& entry, const WorkView& view) {
  const std::optional<GroupTime> now = view.clock.now(view.now);
  if (!now) return std::nullopt;
  if (entry.epoch < view.clock.epoch() && entry.issued > *now) return true;
  return entry.ttl_ms != 0 && now->value > entry.issued.value + entry.ttl_ms;
}

bool set_later_for_anybody(const Entry& entry, const GroupState& state) {
  const auto later = [&](const auto& assignment) { return assignment.sequence > entry.sequence; };
  return std::any_of(entry.keys.begin(), entry.keys.end(), [&](const std::string& key) {
    if (auto name = artefact_name(key)) {
      const auto list = artefact_row(state, *name).releases;
      return std::any_of(list.begin(), list.end(), later);
    }
    if (auto name = property_name(key)) {
      const auto list = property_row(state, *name).values;
      return std::any_of(list.begin(), list.end(), later);
    }
    return false;
  });
}

bool superseded(const Entry& entry, const ApplyRow& row, const WorkView& view) {
  if (planted(PlantedBug::kSupersededByOthersEntry)) {
    return set_later_for_anybody(entry, view.state);
  }
  return !row.counts(entry, view.state, *view.me);
}

std::optional<ActualArtefact> in_place(const Actual& actual, const std::string& name) {
  auto found = actual.artefacts.find(name);
  if (found == actual.artefacts.end()) return std::nullopt;
  return found->second;
}

ArtefactStep step_for(const std::string& name, Sequence at, const WorkView& view) {
  ArtefactStep step{name, {}, in_place(view.actual, name)};
  if (auto desired = desired_artefact(view.state, *view.me, name)) {
    step.desired = std::move(*desired);
  } else {
    step.desired.sequence = at;
  }
  return step;
}

std::vector<ArtefactStep> steps_for(const Entry& entry, const WorkView& view) {
  std::vector<ArtefactStep> steps;
  for (const std::string& key : entry.keys) {
    if (auto name = artefact_name(key)) {
      steps.push_back(step_for(std::string(*name), entry.sequence, view));
    }
  }
  return steps;
}

EndsAs unknown_kind(const Entry& entry) {
  return {Outcome::kNotUnderstood,
          fmt::format("kind {:016x} needs a newer group-member", entry.kind.value)};
}

}  // namespace

Verdict settle(const Entry& entry, const WorkView& view) {
  if (!view.me) return EndsAs{Outcome::kSkipped, "not in the roster"};
  const ApplyRow* row = view.table.find(entry.kind);
  if (row == nullptr) return unknown_kind(entry);
  if (entry.entry_class == EntryClass::kNeverLate) {
    const std::optional<bool> late = expired(entry, view);
    if (!late) return MustWait{};
    if (*late) return EndsAs{Outcome::kExpired, {}};
    return CarryOut{};
  }
  if (entry.kind == kLabelledKind) return CarryOut{steps_for_all(view), true};
  if (superseded(entry, *row, view)) return EndsAs{Outcome::kSuperseded, {}};
  CarryOut what{steps_for(entry, view), false};
  // An entry that names no artefact is carried out by the state itself.
  if (what.steps.empty()) return EndsAs{Outcome::kDone, {}};
  return what;
}

Verdict settle_again(const Entry& entry, const WorkView& view) {
  const ApplyRow* row = view.table.find(entry.kind);
  if (!view.me || row == nullptr) return EndsAs{Outcome::kUnknown, "interrupted by a restart"};
  if (entry.kind == kLabelledKind) return CarryOut{steps_for_all(view), true};
  if (entry.entry_class != EntryClass::kNeverLate) return CarryOut{steps_for(entry, view), false};
  if (!row->repeatable) return EndsAs{Outcome::kUnknown, "interrupted by a restart"};
  const std::optional<bool> late = expired(entry, view);
  if (!late) return MustWait{};
  if (*late) return EndsAs{Outcome::kUnknown, "interrupted by a restart, and expired since"};
  return CarryOut{};
}

std::vector<ArtefactStep> steps_for_all(const WorkView& view) {
  std::vector<ArtefactStep> steps;
  if (!view.me) return steps;
  const auto desired = desired_artefacts(view.state, *view.me);
  for (const auto& [name, wanted] : desired) {
    ArtefactStep step{name, wanted, in_place(view.actual, name)};
    if (step.desired.release || step.actual) steps.push_back(std::move(step));
  }
  for (const auto& [name, placed] : view.actual.artefacts) {
    if (!desired.contains(name)) steps.push_back({name, {}, placed});
  }
  return steps;
}

}  // namespace groupctl
