#include "tests/process/harness_pipe.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "daemon/random.h"

namespace groupctl::process_test {
namespace {

constexpr std::size_t kPieceBytes = 16384;
constexpr std::size_t kMostHeld = 1 << 16;

/// Takes one of what is left, if there is any.
bool take_one(std::atomic<int>& left) {
  if (left <= 0) return false;
  --left;
  return true;
}

}  // namespace

void Direction::heal() {
  cut = false;
  bytes_per_second = 0;
  flips = 0;
  messages_left = -1;
}

void Allowance::refill(std::size_t bytes_per_second, std::uint64_t now_ms) {
  const std::uint64_t since = now_ms - std::exchange(refilled_ms_, now_ms);
  if (bytes_per_second == 0) {
    thousandths_ = kMostHeld * 1000;
    return;
  }
  // What is not used within a tenth of a second is lost.
  const std::size_t most = std::max<std::size_t>(bytes_per_second * 100, 1000);
  thousandths_ =
      std::min(thousandths_ + bytes_per_second * std::min<std::uint64_t>(since, 100), most);
}

bool Pipe::takes() const { return !ended_ && ready_.size() < kMostHeld; }

bool Pipe::serve(Direction& direction) {
  const bool goes_on = !takes() || read(direction);
  if (!write(direction.allowance)) return false;
  if (ended_ && ready_.empty() && !told_) {
    ::shutdown(to_, SHUT_WR);
    told_ = true;
  }
  return goes_on;
}

bool Pipe::read(Direction& direction) {
  Piece piece(kPieceBytes);
  const ssize_t size = ::recv(from_, piece.data(), piece.size(), MSG_DONTWAIT);
  if (size < 0) return errno == EAGAIN;
  ended_ = size == 0;
  piece.resize(static_cast<std::size_t>(size));
  const bool goes_on = look_at_frames(piece, direction);
  flip(piece, direction);
  passed_ += piece.size();
  ready_.insert(ready_.end(), piece.begin(), piece.end());
  return goes_on;
}

/// False: the connection ends here.
bool Pipe::look_at_frames(Piece& piece, Direction& direction) {
  std::size_t at = 0;
  while (const auto frame = reader_.next(piece, at)) {
    if (frame->command) continue;
    if (handshake_end_ == 0) handshake_end_ = passed_ + at;
    if (direction.messages_left == 0) {
      ++direction.lost;
      piece.resize(at);
      return false;
    }
    if (direction.messages_left > 0) --direction.messages_left;
  }
  return true;
}

void Pipe::flip(Piece& piece, Direction& direction) const {
  std::size_t first = 0;
  if (direction.spare_handshakes) {
    if (handshake_end_ == 0) return;
    if (handshake_end_ > passed_) first = handshake_end_ - passed_;
  }
  if (first >= piece.size() || !take_one(direction.flips)) return;
  const std::uint64_t drawn = random_number();
  std::uint8_t& hit = piece[first + (drawn >> 3) % (piece.size() - first)];
  hit = static_cast<std::uint8_t>(hit ^ 1 << (drawn & 7));
  ++direction.flipped;
}

bool Pipe::write(Allowance& allowance) {
  const std::size_t most = std::min(ready_.size(), allowance.bytes());
  if (most == 0) return true;
  const ssize_t size = ::send(to_, ready_.data(), most, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (size < 0) return errno == EAGAIN;
  allowance.take(static_cast<std::size_t>(size));
  ready_.erase(ready_.begin(), ready_.begin() + size);
  return true;
}

}  // namespace groupctl::process_test
