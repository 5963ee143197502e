// ZMTP 3 as it passes by (rfc.zeromq.org/spec/23): a greeting of 64 bytes, then frames.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace groupctl::process_test {

using Piece = std::vector<std::uint8_t>;

/// Finds where frames begin in a stream that comes in pieces.
class ZmtpReader {
 public:
  struct Frame {
    std::size_t size = 0;  ///< of its body, which follows
    bool more = false;     ///< of a message, and not its last part
    bool command = false;
  };
  /// Reads on from `at` in this piece, to behind the next frame's head or to the end; nothing: the
  /// piece is over.
  std::optional<Frame> next(const Piece& piece, std::size_t& at);

 private:
  std::size_t to_skip_ = 64;  ///< of the greeting, or of a frame's body
  std::vector<std::uint8_t> head_;
};

}  // namespace groupctl::process_test
