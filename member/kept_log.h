// How much of the log a member keeps: the newest frames, within a bound.
#pragma once

#include <algorithm>
#include <deque>
#include <vector>

#include "log/frame.h"

namespace groupctl {

/// Knows the edges of the frames stored since the start, and only the size of those before it, so
/// these go all at once.
class KeptLog {
 public:
  KeptLog(std::uint64_t bytes_before, Sequence head, std::uint64_t max_bytes)
      : max_bytes_(max_bytes), bytes_(bytes_before) {
    if (bytes_before != 0) edges_.push_back({head, bytes_before});
  }

  /// Frames that a commit has stored.
  void stored(const std::vector<FramePtr>& frames) {
    for (const FramePtr& frame : frames) {
      edges_.push_back({frame->header().last, frame->bytes().size()});
      bytes_ += frame->bytes().size();
    }
  }
  /// A commit has raised the floor.
  void dropped(Sequence floor) {
    while (!edges_.empty() && edges_.front().last < floor) {
      bytes_ -= edges_.front().bytes;
      edges_.pop_front();
    }
  }

  /// The floor to be: above what exceeds the bound, but nothing from `needed` on goes.
  Sequence floor(Sequence now, Sequence needed) const { return floor(now, needed, max_bytes_); }
  /// The same in a store that is full: half of what is kept goes, however little that is.
  Sequence floor_when_full(Sequence now, Sequence needed) const {
    return floor(now, needed, std::min(max_bytes_, bytes_ / 2));
  }
  /// What will be kept once these are stored and the floor is there.
  std::uint64_t bytes_with(const std::vector<FramePtr>& frames, Sequence floor) const {
    std::uint64_t bytes = bytes_;
    for (const FramePtr& frame : frames) bytes += frame->bytes().size();
    for (const Edge& edge : edges_) {
      if (edge.last >= floor) break;
      bytes -= edge.bytes;
    }
    return bytes;
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  struct Edge {
    Sequence last;
    std::uint64_t bytes;
  };
  Sequence floor(Sequence now, Sequence needed, std::uint64_t max_bytes) const {
    std::uint64_t bytes = bytes_;
    for (const Edge& edge : edges_) {
      if (bytes <= max_bytes || edge.last >= needed) break;
      bytes -= edge.bytes;
      now = std::max(now, edge.last.next());
    }
    return now;
  }

  std::uint64_t max_bytes_;
  std::uint64_t bytes_;
  std::deque<Edge> edges_;
};

}  // namespace groupctl
