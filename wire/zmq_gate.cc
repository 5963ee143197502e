#include "wire/zmq_gate.h"

#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "wire/endpoint.h"
#include "wire/zmq_accept.h"
#include "wire/zmq_peer_name.h"

namespace groupctl::zmq_shell {
namespace {

/// An honest peer speaks as soon as its handshake (2 s at most) is done.
constexpr std::uint64_t kYoungMs = 10'000;
/// A subscriber has one topic.
constexpr std::size_t kMaxSubscriptions = 16;
constexpr std::size_t kMaxYoung = 1024;
/// Less: an admin request, and so what one of these can cost, is larger.
constexpr std::size_t kMaxYoungAdmins = 128;
constexpr std::size_t kMaxOfAKey = 16;
/// A person has several programs, which may run at once.
constexpr std::size_t kMaxOfAnAdmin = 64;
/// More than may wait to be let in.
constexpr std::size_t kMaxShared = 256;
/// Whose key has no place any more hears so in this time.
constexpr std::uint64_t kLeavingMs = 500;
/// Of one connection: more than an honest one has under way while the loop is at work. libzmq's own
/// bounds count whole messages, and one without an end is none.
constexpr std::uint64_t kMaxUnread = 8 << 20;
constexpr std::uint64_t kMaxUnreadAdmins = 16 << 20;
/// Of one that has not spoken, or speaks for a guest: more than the largest message of its plane.
constexpr std::uint64_t kMaxUnreadFew = 256 << 10;
constexpr std::uint64_t kMaxUnreadFewAdmins = 1 << 20;
/// Of all connections of one key: an answer has at most kMaxMessageBytes, and who asks on takes it.
constexpr std::uint64_t kMaxUntakenAdmins = 64 << 20;
/// A subscriber's handshake and its topic take some hundred, and it says nothing else.
constexpr std::uint64_t kMaxOfASubscriber = 16 << 10;
/// How often that is looked at, and how many connections may be looked at in a millisecond.
constexpr std::uint64_t kMeasureMs = 100;
constexpr std::uint64_t kMeasuredInAMs = 20;
/// In a flood the loop is woken so often at most by what becomes of connections.
constexpr std::uint64_t kBetweenEventsMs = 20;
/// More than come during a turn, so that a flood does not keep the loop from its work.
constexpr int kEventsAtOnce = 1000;
constexpr int kWatchedEvents = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED;

using AskName = int (*)(int, sockaddr*, socklen_t*);

/// nullopt: it is no TCP connection.
std::optional<PeerName> name_of(int fd, AskName ask) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  // sockaddr is C's way to say "any of these".
  if (ask(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return std::nullopt;
  return peer_name(storage);
}

/// The connection that has this descriptor, to this place of ours; nullopt: there is none.
std::optional<Connection> connection_at(int fd, const BoundAt& bound) {
  const auto own = name_of(fd, ::getsockname);
  if (!own || own->port != bound.port) return std::nullopt;
  if (!bound.address.empty() && own->address != bound.address) return std::nullopt;
  const auto peer = name_of(fd, ::getpeername);
  if (!peer) return std::nullopt;
  return Connection{fd, peer->address + ":" + std::to_string(peer->port), peer->network};
}

/// Bytes that have come on a connection, and those that its other end says it has.
struct Passed {
  std::uint64_t received = 0;
  std::uint64_t taken = 0;
};

/// nullopt: it is no connection.
std::optional<Passed> passed(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  if (size < offsetof(tcp_info, tcpi_bytes_received) + sizeof info.tcpi_bytes_received) {
    return std::nullopt;
  }
  return Passed{info.tcpi_bytes_received, info.tcpi_bytes_acked};
}

/// What a message of one part takes on its connection (rfc.zeromq.org/spec/23 and 25).
std::size_t on_the_way(std::size_t bytes, bool with_keys) {
  constexpr std::size_t kCurve = 33;  // "MESSAGE", a nonce, flags and a check
  constexpr std::size_t kShort = 255;
  const std::size_t body = bytes + (with_keys ? kCurve : 0);
  return body + (body > kShort ? 9 : 2);
}

int fd_of(zmq::message_t& message) { return zmq_msg_get(message.handle(), ZMQ_SRCFD); }

}  // namespace

std::string_view to_word(Plane plane) {
  switch (plane) {
    case Plane::kMember:
      return "member";
    case Plane::kAdmin:
      return "admin";
    case Plane::kCommand:
      return "command";
  }
  return "";
}

ZmqGate::ZmqGate(ZmqContext& context, std::shared_ptr<ConnectionBudget> budget,
                 std::function<void(const CutReport&)> on_cut)
    : context_(context),
      budget_(std::move(budget)),
      on_cut_(std::move(on_cut)),
      gate_({{kMaxYoung, kMaxOfAKey, kMaxShared, 0, kMaxUnread, kMaxUnreadFew, 0},
             {kMaxYoungAdmins, kMaxOfAnAdmin, kMaxShared, 0, kMaxUnreadAdmins, kMaxUnreadFewAdmins,
              kMaxUntakenAdmins},
             {kMaxYoung, kMaxOfAKey, kMaxShared, kMaxSubscriptions, kMaxOfASubscriber,
              kMaxOfASubscriber, 0}},
            kYoungMs),
      nothing_(::open("/dev/null", O_RDONLY | O_CLOEXEC)),
      spare_(::fcntl(nothing_.get(), F_DUPFD_CLOEXEC, 0)) {
  GROUPCTL_INVARIANT(spare_.get() >= 0, "two descriptors can be had");
  keep_strangers_out();
  if (budget_) budget_->enter();
}

ZmqGate::~ZmqGate() {
  if (budget_) budget_->leave(counted_);
}

void ZmqGate::watch(Plane plane, zmq::socket_t& socket) {
  watched_[static_cast<std::size_t>(plane)].events =
      std::make_unique<Events>(context_, socket, kWatchedEvents);
}

void ZmqGate::bound(Plane plane, const std::string& endpoint) {
  // "tcp://ADDRESS:PORT", as libzmq tells it.
  const std::size_t begin = endpoint.rfind('/') + 1;
  const std::size_t colon = endpoint.rfind(':');
  std::string address = endpoint.substr(begin, colon - begin);
  if (address.starts_with('[')) address = address.substr(1, address.size() - 2);
  if (address == "0.0.0.0" || address == "::") address.clear();
  const auto port = static_cast<std::uint16_t>(std::stoul(endpoint.substr(colon + 1)));
  watched_[static_cast<std::size_t>(plane)].at = {std::move(address), port};
}

std::size_t ZmqGate::add_to(zmq::pollitem_t* items) {
  std::size_t used = 0;
  if (steady_time() < events_next_) return used;
  for (Watched& watched : watched_) {
    if (watched.events) items[used++] = readable(watched.events->socket());
  }
  return used;
}

std::uint64_t ZmqGate::wait_ms(std::uint64_t timeout_ms) const {
  const LocalTime now = steady_time();
  if (gate_.size() == 0 && now >= events_next_) return timeout_ms;
  LocalTime due = std::min(gate_.due().value_or(measure_next_), measure_next_);
  if (now < events_next_) due = std::min(due, events_next_);
  if (!leaving_.empty()) due = std::min(due, leaving_.front().at);
  return due <= now ? 0 : std::min(timeout_ms, due.value - now.value);
}

void ZmqGate::turn() {
  const LocalTime now = steady_time();
  if (now >= events_next_) {
    bool any = false;
    for (std::size_t plane = 0; plane < kPlanes; ++plane) any = read_events(plane) || any;
    if (any) events_next_ = LocalTime(now.value + kBetweenEventsMs);
  }
  while (const auto cut = gate_.overdue(now)) end(cut);
  for (; !leaving_.empty() && leaving_.front().at <= now; leaving_.pop_front()) {
    disown(leaving_.front().plane, leaving_.front().key);
  }
  if (now >= measure_next_) measure(now);
  tell_strangers();
  settle_account();
  if (!budget_) return;
  while (budget_->is_over() && gate_.size() > budget_->share()) {
    end(gate_.spare());
    settle_account();
  }
}

void ZmqGate::measure(LocalTime now) {
  for (const auto& [plane, fd] : gate_.all()) {
    const auto bytes = passed(fd);
    if (bytes) end(gate_.came(plane, fd, bytes->received));
    if (bytes) end(gate_.taken(plane, fd, bytes->taken));
  }
  measure_next_ = LocalTime(now.value + kMeasureMs + gate_.size() / kMeasuredInAMs);
}

/// What is there now: whoever has spoken was told as accepted before. libzmq tells late: what it
/// speaks of can be over, and the descriptor another's.
bool ZmqGate::read_events(std::size_t plane) {
  Watched& watched = watched_[plane];
  if (!watched.events) return false;
  for (int i = 0; i < kEventsAtOnce; ++i) {
    const auto event = watched.events->next();
    if (!event) return i != 0;
    const int fd = static_cast<int>(event->value);
    if (event->what == ZMQ_EVENT_DISCONNECTED) gate_.closed(plane, fd);
    if (event->what != ZMQ_EVENT_ACCEPTED) continue;
    if (const auto connection = connection_at(fd, watched.at)) {
      end(gate_.accepted(steady_time(), plane, *connection));
    } else {
      gate_.closed(plane, fd);
    }
  }
  return true;
}

bool ZmqGate::spoke(Plane plane, zmq::message_t& message, const ConnectionOwner& owner) {
  const auto number = static_cast<std::size_t>(plane);
  if (!watched_[number].events) return false;
  const int fd = fd_of(message);
  if (fd < 0) return false;
  // First: another connection may have had this descriptor a moment ago.
  read_events(number);
  bool first = false;
  if (!gate_.is_settled(number, fd, owner)) {
    // None: gone already.
    const auto connection = connection_at(fd, watched_[number].at);
    if (connection) first = hear(number, *connection, owner);
  }
  if (plane != Plane::kCommand) gate_.read(number, fd, message.size());
  return first;
}

bool ZmqGate::hear(std::size_t plane, const Connection& connection, const ConnectionOwner& owner) {
  const bool first = !gate_.has_spoken(plane, connection.fd);
  end(gate_.spoke(steady_time(), plane, connection, owner));
  if (first) redeem_stranger(connection.network);
  return first;
}

void ZmqGate::given(Plane plane, int connection, std::size_t bytes, bool with_keys) {
  gate_.given(static_cast<std::size_t>(plane), connection, on_the_way(bytes, with_keys));
}

void ZmqGate::disown(Plane plane, const PublicKey& key) {
  for (const auto& cut : gate_.disowned(static_cast<std::size_t>(plane), key)) end(cut);
  settle_account();
}

void ZmqGate::disown_soon(Plane plane, const PublicKey& key) {
  leaving_.push_back({LocalTime(steady_time().value + kLeavingMs), plane, key});
}

/// A descriptor of libzmq's may be closed, and be another's, at any moment. What is ended is what a
/// descriptor of our own has, after it was looked at.
void ZmqGate::end(const std::optional<ConnectionGate::Cut>& cut) {
  if (!cut) return;
  const Connection& connection = cut->connection;
  if (::dup3(connection.fd, spare_.get(), O_CLOEXEC) < 0) return;
  const auto there = connection_at(spare_.get(), watched_[cut->listener].at);
  const bool same = there && there->remote == connection.remote;
  if (same) ::shutdown(spare_.get(), SHUT_RDWR);
  ::dup3(nothing_.get(), spare_.get(), O_CLOEXEC);
  if (!same || !on_cut_) return;
  const std::string_view plane = to_word(static_cast<Plane>(cut->listener));
  const std::string_view why = to_word(cut->cause);
  const std::string what = std::string(plane) + ' ' + std::string(why);
  const std::uint64_t times = said_.note(what, steady_time());
  if (times != 0) on_cut_({plane, why, connection.remote, cut->owner.key, times});
}

void ZmqGate::tell_strangers() {
  if (!on_cut_) return;
  if (const auto news = strangers_sent_away()) {
    on_cut_({"any",
             "too many from one address that say nothing: not taken in",
             news->network,
             {},
             news->times});
  }
}

void ZmqGate::settle_account() {
  if (budget_) budget_->change(counted_, gate_.size());
  counted_ = gate_.size();
}

}  // namespace groupctl::zmq_shell
