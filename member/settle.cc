#include "member/settle.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

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
    if (auto name = run_name(key)) {
      const auto list = run_row(state, *name).runs;
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

/// What the group, or somebody on this member, says about how it is to run.
void lay_over_run(ArtefactStep& step, const WorkView& view) {
  const auto said_here = view.intended.find(run_key(step.name));
  if (said_here != view.intended.end()) {
    const auto* run = std::get_if<WantedRun>(&said_here->second.wanted);
    step.desired.running = run == nullptr || run->running;
    step.desired.run_sequence = {};
  } else if (const auto run = view.me ? desired_run(view.state, *view.me, step.name)
                                      : std::optional<RunAssignment>()) {
    step.desired.running = run->running;
    step.desired.run_sequence = run->sequence;
  }
}

/// An override is no answer here: the repositories are asked anew.
ArtefactStep step_for(const std::string& name, Sequence at, const WorkView& view) {
  ArtefactStep step{name, {}, in_place(view.actual, name)};
  const auto intended = view.intended.find(artefact_key(name));
  if (intended != view.intended.end() && intended->second.cause != Cause::kOverride) {
    const Wanted& wanted = intended->second.wanted;
    step.leave = std::holds_alternative<LeftAsItIs>(wanted);
    if (const auto* release = std::get_if<Release>(&wanted)) step.desired.release = *release;
    step.exactly = true;
    lay_over_run(step, view);
    return step;
  }
  if (auto desired = view.me ? desired_artefact(view.state, *view.me, name)
                             : std::optional<DesiredArtefact>()) {
    step.desired = std::move(*desired);
  } else {
    step.desired.sequence = at;
  }
  lay_over_run(step, view);
  step.run_only = !view.me;  // so somebody has said how it is to run, and nobody what it is to be
  return step;
}

std::vector<ArtefactStep> steps_for(const Entry& entry, const WorkView& view) {
  std::vector<ArtefactStep> steps;
  for (const std::string& key : entry.keys) {
    const auto name = artefact_in(key);
    if (!name || stands_against_commands(view.intended, key)) continue;
    steps.push_back(step_for(std::string(*name), entry.sequence, view));
    steps.back().run_only = run_name(key).has_value();
  }
  return steps;
}

/// Which of these keys this member has otherwise on purpose, and why; empty: none.
std::string overridden(const std::vector<std::string>& keys, const Intended& intended) {
  std::string text;
  for (const std::string& key : keys) {
    const IntendedDelta* delta = standing_against(intended, key);
    if (delta == nullptr) continue;
    text += fmt::format("{}{}: {} by {}", text.empty() ? "" : "; ", key, to_word(delta->cause),
                        delta->who);
    if (!delta->why.empty()) text += ": " + delta->why;
  }
  return text;
}

/// Brings the artefacts that an entry names to what is wanted. What is overridden stays; properties
/// are carried out by the state itself.
Verdict carry_out_state(const Entry& entry, const WorkView& view) {
  CarryOut what{steps_for(entry, view), false};
  if (!what.steps.empty()) return what;
  if (auto why = overridden(entry.keys, view.intended); !why.empty()) {
    return EndsAs{Outcome::kOverridden, std::move(why)};
  }
  return EndsAs{Outcome::kDone, {}};
}

std::set<std::string> artefact_names(const GroupState& state) {
  const std::string prefix = artefact_key("");
  std::set<std::string> names;
  for (auto at = state.lower_bound(prefix); at != state.end() && at->first.starts_with(prefix);
       ++at) {
    names.insert(at->first.substr(prefix.size()));
  }
  return names;
}

/// Something is on record of this key that only a step which ends well takes away.
bool speaks_of(const Actual& actual, const std::string& key) {
  return actual.failures.contains(key) || actual.drifts.contains(key);
}

/// Of class *latest*: the artefacts that the entry is about, here and now.
std::vector<std::string> named_here(const Entry& entry, const WorkView& view) {
  std::vector<std::string> names;
  for (const std::string& key : entry.keys) {
    if (const auto name = run_name(key)) names.emplace_back(*name);
  }
  if (!entry.keys.empty()) return names;
  for (const auto& [name, desired] : desired_artefacts(view.state, *view.me)) {
    names.push_back(name);
  }
  return names;
}

/// The last of several runs, and none before what was set later; nor what is stopped or not there.
Verdict latest(const Entry& entry, const WorkView& view, const LastOfKind& last) {
  const std::vector<std::string> names = named_here(entry, view);
  if (names.empty() && !entry.keys.empty()) return carry_out_state(entry, view);
  std::vector<ArtefactStep> steps;
  std::string held;
  bool superseded = false;
  for (const std::string& name : names) {
    const std::string key = run_key(name);
    if (last.comes_again(entry, key) || set_later(view.state, *view.me, name, entry.sequence)) {
      superseded = true;
    } else if (stands_against_commands(view.intended, key)) {
      if (!held.empty()) held += "; ";
      held += overridden({key}, view.intended);
    } else {
      ArtefactStep step = step_for(name, entry.sequence, view);
      step.run_only = true;
      if (step.desired.release && step.desired.running) steps.push_back(std::move(step));
    }
  }
  if (!steps.empty()) return CarryOut{std::move(steps), false};
  if (!held.empty()) return EndsAs{Outcome::kOverridden, std::move(held)};
  if (superseded) return EndsAs{Outcome::kSuperseded, {}};
  return EndsAs{Outcome::kSkipped, "nothing of it is to run here"};
}

EndsAs unknown_kind(const Entry& entry) {
  return {Outcome::kNotUnderstood,
          fmt::format("kind {:016x} needs a newer group-member", entry.kind.value)};
}

}  // namespace

