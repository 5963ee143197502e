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

}  // namespace

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
    delta[artefact_key(name)] = {DeltaKind::kHeld, {}, in_place(actual, name), {}};
  }
  for (const auto& [name, there] : in_place(actual)) {
    if (aim.desired.artefacts.contains(name) || aim.left.contains(name)) continue;
    delta[artefact_key(name)] = {DeltaKind::kForeign, there.sequence, there, {}};
  }
  return delta;
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
