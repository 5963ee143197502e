// How what is in place comes to run, or not, as is desired.
#pragma once

#include "commands/host.h"

namespace groupctl {

/// Starts or stops it, if it does not run as the step desires, and waits until it is well. What its
/// deployer does not run is only asked whether it is well. Gives whether anything was done.
StepResult<bool> run_as_desired(const ArtefactStep& step, const Placed& placed, Deployer& deployer,
                                Host& host);

/// Puts back what `by` had in place before a release that did not come up, and starts it if it is
/// to. The error is the one of that release, with what became of the former one.
StepError gone_back(const ArtefactStep& step, const Placed& former, bool starts,
                    const StepError& why, Deployer& by, Host& host);

/// Whether it does anything but stand there.
bool runs(const Placed& placed);

}  // namespace groupctl
