#include "member/host/dir_deployer.h"

#include "member/host/names.h"

namespace groupctl {
namespace {

StepResult<void> runs_nothing(std::string_view verb) {
  return step_failed(verb, "deployer dir runs nothing");
}

}  // namespace

StepResult<std::optional<Placed>> DirDeployer::status(const std::string& name) {
  return releases_.current(name).map([](const std::optional<ReleaseRecord>& record) {
    return record ? std::optional(placed_of(*record)) : std::nullopt;
  });
}

StepResult<Inspection> DirDeployer::inspect(const std::string& name, const Pace& pace) {
  const auto record = releases_.current(name);
  if (!record) return tl::unexpected<StepError>(record.error());
  if (!*record) return Inspection{};
  return releases_.altered(**record, pace).map([&](std::string altered) {
    return Inspection{placed_of(**record), std::move(altered)};
  });
}

StepResult<std::string> DirDeployer::foretell(const std::string&, const Release& release) {
  if (release.config.empty()) return std::string();
  return step_failed("config", "deployer dir takes no configuration");
}

StepResult<void> DirDeployer::prepare(const std::string& name, const Release& release,
                                      const ArtefactSource& source) {
  if (auto valid = foretell(name, release); !valid) {
    return tl::unexpected<StepError>(valid.error());
  }
  return releases_.unpack(name, release, source).map([](const ReleaseRecord&) {});
}

StepResult<void> DirDeployer::deploy(const std::string& name, const Release& release,
                                     const ArtefactSource& source) {
  if (auto valid = foretell(name, release); !valid) {
    return tl::unexpected<StepError>(valid.error());
  }
  return releases_.put(name, release, source);
}

StepResult<void> DirDeployer::go_back(const std::string& name, const Placed& former) {
  return releases_.go_back(name, former);
}

StepResult<void> DirDeployer::undeploy(const std::string& name) { return releases_.remove(name); }

StepResult<void> DirDeployer::start(const std::string&) { return runs_nothing("start"); }
StepResult<void> DirDeployer::stop(const std::string&) { return runs_nothing("stop"); }
StepResult<void> DirDeployer::restart(const std::string&) { return runs_nothing("restart"); }
StepResult<void> DirDeployer::refresh(const std::string&) { return runs_nothing("refresh"); }

StepResult<void> DirDeployer::await_health(const std::string& name) {
  const auto record = releases_.current(name);
  if (!record) return tl::unexpected<StepError>(record.error());
  if (!*record) return {};
  return health_.await(**record, releases_.folder(**record));
}

}  // namespace groupctl
