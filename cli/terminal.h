// The terminal of this process.
#pragma once

#include "cli/screen.h"

namespace groupctl {

/// As it is now: a window may have another size at the next call.
ScreenFacts screen_facts();

}  // namespace groupctl