void LastOfKind::add(const Entry& entry) {
  if (entry.entry_class != EntryClass::kLatest) return;
  if (entry.keys.empty()) last_[{entry.kind, {}}] = entry.sequence;
  for (const std::string& key : entry.keys) last_[{entry.kind, key}] = entry.sequence;
}

bool LastOfKind::comes_again(const Entry& entry, const std::string& key) const {
  const auto later = [&](const std::string& of) {
    const auto found = last_.find({entry.kind, of});
    return found != last_.end() && found->second > entry.sequence;
  };
  return later({}) || later(key);
}

Verdict settle(const Entry& entry, const WorkView& view, const LastOfKind& last) {
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
  if (entry.entry_class == EntryClass::kLatest) return latest(entry, view, last);
  if (row->announces != nullptr && row->announces(entry.payload)) return EndsAs{};
  if (superseded(entry, *row, view)) return EndsAs{Outcome::kSuperseded, {}};
  return carry_out_state(entry, view);
}

Verdict settle_again(const Entry& entry, const WorkView& view) {
  const ApplyRow* row = view.table.find(entry.kind);
  if (!view.me || row == nullptr) return EndsAs{Outcome::kUnknown, "interrupted by a restart"};
  if (entry.kind == kLabelledKind) return CarryOut{steps_for_all(view), true};
  if (entry.entry_class == EntryClass::kLatest) return latest(entry, view, {});
  if (entry.entry_class != EntryClass::kNeverLate) return carry_out_state(entry, view);
  if (!row->repeatable) return EndsAs{Outcome::kUnknown, "interrupted by a restart"};
  const std::optional<bool> late = expired(entry, view);
  if (!late) return MustWait{};
  if (*late) return EndsAs{Outcome::kUnknown, "interrupted by a restart, and expired since"};
  return CarryOut{};
}

bool is_known_how(const std::string& name, const WorkView& view) {
  return view.me || stands_against_commands(view.intended, artefact_key(name)) ||
         view.intended.contains(run_key(name));
}

std::vector<ArtefactStep> steps_for(const std::vector<std::string>& names, const WorkView& view) {
  std::vector<ArtefactStep> steps;
  for (const std::string& name : names) {
    if (!is_known_how(name, view)) continue;
    ArtefactStep step = step_for(name, Sequence{}, view);
    const bool nothing = !step.desired.release && !step.actual && !step.leave;
    if (!nothing || speaks_of(view.actual, artefact_key(name))) steps.push_back(std::move(step));
  }
  return steps;
}

std::vector<ArtefactStep> steps_for_all(const WorkView& view) {
  std::set<std::string> names;
  for (const auto& [key, delta] : view.intended) {
    if (const auto name = artefact_in(key)) names.emplace(*name);
  }
  if (view.me) {
    for (const auto& [name, desired] : desired_artefacts(view.state, *view.me)) names.insert(name);
    for (const auto& [name, placed] : in_place(view.actual)) names.insert(name);
  }
  return steps_for({names.begin(), names.end()}, view);
}

ArtefactStep step_at_start(const std::string& name, const WorkView& view) {
  if (is_known_how(name, view)) return step_for(name, Sequence{}, view);
  return {name, {}, in_place(view.actual, name), true};
}

std::vector<ArtefactStep> steps_at_start(const WorkView& view) {
  auto steps = steps_for_all(view);
  if (view.me) return steps;
  std::set<std::string> names = artefact_names(view.state);
  for (const auto& [name, placed] : in_place(view.actual)) names.insert(name);
  for (const std::string& name : names) {
    if (!is_known_how(name, view)) steps.push_back(step_at_start(name, view));
  }
  return steps;
}

}  // namespace groupctl
