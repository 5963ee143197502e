// What a work's replies took, as percentiles.
#pragma once

#include <vector>

namespace groupctl::bench {

/// That `percent` of them took at most, in microseconds. `seconds` is not empty.
double percentile_us(std::vector<double> seconds, unsigned percent);

}  // namespace groupctl::bench
