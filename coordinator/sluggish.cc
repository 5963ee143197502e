#include "coordinator/sluggish.h"

namespace groupctl {

void Sluggish::moves(MemberId member, LocalTime now) {
  auto found = lags_.find(member);
  if (found != lags_.end()) found->second.moved = now;
}

std::optional<Sluggish::Lag> Sluggish::look(MemberId member, Sequence received, Sequence head,
                                            LocalTime now) {
  auto [found, fresh] = lags_.try_emplace(member);
  Follower& one = found->second;
  const std::uint64_t distance = received < head ? head.value - received.value : 0;
  if (fresh || received >= one.goal) {
    one = {head, now, distance, now, {}, {}};
    return std::nullopt;
  }
  if (distance < one.nearest) {
    one.nearest = distance;
    one.moved = now;
  }
  const Lag lag{distance, now.value - one.since.value};
  const bool late = lag.entries >= bounds_.entries || lag.ms >= bounds_.ms;
  if (!late || now.value - one.moved.value < bounds_.patience_ms) return std::nullopt;
  if (one.told && now.value - one.told_at.value < bounds_.again_ms) return std::nullopt;
  one.told = lag;
  one.told_at = now;
  return lag;
}

std::optional<Sluggish::Lag> Sluggish::told(MemberId member) const {
  auto found = lags_.find(member);
  return found == lags_.end() ? std::nullopt : found->second.told;
}

}  // namespace groupctl
