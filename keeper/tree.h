// The processes below this one, which adopts what they leave behind: reaped and killed.
#pragma once

#include <sys/types.h>

#include <functional>

namespace groupctl::keeper {

/// Called with each child that has ended, and its status as of waitpid(2).
using OnReaped = std::function<void(pid_t pid, int status)>;

/// Reaps those that have ended. False: there is no child, so no descendant either.
bool reap(const OnReaped& on_reaped);

/// Kills every descendant and returns when all are reaped. They are stopped before any is killed,
/// so that a fork bomb cannot outrun it. The process is a subreaper with SIGCHLD blocked and one
/// thread.
void kill_tree(const OnReaped& on_reaped);

}  // namespace groupctl::keeper
