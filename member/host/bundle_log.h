// The end of a member's own log, for a dump.
#pragma once

#include <vector>

#include "log/entry.h"
#include "log/store.h"

namespace groupctl {

/// Entries up to `last`, at most so many, as far back as the log is kept. Errors: kCorrupt, kIo;
/// kCompacted when all of it has gone meanwhile.
Result<std::vector<Entry>> log_tail(const Store& store, Sequence last, std::size_t most);

}  // namespace groupctl
