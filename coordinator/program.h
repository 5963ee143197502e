// group-coordinator without its main: flags, init, run.
#pragma once

#include "coordinator/seams.h"

namespace groupctl {

/// Gives the exit code.
int coordinator_program(int argc, const char* const* argv, const SeamDecorators& decorators);

}  // namespace groupctl
