// What may come by the thousand, and is said once a minute with how often. Time is an argument.
#pragma once

#include <cstdint>
#include <utility>

#include "log/token_bucket.h"

namespace groupctl {

class CountedLine {
 public:
  /// It has come once more. How often since it was said last; 0: it is not to be said now.
  std::uint64_t count(LocalTime now) {
    ++unsaid_;
    return lines_.take(now, kLines, 1) ? std::exchange(unsaid_, 0) : 0;
  }
  /// Whether the next one would be said.
  bool is_due(LocalTime now) const { return lines_.holds(now, kLines, 1); }

 private:
  static constexpr Rate kLines = {1, 60'000, 1};
  TokenBucket lines_;
  std::uint64_t unsaid_ = 0;
};

}  // namespace groupctl
