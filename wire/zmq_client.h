// A client of a ROUTER: groupctl at a coordinator, group-member's own commands at a member.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "log/result.h"
#include "log/strong.h"
#include "wire/bus.h"
#include "wire/zmq_context.h"

namespace groupctl {

/// Whether something was sent is always known: a failed send() has sent nothing. One thread owns
/// it.
class ZmqClient {
 public:
  /// Starts to connect, and does so again by itself. Without keys only within this machine; an ipc
  /// socket takes none. Errors: those of check_endpoint; kKeysWanted; kIo.
  static Result<std::unique_ptr<ZmqClient>> open(const std::string& endpoint,
                                                 std::optional<ClientKeys> keys = {});
  ~ZmqClient();

  /// Waits for a connection, then hands the message to it. Several may be under way. After an error
  /// nothing was sent: kUnreachable when nobody answered at the endpoint in time; kKeyRefused,
  /// kWrongServer, kKeysWanted when somebody did, see LinkTrouble.
  Status send(ByteView message, std::uint64_t timeout_ms);
  /// The next message. Errors: kTimeout; kUnreachable, once, when the connection was lost: what was
  /// sent on it and not answered may or may not have been read, so ask again with the same id.
  Result<Bytes> receive(std::uint64_t timeout_ms);
  /// One question, one answer, within `timeout_ms` in all. Errors: kUnreachable when nothing was
  /// sent; kTimeout when it was and no answer came, a lost connection included. The late answer to
  /// an earlier request may come instead: ids tell.
  Result<Bytes> request(ByteView message, std::uint64_t timeout_ms);
  /// Whether there is a connection now, waiting for one at most so long.
  bool connected(std::uint64_t timeout_ms = 0);

 private:
  struct Sockets;
  ZmqClient(std::string endpoint, bool with_keys);
  void read_events();
  std::optional<Error> refusal() const;

  std::shared_ptr<ZmqContext> context_;  // outlives the sockets
  std::unique_ptr<Sockets> sockets_;
  std::string endpoint_;
  bool with_keys_;
  bool lost_ = false;                   // a connection was lost since receive() said so last
  std::optional<LinkTrouble> trouble_;  // of the last handshake
  unsigned broken_handshakes_ = 0;      // in a row, without a detail
};

}  // namespace groupctl
