#include "member/deviations.h"

#include <algorithm>

namespace groupctl {
namespace {

Thing nothing() { return {}; }

Thing thing_of(const Release& release, bool with_config) {
  Thing thing;
  thing.kind = Thing::Kind::kRelease;
  thing.version = release.version;
  thing.digest = release.digest;
  thing.deployer = release.deployer;
  if (with_config) thing.config = release.config;
  return thing;
}

Thing thing_of(const std::optional<ActualArtefact>& placed) {
  if (!placed) return nothing();
  return thing_of(Release{placed->version, placed->digest, {}, {}}, false);
}

Thing thing_of(const std::string& value) {
  Thing thing;
  thing.kind = Thing::Kind::kValue;
  thing.value = value;
  return thing;
}

Thing thing_of(Run run) {
  Thing thing;
  thing.kind = Thing::Kind::kRun;
  thing.value = to_word(run);
  return thing;
}
Thing thing_of_running(bool running) { return thing_of(running ? Run::kRunning : Run::kStopped); }

struct WantedThing {
  Thing operator()(const LeftAsItIs&) const {
    Thing thing;
    thing.kind = Thing::Kind::kAsItIs;
    return thing;
  }
  Thing operator()(const Release& release) const { return thing_of(release, true); }
  Thing operator()(const NoRelease&) const { return nothing(); }
  Thing operator()(const std::string& value) const { return thing_of(value); }
  Thing operator()(const NoValue&) const { return nothing(); }
  Thing operator()(const WantedRun& wanted) const { return thing_of_running(wanted.running); }
};

/// What the group wants of a key.
void fill_group(Deviation& row, const LocalView& view) {
  if (!view.me) return;
  if (const auto name = artefact_name(row.key)) {
    const auto desired = desired_artefact(view.state, *view.me, *name);
    if (!desired) return;
    row.sequence = desired->sequence;
    if (desired->release) row.group = thing_of(*desired->release, false);
  } else if (const auto artefact = run_name(row.key)) {
    const auto desired = desired_run(view.state, *view.me, *artefact);
    if (desired) row.sequence = desired->sequence;
    row.group = thing_of_running(!desired || desired->running);
  } else if (const auto property = property_name(row.key)) {
    const auto desired = desired_property(view.state, *view.me, *property);
    if (!desired) return;
    row.sequence = desired->sequence;
    if (desired->value) row.group = thing_of(*desired->value);
  }
}

Deviation intended_row_of(const std::string& key, const IntendedDelta& delta,
                          const LocalView& view) {
  Deviation row;
  row.key = key;
  row.kind = "intended";
  row.cause = to_word(delta.cause);
  row.who = delta.who;
  row.when_ms = delta.when_ms;
  row.why = delta.why;
  row.wanted = std::visit(WantedThing{}, delta.wanted);
  row.there = row.wanted;
  if (const auto name = artefact_name(key)) {
    row.there = thing_of(in_place(view.actual, std::string(*name)));
  } else if (const auto run = run_name(key)) {
    const auto known = view.actual.runs.find(std::string(*run));
    row.there = known == view.actual.runs.end() ? nothing() : thing_of(known->second.run);
  }
  fill_group(row, view);
  return row;
}

Deviation observed_row_of(const std::string& key, const DeltaEntry& entry, const LocalView& view) {
  Deviation row;
  row.key = key;
  row.kind = to_word(entry.kind);
  row.why = entry.text;
  row.there = run_name(key) ? thing_of(entry.run) : thing_of(entry.actual);
  fill_group(row, view);
  return row;
}

}  // namespace

std::vector<Deviation> deviations(const LocalView& view) {
  std::vector<Deviation> rows;
  for (const auto& [key, delta] : view.intended) {
    rows.push_back(intended_row_of(key, delta, view));
  }
  const Delta observed =
      observed_delta(artefact_aim_for(view.state, view.me, view.intended), view.actual);
  for (const auto& [key, entry] : observed) {
    // That nobody speaks of it the row of the artefact itself says.
    const bool said = entry.kind == DeltaKind::kForeign && run_name(key);
    if (entry.kind != DeltaKind::kHeld && !said) rows.push_back(observed_row_of(key, entry, view));
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Deviation& a, const Deviation& b) { return a.key < b.key; });
  return rows;
}

}  // namespace groupctl
