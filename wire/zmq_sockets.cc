#include "wire/zmq_sockets.h"

#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "wire/endpoint.h"

namespace groupctl {
namespace {

/// libzmq draws the jitter of reconnecting from rand() and never seeds it (4.3.4): all members
/// would come back at one moment.
void seed_jitter() {
  static std::once_flag once;
  std::call_once(once, [] {
    unsigned seed = 1;
    if (::getrandom(&seed, sizeof seed, 0) == sizeof seed) std::srand(seed);
  });
}

}  // namespace

std::shared_ptr<ZmqContext> make_zmq_context(int io_threads, int max_sockets) {
  seed_jitter();
  auto made = std::make_shared<ZmqContext>();
  made->context.set(zmq::ctxopt::io_threads, io_threads);
  made->context.set(zmq::ctxopt::max_sockets, max_sockets);
  return made;
}

namespace zmq_shell {
namespace {

constexpr int kHandshakeMs = 2000;
/// Connections that wait to be accepted. With libzmq's 100 an honest one is turned away among many;
/// behind several thousand it would wait longer than its handshake may take.
constexpr int kBacklog = 1024;
constexpr int kKeepAliveIdleS = 4;
constexpr int kKeepAliveIntervalS = 1;
constexpr int kKeepAliveProbes = 4;
constexpr std::uint64_t kLongestPollMs = 3600 * 1000;
constexpr std::size_t kDrawnIdBytes = 5;  // libzmq draws a zero byte and 32 bits

/// Socket files come into being with mode 0600: changing it after the bind would leave a moment.
/// The mask is the process's: two at once would restore each other's.
class PrivateFiles {
 public:
  PrivateFiles() : alone_(mutex()), former_(::umask(S_IXUSR | S_IRWXG | S_IRWXO)) {}
  ~PrivateFiles() { ::umask(former_); }
  PrivateFiles(const PrivateFiles&) = delete;
  PrivateFiles& operator=(const PrivateFiles&) = delete;

