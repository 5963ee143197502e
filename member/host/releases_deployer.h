// What deployers have in common that keep what they put in place as Releases.
#pragma once

#include <string>

#include "member/host/releases.h"

namespace groupctl {

class ReleasesDeployer : public Deployer {
 public:
  std::optional<std::uint64_t> room() const override { return releases_.room(); }
  StepResult<std::optional<Placed>> status(const std::string& name) override;
  StepResult<Inspection> inspect(const std::string& name, const Pace& pace) override;
  /// Step "config".
  StepResult<std::string> foretell(const std::string& name, const Release& release) override;
  /// Step "config", and those of Releases::unpack().
  StepResult<void> prepare(const std::string& name, const Release& release,
                           const ArtefactSource& source) override;
  /// Step "config", and those of Releases::put().
  StepResult<void> deploy(const std::string& name, const Release& release,
                          const ArtefactSource& source) override;
  std::optional<Former> former(const std::string& name) override { return releases_.former(name); }
  void proved(const std::string& name) override { releases_.forget_former(name); }
  StepResult<void> go_back(const std::string& name, const Placed& former) override {
    return releases_.go_back(name, former);
  }
  StepResult<void> undeploy(const std::string& name) override;
  StepResult<void> dump(const std::string& folder) override { return releases_.dump(folder); }

 protected:
  explicit ReleasesDeployer(Releases releases) : releases_(std::move(releases)) {}

  const Releases& releases() const { return releases_; }
  /// Of what has to be in place for this step.
  StepResult<ReleaseRecord> current(const std::string& name, std::string_view step) const;

 private:
  /// Whether it takes this configuration. Errors: kInvalid.
  virtual Status check_config(const Bytes& config) const = 0;
  /// How the release runs that is current. Any thread, as inspect().
  virtual StepResult<void> add_run(const ReleaseRecord& record, Placed& placed) const = 0;

  Releases releases_;
};

}  // namespace groupctl
