#include "commands/state/delta.h"

namespace groupctl {
namespace {

/// What is in place when the member has carried out what is desired; nullopt: nothing.
std::optional<ActualArtefact> as_desired(const DesiredArtefact& desired) {
  if (!desired.release) return std::nullopt;
  return ActualArtefact{desired.release->version, desired.release->digest, desired.sequence};
}

template <class Map>
auto find_in(const Map& map, const std::string& key) -> std::optional<typename Map::mapped_type> {
  auto found = map.find(key);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

std::optional<DeltaEntry> entry_for(const std::string& name, const DesiredArtefact& wanted,
                                    const Actual& actual) {
  const std::string key = artefact_key(name);
  const auto there = in_place(actual, name);
  const auto failure = find_in(actual.failures, key);
  if (failure && failure->sequence >= wanted.sequence) {
    return DeltaEntry{DeltaKind::kFailed, failure->sequence, there, failure->text};
  }
  if (const auto drift = find_in(actual.drifts, key)) {
    return DeltaEntry{DeltaKind::kDrifted, wanted.sequence, there, drift->text};
  }
  if (there == as_desired(wanted)) return std::nullopt;
  return DeltaEntry{DeltaKind::kPending, wanted.sequence, there, {}};
}

Run wanted_run(const DesiredArtefact& wanted) {
  if (!wanted.release) return Run::kNothing;
  return wanted.running ? Run::kRunning : Run::kStopped;
}

Run run_of(const Actual& actual, const std::string& name) {
  const auto run = find_in(actual.runs, name);
  return run ? run->run : Run::kNothing;
}

/// nullopt: it runs as is wanted.
std::optional<DeltaEntry> run_entry_for(const Aim& aim, const std::string& name,
                                        const RunState& there, const Actual& actual) {
  const auto wanted = find_in(aim.desired.artefacts, name);
  // Of what is held or foreign the artefact's own entry says how it runs.
  if (!wanted) return std::nullopt;
  const auto failure = find_in(actual.failures, run_key(name));
  if (failure && failure->sequence >= wanted->run_sequence) {
    return DeltaEntry{DeltaKind::kFailed, failure->sequence, std::nullopt, failure->text,
                      there.run};
  }
  if (there.run == wanted_run(*wanted)) return std::nullopt;
  DeltaEntry entry{DeltaKind::kDrifted, wanted->run_sequence, std::nullopt, there.text, there.run};
  const bool not_yet = !wanted->release || there.sequence != entry.sequence;
  if (there.run == Run::kFailed) {
    entry.kind = DeltaKind::kFailed;
  } else if (not_yet) {
    entry.kind = DeltaKind::kPending;
  }
  return entry;
}

}  // namespace

std::string run_text(const Actual& actual, const std::string& name) {
  const auto run = find_in(actual.runs, name);
  if (!run) return {};
  return std::string(to_word(run->run)) + (run->text.empty() ? "" : ": " + run->text);
}

std::optional<ActualArtefact> in_place(const Actual& actual, const std::string& name) {
  if (const auto drift = find_in(actual.drifts, artefact_key(name))) return drift->found;
  return find_in(actual.artefacts, name);
}

std::map<std::string, ActualArtefact> in_place(const Actual& actual) {
  auto artefacts = actual.artefacts;
  for (const auto& [key, drift] : actual.drifts) {
    const std::string name(artefact_name(key).value_or(""));
    if (drift.found) {
      artefacts.insert_or_assign(name, *drift.found);
    } else {
      artefacts.erase(name);
    }
  }
  return artefacts;
}

Delta observed_delta(const Aim& aim, const Actual& actual) {
  Delta delta;
  for (const auto& [name, wanted] : aim.desired.artefacts) {
    if (auto entry = entry_for(name, wanted, actual)) delta[artefact_key(name)] = *std::move(entry);
  }
  for (const std::string& name : aim.left) {
    delta[artefact_key(name)] = {
        DeltaKind::kHeld, {}, in_place(actual, name), {}, run_of(actual, name)};
  }
  const auto add_foreign = [&](const std::string& name) {
    if (aim.desired.artefacts.contains(name) || aim.left.contains(name)) return;
    const auto there = in_place(actual, name);
    if (!there) return;
    delta[artefact_key(name)] = {
        DeltaKind::kForeign, there->sequence, there, {}, run_of(actual, name)};
  };
  for (const auto& [name, there] : actual.artefacts) add_foreign(name);
  for (const auto& [key, drift] : actual.drifts) {
    if (const auto name = artefact_name(key)) add_foreign(std::string(*name));
  }
  for (const auto& [name, there] : actual.runs) {
    if (auto entry = run_entry_for(aim, name, there, actual))
      delta[run_key(name)] = *std::move(entry);
  }
  return delta;
}

Run run_with_delta(const Aim& aim, const Delta& delta, const std::string& name) {
  if (const auto entry = find_in(delta, run_key(name))) return entry->run;
  if (const auto wanted = find_in(aim.desired.artefacts, name)) return wanted_run(*wanted);
  const auto entry = find_in(delta, artefact_key(name));
  return entry ? entry->run : Run::kNothing;
}

std::map<std::string, ActualArtefact> with_delta(const Aim& aim, const Delta& delta) {
  std::map<std::string, ActualArtefact> artefacts;
  for (const auto& [name, wanted] : aim.desired.artefacts) {
    if (auto there = as_desired(wanted)) artefacts.emplace(name, std::move(*there));
  }
  for (const auto& [key, entry] : delta) {
    const auto name = artefact_name(key);
    if (!name) continue;
    if (entry.actual) {
      artefacts.insert_or_assign(std::string(*name), *entry.actual);
    } else {
      artefacts.erase(std::string(*name));
    }
  }
  return artefacts;
}

std::string_view to_word(Run run) {
  switch (run) {
    case Run::kNothing:
      return "runs nothing";
    case Run::kRunning:
      return "running";
    case Run::kStopped:
      return "stopped";
    case Run::kFailed:
      return "failing";
    case Run::kOther:
      return "running another release";
  }
  return "unknown";
}

std::string_view to_word(DeltaKind kind) {
  switch (kind) {
    case DeltaKind::kPending:
      return "pending";
    case DeltaKind::kFailed:
      return "failed";
    case DeltaKind::kDrifted:
      return "drifted";
    case DeltaKind::kForeign:
      return "foreign";
    case DeltaKind::kHeld:
      return "held";
  }
  return "unknown";
}

}  // namespace groupctl
