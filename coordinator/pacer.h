// Paces publication by the slowest live member within a window: at most a few frames are in flight.
// A member that holds them up beyond a time limit leaves the window and catches up by replay; it is
// back when it has received what the window works at.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "log/frame.h"

namespace groupctl {

class Pacer {
 public:
  struct Limits {
    std::uint32_t frames_in_flight = 2;
    std::uint64_t limit_ms = 50;
    /// Waiting to be published; beyond it the oldest are left to replay.
    std::size_t queued_frames = 64;
  };
  /// `published` is where the log ended at the start: what members are told of anyway.
  Pacer(Limits limits, Sequence published) : limits_(limits), published_(published) {}

  /// A durable frame, to be published when the window allows.
  void enqueue(FramePtr frame);
  /// What may be published now; each is given once, in order.
  std::vector<FramePtr> take(LocalTime now);

  void member_came(SessionNumber session, Sequence received);
  void member_received(SessionNumber session, Sequence received);
  void member_gone(SessionNumber session);
  bool in_window(SessionNumber session) const;

  std::size_t followers() const { return followers_.size(); }
  std::size_t queued() const { return queue_.size(); }
  /// When take() should be asked again although nobody acknowledges; nullopt: no need.
  std::optional<LocalTime> deadline() const;

 private:
  struct InFlight {
    Sequence last;
    LocalTime at;
  };
  struct Follower {
    Sequence received;
    bool in_window = true;
  };
  Sequence slowest_in_window() const;
  void settle(LocalTime now);

  Limits limits_;
  std::deque<FramePtr> queue_;
  std::deque<InFlight> in_flight_;
  std::map<SessionNumber, Follower> followers_;
  Sequence published_;
};

}  // namespace groupctl
