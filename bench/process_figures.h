// What a process and a folder take of the machine.
#pragma once

#include <sys/types.h>

#include <string>

#include "log/result.h"

namespace groupctl::bench {

/// Bytes of memory that are this process's alone: anonymous, resident or swapped. Mapped files (the
/// log) are the page cache's. Errors: kNotFound.
Result<double> private_bytes(pid_t pid);

/// Seconds of CPU that the process has had. Errors: kNotFound.
Result<double> cpu_seconds(pid_t pid);

/// Bytes that the files of a folder take on the disk; holes take none.
double disk_bytes(const std::string& dir);

}  // namespace groupctl::bench
