// The machine's limits for a durable log: bare LMDB with default sync.
#pragma once

#include <cstdint>
#include <string>

#include "log/result.h"

namespace groupctl::bench {

/// Records of 256 bytes a second, `batch` of them a transaction (MDB_APPEND), for about `seconds`,
/// in a fresh environment in `dir`.
Result<double> lmdb_appends_per_second(const std::string& dir, std::uint64_t batch, double seconds);

/// Of a log that nobody has open: seconds to open its environment and read its head row.
Result<double> lmdb_open_seconds(const std::string& dir);

/// Of a log that nobody has open: bytes a second of a cursor that copies every frame.
Result<double> lmdb_read_bytes_per_second(const std::string& dir);

}  // namespace groupctl::bench
