// Starting one program as a child that has nothing of its starter.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "keeper/program_file.h"

namespace groupctl::keeper {

/// What the child gets as its first three descriptors.
struct Stdio {
  int in = -1;
  int out = -1;
  int err = -1;
};

/// Starts it in a session of its own and returns when it is executed: with the user, folder,
/// environment and limits of the spec, umask 027, every signal as it is by default, no other
/// descriptor (but a script that of its own file, which its interpreter reads), no way to more
/// rights, and KILL when this process dies. `on_forked` is told its pid before it is executed: what
/// it notes is there whenever the program runs. The process has one thread.
Startable<pid_t> start_child(const ProgramSpec& spec, const ProgramFile& file,
                             const std::string& run_id, const Stdio& stdio,
                             const std::function<void(pid_t)>& on_forked = {});

}  // namespace groupctl::keeper
