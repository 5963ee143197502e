// Finds what is missing in a stream that may lose, repeat and reorder.
#pragma once

#include <cstddef>
#include <map>
#include <optional>

#include "log/frame.h"

namespace groupctl {

/// Orders frames for a follower that has everything up to `received`. Holds frames that came too
/// early, within bounds; what it drops at the bound is asked for again later.
class GapTracker {
 public:
  GapTracker(Sequence received, std::size_t max_held_bytes);

  enum class Verdict : std::uint8_t { kNext, kDuplicate, kHeld, kDropped };
  /// kNext: apply it now, then call advance(). kHeld: kept, something before it is missing.
  /// kDropped: too early, and the bound is reached.
  Verdict offer(const FramePtr& frame);

  /// The follower now has everything up to `received`. Frames wholly covered are forgotten.
  void advance(Sequence received);
  /// A held frame that can be applied now, taken out; null if none.
  FramePtr take_next();

  /// Someone said that the log reaches `head` (a heartbeat, a page).
  void heard_head(Sequence head);
  /// The first sequence to ask for, if anything up to what is known of is missing.
  std::optional<Sequence> missing() const;

  Sequence received() const { return received_; }
  Sequence known_head() const { return known_head_; }
  std::size_t held_bytes() const { return held_bytes_; }

 private:
  Sequence received_;
  Sequence known_head_;
  std::size_t max_held_bytes_;
  std::size_t held_bytes_ = 0;
  std::map<Sequence, FramePtr> held_;  // by first sequence
};

}  // namespace groupctl
