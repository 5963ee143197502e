#include "commands/running.h"

namespace groupctl {
namespace {

bool runs(const Placed& placed) {
  return placed.run != Run::kNothing && placed.run != Run::kStopped;
}

StepResult<void> await_health(const ArtefactStep& step, Deployer& deployer, Host& host) {
  const auto& release = step.desired.release;
  if (!release || release->health.command.empty()) return {};
  host.progress("health", 0);
  return deployer.await_health(step.name);
}

StepResult<void> put_back(const ArtefactStep& step, const Placed& former, Deployer& deployer,
                          Host& host) {
  host.progress("go back", 0);
  if (auto back = deployer.go_back(step.name, former); !back) return back;
  return runs(former) ? deployer.start(step.name) : StepResult<void>();
}

}  // namespace

StepResult<bool> run_as_desired(const ArtefactStep& step, const Placed& placed, Deployer& deployer,
                                Host& host) {
  if (placed.run != Run::kNothing && !step.desired.running) {
    if (!runs(placed)) return false;
    host.progress("stop", 0);
    return deployer.stop(step.name).map([] { return true; });
  }
  const bool starts = placed.run != Run::kNothing && placed.run != Run::kRunning;
  if (starts) {
    host.progress("start", 0);
    if (auto started = deployer.start(step.name); !started) {
      return tl::unexpected<StepError>(started.error());
    }
  }
  return await_health(step, deployer, host).map([&] { return starts; });
}

StepError gone_back(const ArtefactStep& step, const Placed& former, const StepError& why,
                    Deployer& deployer, Host& host) {
  StepError told = why;
  if (const auto back = put_back(step, former, deployer, host)) {
    told.text += "; " + former.version + (runs(former) ? " runs again" : " is in place again");
  } else {
    told.text += "; " + former.version + " could not be put back: " + back.error().text;
  }
  return told;
}

}  // namespace groupctl
