// What may come by the thousand, and is said once a minute with how often. Time is an argument.
#pragma once

#include <cstdint>
#include <utility>

#include "log/token_bucket.h"

namespace groupctl {

class CountedLine {
 public:
  /// It has come once more.
  void add() { ++unsaid_; }
  /// How often since it was said last; 0: there is nothing to say now.
  std::uint64_t take(LocalTime now) {
    return unsaid_ != 0 && lines_.take(now, once_a_minute(), 1) ? std::exchange(unsaid_, 0) : 0;
  }
  std::uint64_t count(LocalTime now) {
    add();
    return take(now);
  }
  /// Whether the next one would be said.
  bool is_due(LocalTime now) const { return lines_.holds(now, once_a_minute(), 1); }

 private:
  static Rate once_a_minute() { return Rate::per_minute(1, 1); }

  TokenBucket lines_;
  std::uint64_t unsaid_ = 0;
};

}  // namespace groupctl
