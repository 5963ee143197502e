// Who lags: a live member that is behind by too many entries, or for too long, and does not catch
// up. It is told to resynchronise, once until it has caught up or a long time has passed.
#pragma once

#include <map>
#include <optional>

#include "log/types.h"

namespace groupctl {

class Sluggish {
 public:
  struct Bounds {
    std::uint64_t entries = 10000;     ///< behind by so many, or ...
    std::uint64_t ms = 30000;          ///< ... without what was the head so long ago,
    std::uint64_t patience_ms = 6000;  ///< and no nearer to the head for so long
    std::uint64_t again_ms = 300000;   ///< told once more after so long, if nothing has come of it
  };
  struct Lag {
    std::uint64_t entries = 0;
    std::uint64_t ms = 0;
  };
  explicit Sluggish(Bounds bounds) : bounds_(bounds) {}

  /// It moves in a way that its R does not show: it has joined, or fetches an image.
  void moves(MemberId member, LocalTime now);
  void forget(MemberId member) { lags_.erase(member); }

  /// To be called now and then. How it lags, when it is to be told to resynchronise now.
  std::optional<Lag> look(MemberId member, Sequence received, Sequence head, LocalTime now);
  std::size_t size() const { return lags_.size(); }
  /// How it lagged when it was told; nullopt: it has not been, or has caught up since.
  std::optional<Lag> told(MemberId member) const;

 private:
  struct Follower {
    Sequence goal;  // the head at `since`
    LocalTime since;
    std::uint64_t nearest = 0;  // to the head, since then
    LocalTime moved;
    LocalTime told_at;
    std::optional<Lag> told;
  };

  Bounds bounds_;
  std::map<MemberId, Follower> lags_;
};

}  // namespace groupctl
