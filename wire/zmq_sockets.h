// What the buses share: sockets with the options of docs/protocol.md, routed messages, wake-ups.
// Only the zmq_* sources include this.
#pragma once

#include <functional>
#include <string>
#include <zmq.hpp>

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
/// Queues nothing to nobody: a send that was taken has somebody to go to, and nothing waits for a
/// connection until it is stale.
zmq::socket_t make_dealer(ZmqContext& context, const Bounds& bounds);

/// The endpoint that it was bound to ("*" resolved). A socket file is made with mode 0600.
/// Errors: those of check_endpoint; kInUse; kIo.
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
/// Hands over what is there on a ROUTER; returns how many messages were malformed: not of one part,
/// or from a peer that chose its own routing id.
std::uint64_t receive_routed(zmq::socket_t& router,
                             const std::function<void(const Peer&, ByteView)>& handler);

enum class Sent : std::uint8_t { kYes, kNobody, kFull };
/// Never blocks. kNobody: the peer is gone; kFull: its queue is.
Sent send_routed(zmq::socket_t& router, const Peer& peer, ByteView message);
/// Never blocks. False: nobody is connected, or the queue is full.
bool send_now(zmq::socket_t& socket, ByteView message);

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
