// group-coordinator without its main: flags, init, run.
#pragma once

#include <functional>

#include "log/store.h"
#include "wire/bus.h"

namespace groupctl {

/// What a run puts around its seams once they are open; what is given back is used instead and must
/// live as long as the process. As they stand, the seams themselves.
struct SeamDecorators {
  std::function<Store&(Store&)> store = [](Store& opened) -> Store& { return opened; };
  std::function<CoordinatorBus&(CoordinatorBus&)> bus =
      [](CoordinatorBus& bound) -> CoordinatorBus& { return bound; };
};

/// Gives the exit code.
int coordinator_program(int argc, const char* const* argv, const SeamDecorators& decorators);

}  // namespace groupctl
