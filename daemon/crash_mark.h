// A mark that a process leaves when SIGBUS, SIGSEGV or SIGABRT ends it: the next start looks at its
// data with suspicion first.
#pragma once

#include <string>

#include "log/result.h"

namespace groupctl {

/// From now on such a death makes the file `path`; then the signal ends the process as it would
/// have. Call once. Errors: kIo when the folder of `path` cannot be opened.
Status leave_crash_mark(const std::string& path);
/// Whether the last process that called leave_crash_mark(path) died so.
bool has_crash_mark(const std::string& path);
void clear_crash_mark(const std::string& path);

}  // namespace groupctl
