#include "tests/simulation/world/sim_host.h"

namespace groupctl::sim {

Deployer* SimHost::deployer(std::string_view) { return this; }

StepResult<ArtefactSource> SimHost::fetch(const std::string& name, const Release& release) {
  if (random_.chance(faults_.step_failure)) {
    return tl::unexpected(StepError{Outcome::kFailed, "fetch", "no such artefact anywhere"});
  }
  return ArtefactSource{name + "@" + release.version, "simulated"};
}

StepResult<std::optional<Placed>> SimHost::status(const std::string& name) {
  auto found = placed_.find(name);
  if (found == placed_.end()) return std::nullopt;
  return found->second;
}

StepResult<void> SimHost::deploy(const std::string& name, const Release& release,
                                 const ArtefactSource&) {
  const bool due = failures_due_ > 0;
  if (due) --failures_due_;
  if (due || random_.chance(faults_.step_failure)) {
    return tl::unexpected(StepError{Outcome::kFailed, "unpack", "the archive is broken"});
  }
  placed_[name] = Placed{release.version, release.digest};
  return {};
}

StepResult<void> SimHost::undeploy(const std::string& name) {
  placed_.erase(name);
  return {};
}

}  // namespace groupctl::sim
