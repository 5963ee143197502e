// Durations as people write them: a number and a unit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "log/result.h"

namespace groupctl {

/// Milliseconds of "200ms", "30s", "10m", "2h", "7d". A unit is needed, so that nobody reads 3 as
/// another unit than was meant. Errors: kInvalid, also for what does not fit 63 bits.
Result<std::uint64_t> parse_duration_ms(std::string_view text);

/// The shortest text that means just these: "20s", not "20000ms"; "0s".
std::string duration_text(std::uint64_t ms);

}  // namespace groupctl
