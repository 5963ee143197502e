#include "member/actuals.h"

#include "member/memory.h"

namespace groupctl {
namespace {

bool same_release(const std::optional<ActualArtefact>& a, const std::optional<ActualArtefact>& b) {
  if (!a || !b) return !a && !b;
  return a->version == b->version && a->digest == b->digest;
}

/// What was found against what the last step left; nullopt: the same.
std::optional<Drift> drift_of(const Actual& actual, const std::string& name,
                              const Inspection& found) {
  const auto left = actual.artefacts.find(name);
  const bool any = left != actual.artefacts.end();
  std::optional<ActualArtefact> there;
  if (found.placed) {
    const bool same = any && left->second.version == found.placed->version &&
                      left->second.digest == found.placed->digest;
    there = ActualArtefact{found.placed->version, found.placed->digest,
                           same ? left->second.sequence : Sequence{}};
    if (same && found.altered.empty()) return std::nullopt;
    if (same) return Drift{there, found.altered};
    return Drift{there, "version " + there->version + " is in place" +
                            (any ? ", not " + left->second.version : std::string())};
  }
  if (!any) return std::nullopt;
  return Drift{std::nullopt, "version " + left->second.version + " is no longer in place"};
}

}  // namespace

void Actuals::ended(const std::vector<ArtefactStep>& steps, Sequence sequence,
                    const ExecuteResult& result, RowStage& stage) {
  for (const auto& [name, now] : result.runs) runs(name, now, stage);
  for (const auto& [name, repository] : result.sources) came_from(name, repository, stage);
  const bool bad = group_of(result.outcome) == OutcomeGroup::kBad;
  for (const ArtefactStep& step : steps) {
    const std::string key = step.run_only ? run_key(step.name) : artefact_key(step.name);
    const auto now = result.actual.find(step.name);
    touched_.insert(step.name);
    if (now != result.actual.end()) found(step, now->second, stage);
    if (bad) {
      fail(key, {sequence, result.text}, stage);
    } else if (!step.leave) {
      mend(key, stage);
      if (!step.run_only) mend(run_key(step.name), stage);
    }
  }
  ++version_;
}

/// What a look found is true for as long as the same is there, whatever the step put right of it. A
/// step that changes nothing of what is in place leaves the record of what was put there: the next
/// look compares with that.
void Actuals::found(const ArtefactStep& step, const std::optional<ActualArtefact>& now,
                    RowStage& stage) {
  const std::string key = artefact_key(step.name);
  const auto drift = actual_.drifts.find(key);
  if (drift != actual_.drifts.end()) {
    const bool same = same_release(drift->second.found, now);
    if (same && (step.leave || step.run_only)) return;
    if (!same) {
      stage.erase(drift_row(key));
      actual_.drifts.erase(drift);
    }
  }
  place(step.name, now, stage);
}

void Actuals::forget_failure(const std::string& key, RowStage& stage) {
  if (actual_.failures.erase(key) == 0) return;
  stage.erase(failure_row(key));
  ++version_;
}

void Actuals::place(const std::string& name, const std::optional<ActualArtefact>& now,
                    RowStage& stage) {
  if (now) {
    actual_.artefacts[name] = *now;
    stage.put(actual_row(name), encode_actual_row(*now));
  } else if (actual_.artefacts.erase(name) != 0) {
    stage.erase(actual_row(name));
  }
}

void Actuals::came_from(const std::string& name, const std::string& repository, RowStage& stage) {
  if (!repository.empty()) {
    actual_.sources[name] = repository;
    stage.put(source_row(name), copy_bytes(as_bytes(repository)));
  } else if (actual_.sources.erase(name) != 0) {
    stage.erase(source_row(name));
  }
}

bool Actuals::runs(const std::string& name, const RunState& now, RowStage& stage) {
  const auto known = actual_.runs.find(name);
  if (now.run == Run::kNothing) {
    if (known == actual_.runs.end()) return false;
    actual_.runs.erase(known);
    stage.erase(run_state_row(name));
  } else {
    if (known != actual_.runs.end() && known->second == now) return false;
    actual_.runs.insert_or_assign(name, now);
    stage.put(run_state_row(name), encode_run_state_row(now));
  }
  ++version_;
  return true;
}

void Actuals::fail(const std::string& key, FailedStep failure, RowStage& stage) {
  stage.put(failure_row(key), encode_failure_row(failure));
  actual_.failures[key] = std::move(failure);
}

void Actuals::mend(const std::string& key, RowStage& stage) {
  if (actual_.failures.erase(key) != 0) stage.erase(failure_row(key));
  if (actual_.drifts.erase(key) != 0) stage.erase(drift_row(key));
}

std::optional<Drift> Actuals::looked(const std::string& name, const Inspection& found,
                                     RowStage& stage) {
  const std::string key = artefact_key(name);
  auto drift = drift_of(actual_, name, found);
  const auto known = actual_.drifts.find(key);
  if (drift && known != actual_.drifts.end() && known->second == *drift) return std::nullopt;
  if (drift) {
    stage.put(drift_row(key), encode_drift_row(*drift));
    actual_.drifts.insert_or_assign(key, *drift);
  } else if (known != actual_.drifts.end()) {
    stage.erase(drift_row(key));
    actual_.drifts.erase(known);
  } else {
    return std::nullopt;
  }
  ++version_;
  return drift;
}

}  // namespace groupctl
