// The other side of the socket of `group-keeper once`.
#pragma once

#include <poll.h>

#include <string>
#include <string_view>

#include "keeper/once_wire.h"
#include "log/unique_fd.h"

namespace groupctl::keeper {

class Starter {
 public:
  explicit Starter(UniqueFd socket) : socket_(std::move(socket)) {}

  /// Waits for the next packet. Errors: kUnreachable when the starter is gone, kInvalid, kIo.
  Result<Packet> hear();
  /// From now on nothing blocks but finish().
  void unblock();

  pollfd waiting() const;
  /// After poll() on waiting(): whether the starter still wants it. Sends what waits.
  bool serve(short ready);
  void say(std::string bytes) { waiting_to_go_ += bytes; }
  /// So much waits that nothing should be added.
  bool is_full() const;
  /// Says the rest, however long the starter takes to hear it. False: it is gone.
  bool finish();

 private:
  void send();

  UniqueFd socket_;
  PacketCutter packets_;
  std::string waiting_to_go_;
  bool gone_ = false;
};

}  // namespace groupctl::keeper
