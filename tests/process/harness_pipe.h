// One direction of a faulty link.
#pragma once

#include <atomic>
#include <optional>

#include "tests/process/harness_zmtp.h"

namespace groupctl::process_test {

/// How many bytes may pass now, of so many a second.
class Allowance {
 public:
  void refill(std::size_t bytes_per_second, std::uint64_t now_ms);
  std::size_t bytes() const { return thousandths_ / 1000; }
  void take(std::size_t bytes) { thousandths_ -= bytes * 1000; }

 private:
  std::size_t thousandths_ = 0;  ///< of a byte, since a turn of a slow link is less than one
  std::uint64_t refilled_ms_ = 0;
};

/// What a link does to all that passes in one direction; a test may change it at any time. As it is
/// made it does nothing.
struct Direction {
  /// Bytes stay where they are, as behind a cut cable: nobody is told, and connections stay open.
  std::atomic<bool> cut{false};
  std::atomic<std::size_t> bytes_per_second{0};  ///< over all connections; 0: as fast as it goes

  /// In each of the next so many pieces, as they come, one drawn bit is turned round ...
  std::atomic<int> flips{0};
  /// ... but not up to the end of a connection's handshake: the head of its first ZMTP message.
  std::atomic<bool> spare_handshakes{false};
  std::atomic<int> flipped{0};

  /// So many ZMTP messages pass, and with each further one its connection ends; negative: all do.
  std::atomic<int> messages_left{-1};
  std::atomic<int> lost{0};

  /// From now on all passes as it comes.
  void heal();

  Allowance allowance{};  ///< of the link's thread alone
};

/// Moves bytes from one socket to another.
class Pipe {
 public:
  Pipe(int from, int to) : from_(from), to_(to) {}

  /// What a poll is to wait for.
  int from() const { return from_; }
  int to() const { return to_; }
  bool takes() const;
  bool gives() const { return !ready_.empty(); }
  /// Moves what there is. False: the connection is broken, or lost a message.
  bool serve(Direction& direction);
  /// Who writes has ended, and everything has gone on.
  bool over() const { return told_; }

 private:
  bool read(Direction& direction);
  bool write(Allowance& allowance);
  bool look_at_frames(Piece& piece, Direction& direction);
  void flip(Piece& piece, Direction& direction) const;

  int from_;
  int to_;
  Piece ready_;  ///< to be written
  bool ended_ = false;
  bool told_ = false;  ///< that it has ended, to who reads
  ZmtpReader reader_;
  std::uint64_t passed_ = 0;         ///< bytes before the piece that is looked at
  std::uint64_t handshake_end_ = 0;  ///< as a place in the stream; 0: not yet
};

}  // namespace groupctl::process_test
