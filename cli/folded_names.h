// Many names in a line.
#pragma once

#include <string>
#include <vector>

namespace groupctl {

/// "web-01..09 web-11": of names in order those that count up by one, three or more, are drawn
/// together.
std::string folded_names(const std::vector<std::string>& names);

}  // namespace groupctl
