// Opening a file whose place nobody else could change.
#pragma once

#include <string>

#include "keeper/program_file.h"

namespace groupctl::keeper {

/// Walks from the root, one name at a time. Every folder, symbolic link and the file itself belong
/// to root or this process's user, and no folder and no file may be written by others, not even in
/// a folder whose files only their owners may rename. Failures: kUnsafe, kNotFound, kNotStarted.
Startable<UniqueFd> open_safely(const std::string& path);

}  // namespace groupctl::keeper
