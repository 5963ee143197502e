#include "wire/zmq_sockets.h"

#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "wire/endpoint.h"

namespace groupctl {

std::shared_ptr<ZmqContext> make_zmq_context(int io_threads, int max_sockets) {
  auto made = std::make_shared<ZmqContext>();
  made->context.set(zmq::ctxopt::io_threads, io_threads);
  made->context.set(zmq::ctxopt::max_sockets, max_sockets);
  return made;
}

namespace zmq_shell {
namespace {

constexpr int kHandshakeMs = 2000;
constexpr int kKeepAliveIdleS = 4;
constexpr int kKeepAliveIntervalS = 1;
constexpr int kKeepAliveProbes = 4;
constexpr std::uint64_t kLongestPollMs = 3600 * 1000;
constexpr std::size_t kDrawnIdBytes = 5;  // libzmq draws a zero byte and 32 bits

/// Socket files come into being with mode 0600: changing it after the bind would leave a moment.
class PrivateFiles {
 public:
  PrivateFiles() : former_(::umask(S_IXUSR | S_IRWXG | S_IRWXO)) {}
  ~PrivateFiles() { ::umask(former_); }
  PrivateFiles(const PrivateFiles&) = delete;
  PrivateFiles& operator=(const PrivateFiles&) = delete;

 private:
  mode_t former_;
};

bool was_drawn(const zmq::message_t& routing_id) {
  return routing_id.size() == kDrawnIdBytes && *routing_id.data<std::uint8_t>() == 0;
}

/// Only for IPv6 addresses: it would show IPv4 ones as mapped.
void allow_family(zmq::socket_t& socket, const std::string& endpoint) {
  socket.set(zmq::sockopt::ipv6, endpoint.find('[') != std::string::npos);
}

int send_part(zmq::socket_t& socket, const void* data, std::size_t size, int flags) {
  int sent = -1;
  do {
    sent = zmq_send(socket.handle(), data, size, flags | ZMQ_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  return sent;
}

}  // namespace

zmq::socket_t make_socket(ZmqContext& context, zmq::socket_type type, const Bounds& bounds) {
  zmq::socket_t socket(context.context, type);
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::maxmsgsize, bounds.max_message_bytes);
  socket.set(zmq::sockopt::sndhwm, bounds.send_queue);
  socket.set(zmq::sockopt::rcvhwm, bounds.receive_queue);
  socket.set(zmq::sockopt::handshake_ivl, kHandshakeMs);
  // Half-open connections end by TCP's own probes. ZMTP's heartbeats would abort the process when
  // a receive queue is full and the connection ends (libzmq 4.3.4, its issues 3937 and 4364).
  socket.set(zmq::sockopt::tcp_keepalive, 1);
  socket.set(zmq::sockopt::tcp_keepalive_idle, kKeepAliveIdleS);
  socket.set(zmq::sockopt::tcp_keepalive_intvl, kKeepAliveIntervalS);
  socket.set(zmq::sockopt::tcp_keepalive_cnt, kKeepAliveProbes);
  return socket;
}

zmq::socket_t make_dealer(ZmqContext& context, const Bounds& bounds) {
  auto dealer = make_socket(context, zmq::socket_type::dealer, bounds);
  dealer.set(zmq::sockopt::immediate, true);
  return dealer;
}

Result<std::string> bind(zmq::socket_t& socket, const std::string& endpoint) {
  if (auto allowed = check_endpoint(endpoint); !allowed) {
    return tl::unexpected<Error>(allowed.error());
  }
  allow_family(socket, endpoint);
  const PrivateFiles files;
  if (zmq_bind(socket.handle(), endpoint.c_str()) != 0) {
    const ErrorCode code = errno == EADDRINUSE ? ErrorCode::kInUse : ErrorCode::kIo;
    return fail(code, endpoint + ": " + zmq_strerror(errno));
  }
  return socket.get(zmq::sockopt::last_endpoint);
}

Status connect(zmq::socket_t& socket, const std::string& endpoint) {
  if (auto allowed = check_endpoint(endpoint); !allowed) return allowed;
  socket.set(zmq::sockopt::reconnect_ivl, kReconnectMs);
  socket.set(zmq::sockopt::reconnect_ivl_max, kMaxReconnectMs);
  allow_family(socket, endpoint);
  if (zmq_connect(socket.handle(), endpoint.c_str()) == 0) return {};
  return fail(ErrorCode::kInvalid, endpoint + ": " + zmq_strerror(errno));
}

bool receive(zmq::socket_t& socket, zmq::message_t& part) {
  return socket.recv(part, zmq::recv_flags::dontwait).has_value();
}

void skip_rest(zmq::socket_t& socket, const zmq::message_t& part) {
  bool more = part.more();
  zmq::message_t skipped;
  while (more && receive(socket, skipped)) more = skipped.more();
}

namespace {

/// ":UID:GID:PID" for a local socket.
std::string address_of(zmq::message_t& message) {
  const char* told = zmq_msg_gets(message.handle(), "Peer-Address");
  if (told == nullptr) return {};
  const std::string address(told);
  return address.starts_with(':') ? "process " + address.substr(address.rfind(':') + 1) : address;
}

}  // namespace

std::uint64_t receive_routed(zmq::socket_t& router,
                             const std::function<void(const Peer&, ByteView)>& handler) {
  std::uint64_t malformed = 0;
  zmq::message_t routing_id;
  zmq::message_t body;
  for (int i = 0; i < kMessagesPerWait && receive(router, routing_id); ++i) {
    const bool has_body = routing_id.more() && receive(router, body);
    if (has_body && !body.more() && was_drawn(routing_id)) {
      handler(Peer{routing_id.to_string(), {}, address_of(body)}, view_of(body));
    } else {
      skip_rest(router, has_body ? body : routing_id);
      ++malformed;
    }
  }
  return malformed;
}

Sent send_routed(zmq::socket_t& router, const Peer& peer, ByteView message) {
  if (send_part(router, peer.routing_id.data(), peer.routing_id.size(), ZMQ_SNDMORE) < 0) {
    return errno == EAGAIN ? Sent::kFull : Sent::kNobody;
  }
  return send_part(router, message.data(), message.size(), 0) < 0 ? Sent::kNobody : Sent::kYes;
}

bool send_now(zmq::socket_t& socket, ByteView message) {
  return send_part(socket, message.data(), message.size(), 0) >= 0;
}

WakeUp::WakeUp() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  GROUPCTL_INVARIANT(fd_ >= 0, "an eventfd can be had");
}

WakeUp::~WakeUp() { ::close(fd_); }

void WakeUp::signal() {
  const std::uint64_t one = 1;
  // EAGAIN means that a wake-up is already waiting.
  [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
}

void WakeUp::clear() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(fd_, &count, sizeof count);
}

void poll(zmq::pollitem_t* items, std::size_t count, std::uint64_t timeout_ms) {
  const auto timeout = static_cast<long>(std::min(timeout_ms, kLongestPollMs));
  const int ready = zmq_poll(items, static_cast<int>(count), timeout);
  GROUPCTL_INVARIANT(ready >= 0 || errno == EINTR, "sockets can be polled");
  if (ready >= 0) return;
  for (std::size_t i = 0; i < count; ++i) items[i].revents = 0;
}

}  // namespace zmq_shell
}  // namespace groupctl
