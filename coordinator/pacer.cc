#include "coordinator/pacer.h"

#include <algorithm>
#include <limits>

namespace groupctl {

void Pacer::enqueue(FramePtr frame) {
  queue_.push_back(std::move(frame));
  if (queue_.size() > limits_.queued_frames) queue_.pop_front();
}

std::vector<FramePtr> Pacer::take(LocalTime now) {
  settle(now);
  std::vector<FramePtr> ready;
  while (!queue_.empty() && in_flight_.size() < limits_.frames_in_flight) {
    ready.push_back(std::move(queue_.front()));
    queue_.pop_front();
    published_ = ready.back()->header().last;
    in_flight_.push_back({published_, now});
    settle(now);
  }
  return ready;
}

/// Takes off what all in the window have received; those who are late leave it.
void Pacer::settle(LocalTime now) {
  while (!in_flight_.empty()) {
    const InFlight& oldest = in_flight_.front();
    if (slowest_in_window() < oldest.last) {
      if (now.value - oldest.at.value < limits_.limit_ms) return;
      for (auto& [session, follower] : followers_) {
        if (follower.received < oldest.last) follower.in_window = false;
      }
    }
    in_flight_.pop_front();
  }
}

Sequence Pacer::slowest_in_window() const {
  Sequence slowest(std::numeric_limits<std::uint64_t>::max());
  for (const auto& [session, follower] : followers_) {
    if (follower.in_window) slowest = std::min(slowest, follower.received);
  }
  return slowest;
}

void Pacer::member_came(SessionNumber session, Sequence received) {
  followers_[session] = {received, received >= published_};
}

void Pacer::member_received(SessionNumber session, Sequence received) {
  auto found = followers_.find(session);
  if (found == followers_.end()) return;
  Follower& follower = found->second;
  follower.received = std::max(follower.received, received);
  const Sequence needed = in_flight_.empty() ? published_ : in_flight_.front().last;
  if (follower.received >= needed) follower.in_window = true;
}

void Pacer::member_gone(SessionNumber session) { followers_.erase(session); }

bool Pacer::in_window(SessionNumber session) const {
  auto found = followers_.find(session);
  return found != followers_.end() && found->second.in_window;
}

std::optional<LocalTime> Pacer::deadline() const {
  if (queue_.empty() || in_flight_.empty()) return std::nullopt;
  return LocalTime(in_flight_.front().at.value + limits_.limit_ms);
}

}  // namespace groupctl
