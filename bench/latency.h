// How long something takes, or is to take.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace groupctl::bench {

/// That `percent` of them took at most, in microseconds. `seconds` is not empty.
double percentile_us(std::vector<double> seconds, unsigned percent);
/// Rounded up; 0 when it has passed.
std::uint64_t ms_until(std::chrono::steady_clock::time_point at);

}  // namespace groupctl::bench
