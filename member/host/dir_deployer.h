// The deployer "dir": a release is a folder of files that others read; nothing runs.
#pragma once

#include <string>

#include "member/host/health.h"
#include "member/host/releases.h"

namespace groupctl {

class DirDeployer : public Deployer {
 public:
  static constexpr std::string_view kName = "dir";

  DirDeployer(Releases releases, HealthChecks health)
      : releases_(std::move(releases)), health_(std::move(health)) {}

  bool runs_releases() const override { return false; }
  std::optional<std::uint64_t> room() const override { return releases_.room(); }
  StepResult<std::string> foretell(const std::string& name, const Release& release) override;
  StepResult<std::optional<Placed>> status(const std::string& name) override;
  StepResult<Inspection> inspect(const std::string& name, const Pace& pace) override;
  StepResult<void> prepare(const std::string& name, const Release& release,
                           const ArtefactSource& source) override;
  std::optional<Former> former(const std::string& name) override { return releases_.former(name); }
  StepResult<void> proved(const std::string& name) override {
    releases_.forget_former(name);
    return {};
  }
  /// Step "config": it takes none. Those of Releases::put().
  StepResult<void> deploy(const std::string& name, const Release& release,
                          const ArtefactSource& source) override;
  StepResult<void> go_back(const std::string& name, const Placed& former) override;
  StepResult<void> withdraw(const std::string&) override { return {}; }
  StepResult<void> undeploy(const std::string& name) override;
  StepResult<void> start(const std::string& name) override;
  StepResult<void> stop(const std::string& name) override;
  StepResult<void> restart(const std::string& name) override;
  StepResult<void> refresh(const std::string& name) override;
  StepResult<void> await_health(const std::string& name) override;
  StepResult<void> dump(const std::string& folder) override { return releases_.dump(folder); }

 private:
  Releases releases_;
  HealthChecks health_;
};

}  // namespace groupctl
