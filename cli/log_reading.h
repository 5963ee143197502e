// Entries of the log, page by page.
#pragma once

#include "cli/client.h"
#include "cli/report.h"

namespace groupctl {

/// At most `limit` entries from this one on; from 0: the last ones. Errors: kCompacted when `from`
/// is below the floor of the log; kCorrupt.
Result<LogReport> read_log(Client& client, Sequence from, std::uint32_t limit,
                           std::uint64_t within_ms);
/// Errors: also kNotFound, with the sequences that there are.
Result<ShownEntry> read_entry(Client& client, Sequence sequence, std::uint64_t within_ms);

}  // namespace groupctl
