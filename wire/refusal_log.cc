#include "wire/refusal_log.h"

namespace groupctl {

std::uint64_t RefusalLog::note(const std::string& what, LocalTime now) {
  if (lines_.size() >= kMaxAddresses && !lines_.contains(what)) {
    std::erase_if(lines_, [now](const auto& line) { return line.second.is_due(now); });
    if (lines_.size() >= kMaxAddresses) return 0;
  }
  return lines_[what].count(now);
}

}  // namespace groupctl
