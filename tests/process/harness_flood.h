// Hostile peers below ZeroMQ: raw connections that never become anything, thousands at a time.
#pragma once

#include <atomic>
#include <thread>
#include <vector>

#include "tests/process/harness_socket.h"
#include "tests/process/harness_zmtp.h"

namespace groupctl::process_test {

/// How far a hostile peer goes before it says nothing more.
enum class Hostility : std::uint8_t {
  kIdle,
  kHalfGreeting,
  kGreeting,
  kGiantFrame,  ///< the greeting, and the head of a frame of 4 GiB
  kHalfFrame,   ///< the greeting, and half of a frame of 100 KiB
};

struct FloodOptions {
  Hostility hostility = Hostility::kIdle;
  std::size_t count = 1000;
  std::string mechanism = "NULL";  ///< that the greeting speaks of
  bool again = false;              ///< one that was closed is opened anew
  std::string from = "127.0.0.1";  ///< where it comes from
  int niceness = 0;                ///< of its thread
};

/// What such a peer says.
Piece words_of(const FloodOptions& options);

/// Says one message whose parts have no end to a socket without keys, as a socket of this type,
/// until the other side ends it or it has said so much: the bytes that it has said.
struct EndlessMessage {
  std::string as = "DEALER";
  std::size_t part_bytes = 1 << 16;
  std::size_t most = 1 << 30;
};
std::size_t say_without_end(const TcpAddress& target, const EndlessMessage& message);

/// Opens connections and holds them until it is destroyed; one thread for all.
class Flood {
 public:
  /// Throws where so many files cannot be open.
  Flood(TcpAddress target, FloodOptions options);
  ~Flood();
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

  /// Connections that are there now and have said all they will.
  std::size_t held() const { return held_; }
  /// How often the other side has ended one, or refused it.
  std::size_t closed() const { return closed_; }

 private:
  struct Peer;
  void run();
  void open_some();
  bool serve(Peer& peer, short events);

  const TcpAddress target_;
  const FloodOptions options_;
  const Piece words_;
  std::atomic<std::size_t> held_{0};
  std::atomic<std::size_t> closed_{0};
  std::atomic<bool> stopping_{false};

  // The thread's own.
  std::vector<Peer> peers_;
  std::size_t opened_ = 0;
  std::thread thread_;
};

}  // namespace groupctl::process_test
