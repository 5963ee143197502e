#include "bench/latency.h"

#include <algorithm>

#include "bench/works.h"

namespace groupctl::bench {

double percentile_us(std::vector<double> seconds, unsigned percent) {
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() * percent / 100] * kMicroseconds;
}

std::uint64_t ms_until(std::chrono::steady_clock::time_point at) {
  const auto left = at - std::chrono::steady_clock::now();
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  return ms > 0 ? static_cast<std::uint64_t>(ms) : 0;
}

}  // namespace groupctl::bench
