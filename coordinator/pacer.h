// Paces publication by the slowest live member within a window: at most a few bursts are in flight,
// and what becomes durable meanwhile is the next one, for which a member wakes up once. A member
// that holds them up beyond a time limit leaves the window and catches up by replay; it is back
// when it has received what the window works at.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "log/frame.h"

namespace groupctl {

class Pacer {
 public:
  struct Limits {
    std::uint32_t bursts_in_flight = 2;
    std::uint64_t limit_ms = 50;
    /// Waiting to be published; beyond it the oldest are left to replay.
    std::size_t queued_frames = 256;
    /// Of frames that go out together, as many as a member takes with one commit; one frame may be
    /// more.
    std::size_t burst_bytes = std::size_t{64} << 10;
    std::size_t burst_frames = kMaxBatchFrames;
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
    bool in_window = false;
  };
  Sequence slowest_in_window() const;
  void enter_window(Follower& follower);
  void leave_window(Follower& follower);
  void settle(LocalTime now);
  void take_burst(std::vector<FramePtr>& into);

  Limits limits_;
  std::deque<FramePtr> queue_;
  std::deque<InFlight> in_flight_;
  std::map<SessionNumber, Follower> followers_;
  std::multiset<Sequence> window_;  ///< what each within has received: asked for at every step
  Sequence published_;
};

}  // namespace groupctl
