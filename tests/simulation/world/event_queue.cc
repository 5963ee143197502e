#include "tests/simulation/world/event_queue.h"

#include <algorithm>

namespace groupctl::sim {

void EventQueue::at(Millis time, Action action) {
  actions_.emplace(std::pair{std::max(time, now_), ++serial_}, std::move(action));
}

bool EventQueue::run_one(Millis limit) {
  if (actions_.empty() || actions_.begin()->first.first > limit) return false;
  auto node = actions_.extract(actions_.begin());
  now_ = node.key().first;
  node.mapped()();
  return true;
}

void EventQueue::run_until(Millis time) {
  while (run_one(time)) {
  }
  now_ = std::max(now_, time);
}

}  // namespace groupctl::sim
