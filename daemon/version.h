// The version of the product, one for all of its programs.
#pragma once

#include <string_view>

namespace groupctl {

/// "0.1.0".
std::string_view product_version();

}  // namespace groupctl
