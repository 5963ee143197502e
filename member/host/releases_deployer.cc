#include "member/host/releases_deployer.h"

#include "member/host/names.h"

namespace groupctl {

StepResult<ReleaseRecord> ReleasesDeployer::current(const std::string& name,
                                                    std::string_view step) const {
  auto record = releases_.current(name);
  if (!record) return tl::unexpected<StepError>(record.error());
  if (*record) return **std::move(record);
  return step_failed(step, name + " is not in place");
}

StepResult<std::optional<Placed>> ReleasesDeployer::status(const std::string& name) {
  const auto record = releases_.current(name);
  if (!record) return tl::unexpected<StepError>(record.error());
  if (!*record) return std::nullopt;
  Placed placed = placed_of(**record);
  if (auto added = add_run(**record, placed); !added) {
    return tl::unexpected<StepError>(added.error());
  }
  return placed;
}

StepResult<Inspection> ReleasesDeployer::inspect(const std::string& name, const Pace& pace) {
  const auto record = releases_.current(name);
  if (!record) return tl::unexpected<StepError>(record.error());
  if (!*record) return Inspection{};
  auto altered = releases_.altered(**record, pace);
  if (!altered) return tl::unexpected<StepError>(altered.error());
  Inspection found{placed_of(**record), *std::move(altered)};
  if (auto added = add_run(**record, *found.placed); !added) {
    return tl::unexpected<StepError>(added.error());
  }
  return found;
}

StepResult<std::string> ReleasesDeployer::foretell(const std::string&, const Release& release) {
  return as_step("config", check_config(release.config)).map([] { return std::string(); });
}

StepResult<void> ReleasesDeployer::prepare(const std::string& name, const Release& release,
                                           const ArtefactSource& source) {
  if (auto valid = as_step("config", check_config(release.config)); !valid) return valid;
  return releases_.unpack(name, release, source).map([](const ReleaseRecord&) {});
}

StepResult<void> ReleasesDeployer::deploy(const std::string& name, const Release& release,
                                          const ArtefactSource& source) {
  if (auto valid = as_step("config", check_config(release.config)); !valid) return valid;
  return releases_.put(name, release, source);
}

StepResult<void> ReleasesDeployer::undeploy(const std::string& name) {
  if (auto withdrawn = withdraw(name); !withdrawn) return withdrawn;
  return releases_.remove(name);
}

}  // namespace groupctl
