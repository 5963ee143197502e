// The deployer "dir": a release is a folder of files that others read; nothing runs.
#pragma once

#include <string>

#include "member/host/health.h"
#include "member/host/releases_deployer.h"

namespace groupctl {

class DirDeployer : public ReleasesDeployer {
 public:
  static constexpr std::string_view kName = "dir";

  DirDeployer(Releases releases, HealthChecks health)
      : ReleasesDeployer(std::move(releases)), health_(std::move(health)) {}

  bool runs_releases() const override { return false; }
  StepResult<void> withdraw(const std::string&) override { return {}; }
  StepResult<void> start(const std::string& name) override;
  StepResult<void> stop(const std::string& name) override;
  StepResult<void> restart(const std::string& name) override;
  StepResult<void> refresh(const std::string& name) override;
  StepResult<void> await_health(const std::string& name) override;

 private:
  Status check_config(const Bytes& config) const override;
  StepResult<void> add_run(const ReleaseRecord&, Placed&) const override { return {}; }

  HealthChecks health_;
};

}  // namespace groupctl
