#include "member/host/dir_deployer.h"

#include "member/host/names.h"

namespace groupctl {
namespace {

StepResult<void> runs_nothing(std::string_view verb) {
  return step_failed(verb, "deployer dir runs nothing");
}

}  // namespace

Status DirDeployer::check_config(const Bytes& config) const {
  if (config.empty()) return {};
  return fail(ErrorCode::kInvalid, "deployer dir takes no configuration");
}

StepResult<void> DirDeployer::start(const std::string&) { return runs_nothing("start"); }
StepResult<void> DirDeployer::stop(const std::string&) { return runs_nothing("stop"); }
StepResult<void> DirDeployer::restart(const std::string&) { return runs_nothing("restart"); }
StepResult<void> DirDeployer::refresh(const std::string&) { return runs_nothing("refresh"); }

StepResult<void> DirDeployer::await_health(const std::string& name) {
  const auto record = current(name, "health");
  if (!record) return tl::unexpected<StepError>(record.error());
  return health_.await(*record, releases().folder(*record));
}

}  // namespace groupctl
