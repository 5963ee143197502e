#include "commands/running.h"

namespace groupctl {
namespace {

StepResult<void> await_health(const ArtefactStep& step, Deployer& deployer, Host& host) {
  const auto& release = step.desired.release;
  if (!release || release->health.command.empty()) return {};
  host.progress("health", 0);
  return deployer.await_health(step.name);
}

/// Gives whether it was started.
StepResult<bool> put_back(const ArtefactStep& step, const Placed& former, bool starts, Deployer& by,
                          Host& host) {
  host.progress("go back", 0);
  if (auto back = by.go_back(step.name, former); !back) {
    return tl::unexpected<StepError>(back.error());
  }
  if (!starts) return false;
  auto there = by.status(step.name);
  if (!there) return tl::unexpected<StepError>(there.error());
  if (!*there || (*there)->run == Run::kNothing) return false;
  return by.start(step.name).map([] { return true; });
}

}  // namespace

bool runs(const Placed& placed) {
  return placed.run != Run::kNothing && placed.run != Run::kStopped;
}

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

StepError gone_back(const ArtefactStep& step, const Placed& former, bool starts,
                    const StepError& why, Deployer& by, Host& host) {
  StepError told = why;
  const auto back = put_back(step, former, starts, by, host);
  if (back) {
    told.text += "; " + former.version + (*back ? " runs again" : " is in place again");
  } else {
    told.text += "; " + former.version + " could not be put back: " + back.error().text;
  }
  return told;
}

}  // namespace groupctl
