// The machine's limit for a durable log: bare LMDB, default sync, MDB_APPEND, so many records a
// commit.
#pragma once

#include <cstdint>
#include <string>

#include "log/result.h"

namespace groupctl::bench {

/// Records of 256 bytes a second, `batch` of them a transaction, for about `seconds`, in a fresh
/// environment in `dir`.
Result<double> lmdb_appends_per_second(const std::string& dir, std::uint64_t batch, double seconds);

}  // namespace groupctl::bench
