#include "coordinator/retention.h"

#include <algorithm>

namespace groupctl {

bool RetentionWalk::add(const Frame& frame) {
  const FrameHeader& header = frame.header();
  const bool must = bytes_ < rule_.excess_bytes || header.group_time < rule_.older_go;
  const bool may = header.group_time < rule_.younger_stay &&
                   header.last <= std::min({rule_.newer_stay, rule_.received, image_});
  if (!must && !may) return false;
  floor_ = header.last.next();
  bytes_ += frame.bytes().size();
  return true;
}

}  // namespace groupctl