 private:
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  const std::lock_guard<std::mutex> alone_;
  const mode_t former_;
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
  socket.set(zmq::sockopt::backlog, kBacklog);
  // Half-open connections end by TCP's own probes. ZMTP's heartbeats would abort the process when
  // a receive queue is full and the connection ends (libzmq 4.3.4, its issues 3937 and 4364).
  socket.set(zmq::sockopt::tcp_keepalive, 1);
  socket.set(zmq::sockopt::tcp_keepalive_idle, kKeepAliveIdleS);
  socket.set(zmq::sockopt::tcp_keepalive_intvl, kKeepAliveIntervalS);
  socket.set(zmq::sockopt::tcp_keepalive_cnt, kKeepAliveProbes);
  return socket;
}

Status protect(zmq::socket_t& socket, const SecretKey& server, const std::string& domain) {
  GROUPCTL_INVARIANT(!domain.empty(), "without a domain libzmq asks nobody");
  socket.set(zmq::sockopt::curve_server, true);
  socket.set(zmq::sockopt::curve_secretkey,
             zmq::const_buffer(server.bytes.data(), server.bytes.size()));
  socket.set(zmq::sockopt::zap_domain, domain);
  // ZMQ_ZAP_ENFORCE_DOMAIN, which only draft builds declare. Without it libzmq 4.3.4 lets in every
  // key when there is no authenticator (src/curve_server.cpp, lines 415-440).
  constexpr int kZapEnforceDomain = 93;
  const int enforced = 1;
  if (zmq_setsockopt(socket.handle(), kZapEnforceDomain, &enforced, sizeof enforced) == 0) {
    return {};
  }
  return fail(ErrorCode::kUnprotected,
              std::string("this libzmq cannot be told to refuse unknown keys (option 93): ") +
                  zmq_strerror(errno));
}

void use_keys(zmq::socket_t& socket, const KeyPair& own, const PublicKey& server) {
  const auto buffer = [](const auto& key) {
    return zmq::const_buffer(key.bytes.data(), key.bytes.size());
  };
  socket.set(zmq::sockopt::curve_serverkey, buffer(server));
  socket.set(zmq::sockopt::curve_publickey, buffer(own.public_key));
  socket.set(zmq::sockopt::curve_secretkey, buffer(own.secret_key));
}

zmq::socket_t make_dealer(ZmqContext& context, const Bounds& bounds) {
  auto dealer = make_socket(context, zmq::socket_type::dealer, bounds);
  dealer.set(zmq::sockopt::immediate, true);
  return dealer;
}

Result<std::string> bind(zmq::socket_t& socket, const std::string& endpoint) {
  if (auto allowed = check_bind_endpoint(endpoint); !allowed) {
    return tl::unexpected<Error>(allowed.error());
  }
  allow_family(socket, endpoint);
  std::optional<PrivateFiles> files;
  if (is_ipc(endpoint)) files.emplace();
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

/// ":UID:GID:PID" for a local socket.
std::string address_of(zmq::message_t& message) {
  const char* told = zmq_msg_gets(message.handle(), "Peer-Address");
  if (told == nullptr) return {};
  const std::string address(told);
  return address.starts_with(':') ? "process " + address.substr(address.rfind(':') + 1) : address;
}

PublicKey key_of(zmq::message_t& message) {
  PublicKey key;
  const char* told = zmq_msg_gets(message.handle(), "User-Id");
  if (told != nullptr) key.assign_hex(told);
  return key;
}

std::uint64_t receive_routed(zmq::socket_t& router, Door door,
                             const std::function<void(const Peer&, ByteView)>& handler,
                             const Look& look) {
  std::uint64_t malformed = 0;
  zmq::message_t routing_id;
  zmq::message_t body;
  for (int i = 0; i < kMessagesPerWait && receive(router, routing_id); ++i) {
    const bool has_body = routing_id.more() && receive(router, body);
    const bool well_formed = has_body && !body.more() && was_drawn(routing_id);
    const PublicKey key = well_formed && door == Door::kKeyed ? key_of(body) : PublicKey();
    if (well_formed && (key || door != Door::kKeyed)) {
      Peer peer{routing_id.to_string(), key, address_of(body), door == Door::kLocal};
      peer.connection = zmq_msg_get(body.handle(), ZMQ_SRCFD);
      if (look) look(body, peer);
      handler(peer, view_of(body));
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

namespace {

std::string monitor_name() {
  static std::atomic<std::uint64_t> next{0};
  return "inproc://groupctl-events-" + std::to_string(next++);
}

}  // namespace

/// Without a bound: where there is one, libzmq's threads stand still at it. What waits here is what
/// came during one turn of whoever reads it.
Events::Events(ZmqContext& context, zmq::socket_t& of, int which)
    : of_(of.handle()), events_(context.context, zmq::socket_type::pair) {
  const std::string name = monitor_name();
  events_.set(zmq::sockopt::linger, 0);
  events_.set(zmq::sockopt::rcvhwm, 0);
  if (zmq_socket_monitor(of.handle(), name.c_str(), which) != 0) throw zmq::error_t();
  events_.connect(name);
}

Events::~Events() { zmq_socket_monitor(of_, nullptr, 0); }

std::optional<Events::Event> Events::next() {
  zmq::message_t message;
  if (!receive(events_, message)) return std::nullopt;
  Event event;
  const ByteView bytes = view_of(message);
  if (bytes.size() == sizeof event.what + sizeof event.value) {
    std::memcpy(&event.what, bytes.data(), sizeof event.what);
    std::memcpy(&event.value, bytes.data() + sizeof event.what, sizeof event.value);
  }
  skip_rest(events_, message);
  return event;
}

std::optional<LinkTrouble> trouble_of(const Events::Event& event, bool with_keys) {
  switch (event.what) {
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
      return LinkTrouble::kKeyRefused;
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
      return with_keys ? LinkTrouble::kNoKeys : LinkTrouble::kKeysWanted;
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
      return with_keys && event.value != EAGAIN ? std::optional(LinkTrouble::kWrongServer)
                                                : std::nullopt;
    default:
      return std::nullopt;
  }
}

LocalTime steady_time() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return LocalTime(static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count()));
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
