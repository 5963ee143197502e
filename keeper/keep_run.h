// `group-keeper keep RUN_DIR`: a workload, for as long as it is wanted.
#pragma once

#include <string>

namespace groupctl::keeper {

/// In the process that was spawned: forks what stays and returns when that is on its own. What
/// stays says on stdout how its first start went, '+' or '-' with the word of an EndKind and a
/// text, and closes it; descriptor 3 is the lock of the folder. The exit code.
int run_keep_keeper(const std::string& folder);

}  // namespace groupctl::keeper
