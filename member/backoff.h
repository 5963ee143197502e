// Waiting longer after each try, with jitter, so that many members do not ask in step.
#pragma once

#include <algorithm>

#include "log/pcg.h"

namespace groupctl {

class Backoff {
 public:
  Backoff(std::uint64_t min_ms, std::uint64_t max_ms) : min_ms_(min_ms), max_ms_(max_ms) {}

  /// Milliseconds until the next try: half to whole of a span that doubles up to the maximum.
  std::uint64_t next(Pcg& pcg) {
    const std::uint64_t span = std::min(max_ms_, min_ms_ << std::min(tries_, 20U));
    ++tries_;
    return span / 2 + pcg.below(span / 2 + 1);
  }
  void reset() { tries_ = 0; }
  unsigned tries() const { return tries_; }

 private:
  std::uint64_t min_ms_;
  std::uint64_t max_ms_;
  unsigned tries_ = 0;
};

}  // namespace groupctl
