// Runs of bytes packed by zstd (RFC 8878), each one frame that tells its content size.
#pragma once

#include "log/result.h"
#include "log/strong.h"

namespace groupctl {

/// `level`: of zstd, 1 is fastest.
Bytes zstd_packed(ByteView plain, int level);
/// Errors: kCorrupt; kInvalid when it says that it unpacks to more than `max_bytes`.
Result<Bytes> zstd_unpacked(ByteView packed, std::size_t max_bytes);

}  // namespace groupctl
