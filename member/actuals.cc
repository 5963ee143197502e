#include "member/actuals.h"

#include "member/memory.h"

namespace groupctl {

void Actuals::ended(const std::vector<ArtefactStep>& steps, Sequence sequence,
                    const ExecuteResult& result, RowStage& stage) {
  for (const auto& [name, now] : result.actual) place(name, now, stage);
  const bool bad = group_of(result.outcome) == OutcomeGroup::kBad;
  for (const ArtefactStep& step : steps) {
    const std::string key = artefact_key(step.name);
    if (bad) {
      fail(key, {sequence, result.text}, stage);
    } else {
      mend(key, stage);
    }
  }
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

void Actuals::fail(const std::string& key, FailedStep failure, RowStage& stage) {
  stage.put(failure_row(key), encode_failure_row(failure));
  actual_.failures[key] = std::move(failure);
}

void Actuals::mend(const std::string& key, RowStage& stage) {
  if (actual_.failures.erase(key) != 0) stage.erase(failure_row(key));
}

}  // namespace groupctl
