#include "tests/process/harness_zmtp.h"

#include <algorithm>

namespace groupctl::process_test {
namespace {

constexpr std::uint8_t kMore = 1;
constexpr std::uint8_t kLong = 2;
constexpr std::uint8_t kCommand = 4;

}  // namespace

std::optional<ZmtpReader::Frame> ZmtpReader::next(const Piece& piece, std::size_t& at) {
  const std::size_t skipped = std::min(to_skip_, piece.size() - at);
  at += skipped;
  to_skip_ -= skipped;
  while (at < piece.size()) {
    head_.push_back(piece[at++]);
    if (head_.size() < ((head_[0] & kLong) != 0 ? 9U : 2U)) continue;
    for (std::size_t i = 1; i < head_.size(); ++i) to_skip_ = to_skip_ << 8 | head_[i];
    const Frame frame{to_skip_, (head_[0] & kMore) != 0, (head_[0] & kCommand) != 0};
    head_.clear();
    return frame;
  }
  return std::nullopt;
}

}  // namespace groupctl::process_test
