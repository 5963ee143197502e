// Where something can be put around what a coordinator stands on.
#pragma once

#include <functional>

#include "log/store.h"
#include "wire/bus.h"

namespace groupctl {

/// What a group puts around its seams once they are open; what is given back is used instead and
/// must live as long as the process. As they stand, the seams themselves.
struct SeamDecorators {
  std::function<Store&(Store&)> store = [](Store& opened) -> Store& { return opened; };
  std::function<CoordinatorBus&(CoordinatorBus&)> bus =
      [](CoordinatorBus& bound) -> CoordinatorBus& { return bound; };
};

}  // namespace groupctl
