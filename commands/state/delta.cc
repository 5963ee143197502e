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

}  // namespace

Delta observed_delta(const Desired& desired, const Actual& actual) {
  Delta delta;
  for (const auto& [name, wanted] : desired.artefacts) {
    const std::string key = artefact_key(name);
    auto there = find_in(actual.artefacts, name);
    const auto failure = find_in(actual.failures, key);
    if (failure && failure->sequence >= wanted.sequence) {
      delta[key] = {DeltaKind::kFailed, failure->sequence, std::move(there), failure->text};
    } else if (there != as_desired(wanted)) {
      delta[key] = {DeltaKind::kPending, wanted.sequence, std::move(there), {}};
    }
  }
  for (const auto& [name, there] : actual.artefacts) {
    if (desired.artefacts.contains(name)) continue;
    delta[artefact_key(name)] = {DeltaKind::kForeign, there.sequence, there, {}};
  }
  return delta;
}

std::map<std::string, ActualArtefact> with_delta(const Desired& desired, const Delta& delta) {
  std::map<std::string, ActualArtefact> artefacts;
  for (const auto& [name, wanted] : desired.artefacts) {
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
    case DeltaKind::kForeign:
      return "foreign";
  }
  return "unknown";
}

}  // namespace groupctl
