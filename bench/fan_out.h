// A client whose commands are under way until every member has acknowledged them.
#pragma once

#include "bench/door.h"
#include "log/result.h"

namespace groupctl::bench {

/// Submits `commands` commands, one a submit, at most `window` of them not yet acknowledged by all
/// `members`, who have to be in step; seconds until all are. Each run on a group needs a seed of
/// its own. Errors: anything refused, unknown or silent.
Result<double> fan_out_seconds(const PlaneDoor& admin, std::uint64_t members,
                               std::uint64_t commands, std::uint64_t window, std::uint64_t seed);

}  // namespace groupctl::bench
