#include "cli/live_region.h"

#include <fmt/format.h>

namespace groupctl {
namespace {

constexpr const char* kClearLine = "\x1b[K";
constexpr const char* kClearBelow = "\x1b[J";

}  // namespace

std::string LiveRegion::to_top() const {
  return shown_.size() > 1 ? fmt::format("\x1b[{}A\r", shown_.size() - 1) : "\r";
}

std::string LiveRegion::draw(const std::vector<std::string>& lines) {
  if (lines == shown_) return "";
  if (lines.empty()) return clear();
  std::string text = to_top();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) text += "\r\n";
    text += lines[i] + kClearLine;
  }
  text += kClearBelow;
  shown_ = lines;
  return text;
}

std::string LiveRegion::clear() {
  if (shown_.empty()) return "";
  std::string text = to_top() + kClearBelow;
  shown_.clear();
  return text;
}

}  // namespace groupctl
