// Wakes a core when it wants to be, on its own monotonic clock.
#pragma once

#include <algorithm>
#include <functional>

#include "log/types.h"
#include "tests/simulation/world/event_queue.h"

namespace groupctl::sim {

class Ticker {
 public:
  Ticker(EventQueue& queue, Millis skew, std::function<void()> tick)
      : queue_(queue), skew_(skew), tick_(std::move(tick)) {}

  LocalTime local_now() const { return LocalTime(queue_.now() + skew_); }

  /// Replaces the former wish. A time that has passed means the next millisecond.
  void wake_at(LocalTime when) {
    if (when == wanted_) return;
    wanted_ = when;
    const std::uint64_t serial = ++serial_;
    if (when.value > local_now().value + kNever) return;
    const Millis time = when.value > skew_ ? when.value - skew_ : 0;
    queue_.at(std::max(time, queue_.now() + 1), [this, serial] {
      if (serial != serial_) return;
      wanted_ = {};
      tick_();
    });
  }
  void stop() {
    ++serial_;
    wanted_ = {};
  }

 private:
  static constexpr Millis kNever = 30ULL * 24 * 3600 * 1000;
  EventQueue& queue_;
  Millis skew_;
  std::function<void()> tick_;
  LocalTime wanted_;
  std::uint64_t serial_ = 0;
};

}  // namespace groupctl::sim
