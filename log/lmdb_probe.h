// Looks at a database before this process maps it: LMDB trusts its file, and ends the process by
// SIGBUS, SIGSEGV or SIGABRT when the file is damaged.
#pragma once

#include <filesystem>

#include "log/result.h"

namespace groupctl {

enum class ProbeDepth : std::uint8_t {
  kNewest,  ///< the head, and the newest frames
  kWhole,   ///< every value, every frame and its chain
};

/// Checks data.mdb from outside, then reads it in a child process, whose death is a find.
/// Nobody else may write the directory meanwhile. Errors: kNotFound, kCorrupt, kUnsupported, kIo.
Status probe(const std::filesystem::path& dir, ProbeDepth depth);

}  // namespace groupctl
