// What the buses share: sockets with the options of docs/protocol.md, routed messages, wake-ups.
// Only the zmq_* sources include this.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <zmq.hpp>

#include "log/keys.h"
#include "log/result.h"
#include "wire/bus.h"
#include "wire/zmq_context.h"

namespace groupctl {

struct ZmqContext {
  zmq::context_t context;
};

namespace zmq_shell {

inline constexpr int kReconnectMs = 100;
inline constexpr int kMaxReconnectMs = 2000;
/// How long a process that ends waits for its last answers to go out; other sockets do not wait.
inline constexpr int kLastAnswersMs = 500;

/// Inbound bound in bytes, and queue bounds in messages a peer.
struct Bounds {
  std::int64_t max_message_bytes;
  int send_queue;
  int receive_queue;
};
zmq::socket_t make_socket(ZmqContext& context, zmq::socket_type type, const Bounds& bounds);
/// The socket is a CURVE server: only the authenticator of its context lets connections in, and
/// without one nobody gets in (rfc.zeromq.org/spec/27). Before bind(). Error: kUnprotected when
/// this libzmq does not promise that.
Status protect(zmq::socket_t& socket, const SecretKey& server, const std::string& domain);
/// The socket is a CURVE client. Before connect().
void use_keys(zmq::socket_t& socket, const KeyPair& own, const PublicKey& server);

/// Queues nothing to nobody: a send that was taken has somebody to go to, and nothing waits for a
/// connection until it is stale.
zmq::socket_t make_dealer(ZmqContext& context, const Bounds& bounds);

/// The endpoint that it was bound to ("*" resolved). A socket file is made with mode 0600.
/// Errors: those of check_bind_endpoint; kInUse; kIo.
Result<std::string> bind(zmq::socket_t& socket, const std::string& endpoint);
/// Errors: those of check_endpoint; kInvalid.
Status connect(zmq::socket_t& socket, const std::string& endpoint);

/// Runs `work`, which returns a Result, and turns what ZeroMQ throws into kIo.
template <class Work>
auto guarded(const char* what, Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (const zmq::error_t& e) {
    return fail(ErrorCode::kIo, std::string(what) + ": " + e.what());
  }
}

inline ByteView view_of(const zmq::message_t& message) {
  return {message.data<std::uint8_t>(), message.size()};
}

/// The next part that is there; false when nothing is.
bool receive(zmq::socket_t& socket, zmq::message_t& part);
/// Reads away the rest of a message of which `part` was read.
void skip_rest(zmq::socket_t& socket, const zmq::message_t& part);

/// How many messages one wait() takes from one socket, so that none starves the others.
inline constexpr int kMessagesPerWait = 256;
/// Where the messages of a ROUTER come from.
enum class Door : std::uint8_t {
  kKeyed,  ///< each peer has proved a key
  kOpen,   ///< anybody's, without keys
  kLocal,  ///< an ipc socket's
};
/// Sees each well-formed message before it is handed over.
using Look = std::function<void(zmq::message_t&, Peer&)>;
/// Hands over what is there on a ROUTER; returns how many messages were malformed: not of one part,
/// from a peer that chose its own routing id, or without a key through a keyed door.
std::uint64_t receive_routed(zmq::socket_t& router, Door door,
                             const std::function<void(const Peer&, ByteView)>& handler,
                             const Look& look = {});
/// The key that the sender of a message has proved (`User-Id`); zero: none.
PublicKey key_of(zmq::message_t& message);
/// Where the sender of a message is.
std::string address_of(zmq::message_t& message);

enum class Sent : std::uint8_t { kYes, kNobody, kFull };
/// Never blocks. kNobody: the peer is gone; kFull: its queue is.
Sent send_routed(zmq::socket_t& router, const Peer& peer, ByteView message);
/// Never blocks. False: nobody is connected, or the queue is full.
bool send_now(zmq::socket_t& socket, ByteView message);

/// What becomes of a socket's connections, as libzmq tells it. It has to go before the socket does:
/// libzmq's threads would wait for ever for somebody to take the next event.
class Events {
 public:
  /// From now on, of these (ZMQ_EVENT_...). Throws zmq::error_t.
  Events(ZmqContext& context, zmq::socket_t& of, int which);
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;
  struct Event {
    std::uint16_t what = 0;   ///< ZMQ_EVENT_...
    std::uint32_t value = 0;  ///< a code, or a descriptor
  };
  std::optional<Event> next();
  zmq::socket_t& socket() { return events_; }

 private:
  void* of_;
  zmq::socket_t events_;
};
/// The events that say that a handshake has failed.
inline constexpr int kHandshakeFailures = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                                          ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                                          ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
/// What a failed handshake means for a client with keys, or without. A connection that broke, or
/// that the server has no room for now, looks like a wrong server: only when it comes again and
/// again is it one.
std::optional<LinkTrouble> trouble_of(const Events::Event& event, bool with_keys);
/// So many handshakes in a row that break off without a detail: with a wrong server within a second
/// or two. One that is put off (ZAP status 300) does not break off: it comes to no end in
/// kHandshakeMs (EAGAIN).
inline constexpr unsigned kOftenBroken = 4;

/// Milliseconds of a clock that only goes forward.
LocalTime steady_time();

/// Makes a poll in another thread return.
class WakeUp {
 public:
  WakeUp();
  ~WakeUp();
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;
  void signal();
  void clear();
  int fd() const { return fd_; }

 private:
  int fd_;
};

inline zmq::pollitem_t readable(zmq::socket_t& socket) {
  return {socket.handle(), 0, ZMQ_POLLIN, 0};
}
inline zmq::pollitem_t readable(const WakeUp& wake_up) {
  return {nullptr, wake_up.fd(), ZMQ_POLLIN, 0};
}
/// Waits until one of them is ready, the time is over or a signal has come.
void poll(zmq::pollitem_t* items, std::size_t count, std::uint64_t timeout_ms);

}  // namespace zmq_shell
}  // namespace groupctl
