// A mark that a process leaves when reading its data ended it: the next start looks at that with
// suspicion first.
#pragma once

#include <string>

#include "log/result.h"

namespace groupctl {

/// From now on SIGBUS (what is mapped cannot be read), SIGSEGV and SIGABRT make the file `path`.
/// SIGBUS then ends the process with exit code 74, the others as they would have. Deaths with less
/// than ten minutes between them are counted beside it, in PATH-count. Call once. Errors: kIo when
/// the folder cannot be opened, and after three such deaths: what ends the process is not in its
/// data, and it is not started until somebody has removed PATH-count.
Status leave_crash_mark(const std::string& path);
/// Makes the file of leave_crash_mark() and counts: this process is to end because of a read error.
void mark_crash();
/// Whether the last process that called leave_crash_mark(path) ended so.
bool has_crash_mark(const std::string& path);
void clear_crash_mark(const std::string& path);

}  // namespace groupctl
