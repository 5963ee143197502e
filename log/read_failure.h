// What a failed read of a store means for the process.
#pragma once

#include "log/result.h"

namespace groupctl {

/// Whether what is stored cannot be read: no later reading mends that, so the process ends, and the
/// next start verifies everything.
inline bool is_read_failure(const Error& error) {
  return error.code == ErrorCode::kIo || error.code == ErrorCode::kCorrupt;
}

}  // namespace groupctl
