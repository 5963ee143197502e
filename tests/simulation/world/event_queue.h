// What will happen in a simulated world, and when. One thread; no clock but its own.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace groupctl::sim {

/// Virtual milliseconds since the world began.
using Millis = std::uint64_t;

/// Runs actions by (time, order of scheduling), so the same calls give the same run.
class EventQueue {
 public:
  using Action = std::function<void()>;

  Millis now() const { return now_; }
  void after(Millis delay, Action action) { at(now_ + delay, std::move(action)); }
  /// A time that has passed means now.
  void at(Millis time, Action action);
  /// When the next action is due; nullopt: there is none.
  std::optional<Millis> next() const {
    if (actions_.empty()) return std::nullopt;
    return actions_.begin()->first.first;
  }
  /// Runs the next action; false when there is none or it lies beyond `limit`.
  bool run_one(Millis limit);
  /// Runs everything up to and including `time`, which then is now.
  void run_until(Millis time);

 private:
  std::map<std::pair<Millis, std::uint64_t>, Action> actions_;
  std::uint64_t serial_ = 0;
  Millis now_ = 0;
};

}  // namespace groupctl::sim
