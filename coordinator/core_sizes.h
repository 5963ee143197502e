// How much a coordinator's core holds of what peers and time can make grow, beside the bound of
// each.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace groupctl {

struct CoreSize {
  std::string_view what;
  std::size_t size = 0;
  std::size_t most = 0;
};
using CoreSizes = std::vector<CoreSize>;

}  // namespace groupctl
