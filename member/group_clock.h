// The group's time as a member knows it (docs/architecture.md, "Identity, time, fencing").
#pragma once

#include <deque>
#include <optional>

#include "log/types.h"

namespace groupctl {

/// now = own clock + the largest (heard - own) of the last ten minutes, anew with each epoch.
class GroupClock {
 public:
  void hear(Epoch epoch, GroupTime heard, LocalTime now);
  /// nullopt: none heard yet.
  std::optional<GroupTime> now(LocalTime now) const;
  /// Of the sender last heard.
  Epoch epoch() const { return epoch_; }

 private:
  struct Sample {
    LocalTime at;
    std::int64_t ahead;  ///< heard - own
  };
  Epoch epoch_;
  std::deque<Sample> samples_;  ///< ahead falls from front to back: the front counts
};

}  // namespace groupctl
