#include "bench/latency.h"

#include <algorithm>

#include "bench/works.h"

namespace groupctl::bench {

double percentile_us(std::vector<double> seconds, unsigned percent) {
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() * percent / 100] * kMicroseconds;
}

}  // namespace groupctl::bench
