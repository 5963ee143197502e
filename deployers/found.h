// Where external deployers are: executables in folders of the member's own configuration.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace groupctl::deployers {

/// By name, which is the file's: every regular file that may be executed and whose name is_name().
/// Of several with one name the one in the last folder counts, and a line of the log says so; a
/// folder that is not there has none. Nothing is run, and nothing is said about who could change
/// them: that is looked at before each run.
std::map<std::string, std::string> find_deployers(const std::vector<std::string>& folders);

}  // namespace groupctl::deployers
