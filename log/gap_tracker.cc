#include "log/gap_tracker.h"

#include <algorithm>

#include "log/planted_bug.h"

namespace groupctl {

GapTracker::GapTracker(Sequence received, std::size_t max_held_bytes)
    : received_(received), known_head_(received), max_held_bytes_(max_held_bytes) {}

GapTracker::Verdict GapTracker::offer(const FramePtr& frame) {
  const FrameHeader& header = frame->header();
  if (header.last <= received_) return Verdict::kDuplicate;
  heard_head(header.last);
  if (header.first <= received_.next()) return Verdict::kNext;
  if (planted(PlantedBug::kApplyAcrossGap)) return Verdict::kNext;
  if (held_.contains(header.first)) return Verdict::kDuplicate;
  std::size_t bytes = frame->held_bytes();
  if (held_bytes_ + bytes > max_held_bytes_) return Verdict::kDropped;
  held_.emplace(header.first, frame);
  held_bytes_ += bytes;
  return Verdict::kHeld;
}

void GapTracker::advance(Sequence received) {
  received_ = std::max(received_, received);
  heard_head(received_);
  for (auto it = held_.begin(); it != held_.end() && it->first <= received_;) {
    if (it->second->header().last > received_) {
      ++it;
      continue;
    }
    held_bytes_ -= it->second->held_bytes();
    it = held_.erase(it);
  }
}

FramePtr GapTracker::take_next() {
  auto it = held_.begin();
  if (it == held_.end() || it->first > received_.next()) return nullptr;
  FramePtr frame = std::move(it->second);
  held_bytes_ -= frame->held_bytes();
  held_.erase(it);
  return frame;
}

void GapTracker::heard_head(Sequence head) { known_head_ = std::max(known_head_, head); }

std::optional<Sequence> GapTracker::missing() const {
  Sequence covered = received_;
  for (const auto& [first, frame] : held_) {
    if (first > covered.next()) break;
    covered = std::max(covered, frame->header().last);
  }
  if (covered >= known_head_) return std::nullopt;
  return covered.next();
}

}  // namespace groupctl
