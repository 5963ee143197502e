// The deployer "process": what a release holds is run, kept running, and found again after the
// member's own end.
#pragma once

#include <string>

#include "keeper/kept.h"
#include "member/host/health.h"
#include "member/host/process_config.h"
#include "member/host/releases_deployer.h"

namespace groupctl {

/// Each process has a keeper of its own (keeper/kept.h) with a folder RUN/NAME, which outlives this
/// process: who comes later asks there how it runs.
class ProcessDeployer : public ReleasesDeployer {
 public:
  static constexpr std::string_view kName = "process";

  /// `programs` outlives it. `run_dir` is a folder of this member alone.
  ProcessDeployer(Releases releases, const Programs& programs, std::string run_dir)
      : ReleasesDeployer(std::move(releases)),
        programs_(&programs),
        health_(programs),
        run_dir_(std::move(run_dir)) {}

  bool runs_releases() const override { return true; }
  /// What the workload keeps in its data folder stays.
  StepResult<void> withdraw(const std::string& name) override;
  /// Returns when it has run for as long as its configuration asks for.
  StepResult<void> start(const std::string& name) override;
  /// Returns when no process of it is left.
  StepResult<void> stop(const std::string& name) override;
  StepResult<void> restart(const std::string& name) override;
  StepResult<void> refresh(const std::string& name) override;
  /// The program is run as the workload is: with its environment, as its user.
  StepResult<void> await_health(const std::string& name) override;
  StepResult<void> dump(const std::string& folder) override;

 private:
  Status check_config(const Bytes& config) const override;
  /// A process is of the release that it was started as.
  StepResult<void> add_run(const ReleaseRecord& record, Placed& placed) const override;
  keeper::Kept kept(const std::string& name) const {
    return {programs_->keeper(), run_dir_ + "/" + name};
  }
  /// What programs of a release are told: its workload, and its health check.
  Environment told_of(const ReleaseRecord& record, const ProcessConfig& config) const;
  StepResult<keeper::KeptSpec> spec_of(const ReleaseRecord& record, const ProcessConfig& config);
  StepResult<void> await_steady(const std::string& name, std::uint64_t steady_ms);

  const Programs* programs_;
  HealthChecks health_;
  std::string run_dir_;
};

}  // namespace groupctl
