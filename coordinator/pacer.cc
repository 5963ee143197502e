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
  while (!queue_.empty() && in_flight_.size() < limits_.bursts_in_flight) {
    take_burst(ready);
    published_ = ready.back()->header().last;
    in_flight_.push_back({published_, now});
    settle(now);
  }
  return ready;
}

void Pacer::take_burst(std::vector<FramePtr>& into) {
  std::size_t bytes = 0;
  std::size_t frames = 0;
  do {
    bytes += queue_.front()->bytes().size();
    ++frames;
    into.push_back(std::move(queue_.front()));
    queue_.pop_front();
  } while (!queue_.empty() && frames < limits_.burst_frames &&
           bytes + queue_.front()->bytes().size() <= limits_.burst_bytes);
}

/// Takes off what all in the window have received; those who are late leave it.
void Pacer::settle(LocalTime now) {
  while (!in_flight_.empty()) {
    const InFlight& oldest = in_flight_.front();
    if (slowest_in_window() < oldest.last) {
      if (now.value - oldest.at.value < limits_.limit_ms) return;
      for (auto& [session, follower] : followers_) {
        if (follower.in_window && follower.received < oldest.last) leave_window(follower);
      }
    }
    in_flight_.pop_front();
  }
}

Sequence Pacer::slowest_in_window() const {
  return window_.empty() ? Sequence(std::numeric_limits<std::uint64_t>::max()) : *window_.begin();
}

void Pacer::enter_window(Follower& follower) {
  follower.in_window = true;
  window_.insert(follower.received);
}

void Pacer::leave_window(Follower& follower) {
  if (!follower.in_window) return;
  follower.in_window = false;
  window_.erase(window_.find(follower.received));
}

void Pacer::member_came(SessionNumber session, Sequence received) {
  member_gone(session);
  Follower& follower = followers_[session];
  follower.received = received;
  if (received >= published_) enter_window(follower);
}

void Pacer::member_received(SessionNumber session, Sequence received) {
  auto found = followers_.find(session);
  if (found == followers_.end()) return;
  Follower& follower = found->second;
  const Sequence needed = in_flight_.empty() ? published_ : in_flight_.front().last;
  const bool stays = follower.in_window;
  leave_window(follower);
  follower.received = std::max(follower.received, received);
  if (stays || follower.received >= needed) enter_window(follower);
}

void Pacer::member_gone(SessionNumber session) {
  auto found = followers_.find(session);
  if (found == followers_.end()) return;
  leave_window(found->second);
  followers_.erase(found);
}

bool Pacer::in_window(SessionNumber session) const {
  auto found = followers_.find(session);
  return found != followers_.end() && found->second.in_window;
}

std::optional<LocalTime> Pacer::deadline() const {
  if (queue_.empty() || in_flight_.empty()) return std::nullopt;
  return LocalTime(in_flight_.front().at.value + limits_.limit_ms);
}

}  // namespace groupctl
