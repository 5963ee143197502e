#include "member/group_clock.h"

#include <algorithm>
#include <limits>

namespace groupctl {
namespace {

constexpr std::uint64_t kWindowMs = 10 * 60 * 1000;
constexpr std::uint64_t kSpacingMs = 1000;  // bounds the samples kept
/// What is said to be later is taken for this: own time can be added to it.
constexpr std::uint64_t kLatestMs = std::numeric_limits<std::int64_t>::max() / 2;

}  // namespace

void GroupClock::hear(Epoch epoch, GroupTime heard, LocalTime now) {
  if (epoch != epoch_) samples_.clear();
  epoch_ = epoch;
  const std::uint64_t told = std::min(heard.value, kLatestMs);
  const auto ahead = static_cast<std::int64_t>(told) - static_cast<std::int64_t>(now.value);
  while (!samples_.empty() && samples_.front().at.value + kWindowMs < now.value) {
    samples_.pop_front();
  }
  while (!samples_.empty() && samples_.back().ahead <= ahead) samples_.pop_back();
  const bool close = !samples_.empty() && samples_.back().at.value + kSpacingMs > now.value;
  if (!close) samples_.push_back({now, ahead});
}

std::optional<GroupTime> GroupClock::now(LocalTime now) const {
  if (samples_.empty()) return std::nullopt;
  const std::int64_t time = static_cast<std::int64_t>(now.value) + samples_.front().ahead;
  return GroupTime(time < 0 ? 0 : static_cast<std::uint64_t>(time));
}

}  // namespace groupctl
