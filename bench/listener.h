// A member's ear: has every frame, in order and whole, and acknowledges it, but applies nothing.
// With many members on one machine, what is left to measure is the coordinator.
#pragma once

#include <optional>
#include <vector>

#include "log/gap_tracker.h"
#include "member/replay_asker.h"

namespace groupctl::bench {

class Listener {
 public:
  /// Goes on where a member's core is.
  Listener(SessionNumber session, Sequence received, const Hash& state_digest, std::uint64_t seed);

  void take(const Publication& publication);
  void take(const ReplayPage& page, LocalTime now);
  /// What is to be said: one acknowledgement for all that came, or a sign of life when one is due.
  std::vector<MemberMessage> say(LocalTime now);
  Sequence received() const { return tracker_.received(); }

 private:
  void take(const FramePtr& frame);
  void advance(const FramePtr& frame);

  SessionNumber session_;
  GapTracker tracker_;
  Hash state_digest_;
  Pcg pcg_;
  ReplayAsker replay_;
  Sequence said_;
  LocalTime said_at_;
};

}  // namespace groupctl::bench
