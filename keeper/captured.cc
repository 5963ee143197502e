#include "keeper/captured.h"

#include <algorithm>

namespace groupctl::keeper {

std::string Captured::text() const {
  if (dropped == 0) return head + tail;
  return head + "\n... " + std::to_string(dropped) + " bytes left out ...\n" + tail;
}

void Capture::add(std::string_view bytes) {
  const std::size_t first = std::min(bytes.size(), kMaxCapturedPart - head_.size());
  head_.append(bytes.substr(0, first));
  bytes.remove_prefix(first);
  if (bytes.size() > kMaxCapturedPart) {
    dropped_ += tail_.size() + bytes.size() - kMaxCapturedPart;
    tail_.assign(bytes.substr(bytes.size() - kMaxCapturedPart));
    return;
  }
  tail_.append(bytes);
  if (tail_.size() <= 2 * kMaxCapturedPart) return;
  dropped_ += tail_.size() - kMaxCapturedPart;
  tail_.erase(0, tail_.size() - kMaxCapturedPart);
}

Captured Capture::captured() const {
  const std::size_t over = tail_.size() - std::min(tail_.size(), kMaxCapturedPart);
  return {head_, tail_.substr(over), dropped_ + over};
}

void LineCutter::add(std::string_view bytes, const OnLine& on_line) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    keep(bytes.substr(0, end));
    if (end == std::string_view::npos) return;
    on_line(line_);
    line_.clear();
    bytes.remove_prefix(end + 1);
  }
}

void LineCutter::finish(const OnLine& on_line) {
  if (!line_.empty()) on_line(line_);
  line_.clear();
}

void LineCutter::keep(std::string_view part) {
  line_.append(part.substr(0, kMaxLineBytes - line_.size()));
}

}  // namespace groupctl::keeper
