// How often something may happen. Time is an argument.
#pragma once

#include <algorithm>
#include <cstdint>

#include "log/types.h"

namespace groupctl {

/// So many at once, and so many in a time from then on.
struct Rate {
  std::uint64_t tokens = 1;     ///< come back ...
  std::uint64_t per_ms = 1000;  ///< ... in so long
  std::uint64_t burst = 1;      ///< at once, when nothing was taken for long

  static Rate per_second(std::uint64_t tokens, std::uint64_t burst) {
    return {tokens, 1000, burst};
  }
  static Rate per_minute(std::uint64_t tokens, std::uint64_t burst) {
    return {tokens, 60'000, burst};
  }
};

/// Full at first.
class TokenBucket {
 public:
  /// Whether `cost` could be taken now; never when it is more than the burst.
  bool holds(LocalTime now, const Rate& rate, std::uint64_t cost) const {
    return cost <= rate.burst && missing_at(now, rate) <= (rate.burst - cost) * rate.per_ms;
  }
  /// Takes `cost` if it is there, else nothing.
  bool take(LocalTime now, const Rate& rate, std::uint64_t cost) {
    if (!holds(now, rate, cost)) return false;
    fill(now, rate);
    missing_ += cost * rate.per_ms;
    return true;
  }
  /// Puts back `cost` that was taken.
  void give(LocalTime now, const Rate& rate, std::uint64_t cost) {
    fill(now, rate);
    missing_ -= std::min(missing_, cost * rate.per_ms);
  }

 private:
  void fill(LocalTime now, const Rate& rate) {
    missing_ = missing_at(now, rate);
    at_ = std::max(at_, now);
  }
  std::uint64_t missing_at(LocalTime now, const Rate& rate) const {
    if (now <= at_) return missing_;  // a clock that stands still gives nothing
    const std::uint64_t passed = now.value - at_.value;
    // By division first: a long time times a high rate is more than 64 bits hold.
    const bool full = missing_ / rate.tokens < passed;
    return full ? 0 : missing_ - passed * rate.tokens;
  }

  std::uint64_t missing_ = 0;  // until it is full, in tokens times the rate's per_ms
  LocalTime at_;
};

}  // namespace groupctl
