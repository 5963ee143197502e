#include "daemon/version.h"

namespace groupctl {

std::string_view product_version() { return GROUPCTL_VERSION; }

}  // namespace groupctl
