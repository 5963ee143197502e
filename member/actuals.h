// What is in place on this member and what failed, in memory and as rows.
#pragma once

#include <set>

#include "commands/host.h"
#include "commands/state/delta.h"
#include "member/row_stage.h"

namespace groupctl {

class Actuals {
 public:
  explicit Actuals(Actual actual) : actual_(std::move(actual)) {}

  const Actual& actual() const { return actual_; }
  /// How a step on artefacts ended: what is in place now, and whether its keys failed. One that
  /// leaves it as it is puts nothing right.
  void ended(const std::vector<ArtefactStep>& steps, Sequence sequence, const ExecuteResult& result,
             RowStage& stage);
  /// What a look found of an artefact that no step has touched since it began. Gives the drift if
  /// there is one now and it was not known.
  std::optional<Drift> looked(const std::string& name, const Inspection& found, RowStage& stage);
  /// How a look, or a step, found it to run; kNothing: it runs nothing, or is gone. True: otherwise
  /// than was known.
  bool runs(const std::string& name, const RunState& now, RowStage& stage);
  /// Another thing is wanted of this key now than what failed.
  void forget_failure(const std::string& key, RowStage& stage);
  /// From now on touched() tells which artefacts steps have ended on.
  void begin_look() { touched_.clear(); }
  bool touched(const std::string& name) const { return touched_.contains(name); }
  /// Changes with every change of actual().
  std::uint64_t version() const { return version_; }

 private:
  void place(const std::string& name, const std::optional<ActualArtefact>& now, RowStage& stage);
  void found(const ArtefactStep& step, const std::optional<ActualArtefact>& now, RowStage& stage);
  void came_from(const std::string& name, const std::string& repository, RowStage& stage);
  void fail(const std::string& key, FailedStep failure, RowStage& stage);
  void mend(const std::string& key, RowStage& stage);

  Actual actual_;
  std::set<std::string> touched_;
  std::uint64_t version_ = 1;
};

}  // namespace groupctl
