// Starting a keeper from any thread of any process.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "log/result.h"
#include "log/unique_fd.h"

namespace groupctl::keeper {

struct Handed {
  int fd = -1;  ///< ours
  int as = -1;  ///< its number there
};

/// Starts `keeper`, an absolute path, with these arguments and this many descriptors, in a session
/// of its own, with an empty environment. Those of the first three that are not handed are
/// /dev/null. The caller has to reap() it. Errors: kNotFound, kIo, kInvalid.
Result<pid_t> spawn_keeper(const std::string& keeper, const std::vector<std::string>& words,
                           const std::vector<Handed>& handed);

/// Waits for the end of a child. Its status as of waitpid(2); 0 when somebody else has reaped it.
int reap_child(pid_t pid);

/// A name for a run that no other has.
std::string new_run_id();

}  // namespace groupctl::keeper
