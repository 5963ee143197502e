// How far the floor of the log may rise.
//
// An entry goes when the log is too large or it is too old, whoever is late; else when it is old
// enough, not among the newest, received by all who count, and not behind an image that somebody
// fetches.
#pragma once

#include "log/frame.h"

namespace groupctl {

struct RetentionRule {
  std::uint64_t excess_bytes = 0;  ///< of the oldest frames go, whoever is late
  GroupTime older_go;              ///< frames from before this, too
  GroupTime younger_stay;          ///< else frames from this time on stay,
  Sequence newer_stay;             ///< and entries beyond this one
  Sequence received;               ///< by all who count; beyond it stays, too
};

/// Walks over frames from the floor on, as long as they go.
class RetentionWalk {
 public:
  /// `image`: the lowest sequence of an image that is being fetched.
  RetentionWalk(const RetentionRule& rule, Sequence floor, Sequence image)
      : rule_(rule), floor_(floor), image_(image) {}
  /// Whether this frame, the next one, goes.
  bool add(const Frame& frame);
  Sequence floor() const { return floor_; }
  std::uint64_t bytes() const { return bytes_; }  ///< of the frames that go

 private:
  RetentionRule rule_;
  Sequence floor_;
  Sequence image_;
  std::uint64_t bytes_ = 0;
};

}  // namespace groupctl
