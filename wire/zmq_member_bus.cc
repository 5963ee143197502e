// ZmqMemberBus: a member's end, and its local socket.
#include <array>
#include <optional>

#include "wire/endpoint.h"
#include "wire/limits.h"
#include "wire/reachable.h"
#include "wire/zmq_bus.h"
#include "wire/zmq_sockets.h"

namespace groupctl {

using namespace zmq_shell;

namespace {

constexpr Bounds kCoordinatorBounds{kMaxMessageBytes, 256, 256};
constexpr Bounds kSubscriberBounds{kMaxMessageBytes, 16, 1000};
constexpr Bounds kLocalBounds{kMaxMessageBytes, 16, 16};
constexpr std::size_t kPublicationParts = 3;

}  // namespace

struct ZmqMemberBus::Sockets {
  WakeUp wake_up;
  std::optional<zmq::socket_t> coordinator;
  std::optional<Events> events;  // of the one before
  std::optional<zmq::socket_t> local;
  std::optional<zmq::socket_t> subscription;
};

ZmqMemberBus::ZmqMemberBus(std::string coordinator, std::optional<ClientKeys> keys,
                           std::shared_ptr<ZmqContext> context)
    : coordinator_(std::move(coordinator)),
      keys_(is_ipc(coordinator_) ? std::nullopt : std::move(keys)),
      context_(context ? std::move(context) : make_zmq_context()),
      sockets_(std::make_unique<Sockets>()) {}

ZmqMemberBus::~ZmqMemberBus() = default;

Result<std::unique_ptr<ZmqMemberBus>> ZmqMemberBus::open(const std::string& coordinator,
                                                         const std::string& local,
                                                         std::optional<ClientKeys> keys,
                                                         std::shared_ptr<ZmqContext> context) {
  return guarded("opening a member's sockets", [&]() -> Result<std::unique_ptr<ZmqMemberBus>> {
    std::unique_ptr<ZmqMemberBus> bus(
        new ZmqMemberBus(coordinator, std::move(keys), std::move(context)));
    if (auto attached = bus->attach(local); !attached) {
      return tl::unexpected<Error>(attached.error());
    }
    return bus;
  });
}

Status ZmqMemberBus::attach(const std::string& local) {
  if (!local.empty()) {
    auto& router =
        sockets_->local.emplace(make_socket(*context_, zmq::socket_type::router, kLocalBounds));
    router.set(zmq::sockopt::linger, kLastAnswersMs);  // "left" is followed by the end
    router.set(zmq::sockopt::router_mandatory, true);
    if (auto bound = bind(router, local); !bound) return fail("local socket", bound.error());
  }
  return connect_coordinator(keys_ ? &keys_->own : nullptr);
}

Status ZmqMemberBus::connect_coordinator(const KeyPair* as) {
  sockets_->events.reset();
  sockets_->coordinator.reset();
  broken_handshakes_ = 0;
  auto& socket = sockets_->coordinator.emplace(make_dealer(*context_, kCoordinatorBounds));
  if (as != nullptr) use_keys(socket, *as, keys_->server);
  sockets_->events.emplace(*context_, socket, ZMQ_EVENT_HANDSHAKE_SUCCEEDED | kHandshakeFailures);
  Status allowed = as != nullptr ? Status() : check_without_keys(coordinator_);
  if (allowed) allowed = connect(socket, coordinator_);
  if (!allowed) return fail("coordinator", allowed.error());
  return {};
}

void ZmqMemberBus::reconnect(const std::optional<KeyPair>& as) {
  const KeyPair* own = keys_ ? &keys_->own : nullptr;
  const auto connected =
      guarded("connecting anew", [&] { return connect_coordinator(keys_ && as ? &*as : own); });
  GROUPCTL_INVARIANT(connected.has_value(), "what could be connected to can be again");
}

Status ZmqMemberBus::subscribe(const std::string& endpoint, const LogId& topic) {
  return guarded("subscribing", [&]() -> Status {
    auto socket = make_socket(*context_, zmq::socket_type::sub, kSubscriberBounds);
    socket.set(zmq::sockopt::subscribe, zmq::const_buffer(topic.bytes.data(), topic.bytes.size()));
    const std::string at = reachable_endpoint(endpoint, coordinator_);
    if (keys_ && !is_ipc(at)) use_keys(socket, keys_->own, keys_->server);
    Status connected = keys_ ? Status() : check_without_keys(at);
    if (connected) connected = connect(socket, at);
    if (!connected) {
      return fail(ErrorCode::kInvalid, "command plane: " + connected.error().text);
    }
    sockets_->subscription = std::move(socket);
    return {};
  });
}

void ZmqMemberBus::wait(std::uint64_t timeout_ms, const Handlers& handlers) {
  std::array<zmq::pollitem_t, 5> items = {readable(sockets_->wake_up),
                                          readable(*sockets_->coordinator),
                                          readable(sockets_->events->socket())};
  std::size_t used = 3;
  const auto also = [&](std::optional<zmq::socket_t>& socket) {
    if (!socket) return std::size_t{0};  // the place of the wake-up, never asked for
    items[used] = readable(*socket);
    return used++;
  };
  const std::size_t subscription = also(sockets_->subscription);
  const std::size_t local = also(sockets_->local);
  poll(items.data(), used, timeout_ms);
  const bool events = items[2].revents != 0;
  if (items[0].revents != 0) sockets_->wake_up.clear();
  if (items[1].revents != 0) receive_replies(handlers);
  if (local != 0 && items[local].revents != 0) {
    counters_.malformed += receive_routed(*sockets_->local, Door::kLocal, handlers.on_local);
  }
  // Last, since a handler may replace what was polled.
  if (subscription != 0 && items[subscription].revents != 0) receive_publications(handlers);
  if (events) receive_events(handlers);
}

/// A handshake that breaks off without a detail is a wrong server's, a broken connection's, or one
/// too many for the server: once is nothing.
void ZmqMemberBus::receive_events(const Handlers& handlers) {
  std::optional<LinkTrouble> trouble;
  while (const auto event = sockets_->events->next()) {
    const auto told = trouble_of(*event, keys_.has_value());
    if (!told || *told != LinkTrouble::kWrongServer) broken_handshakes_ = 0;
    if (told == LinkTrouble::kWrongServer && ++broken_handshakes_ < kOftenBroken) continue;
    trouble = told;
  }
  if (trouble && handlers.on_trouble) handlers.on_trouble(*trouble);
}

void ZmqMemberBus::receive_replies(const Handlers& handlers) {
  zmq::message_t message;
  for (int i = 0; i < kMessagesPerWait && receive(*sockets_->coordinator, message); ++i) {
    if (!message.more()) {
      handlers.on_reply(view_of(message));
    } else {
      skip_rest(*sockets_->coordinator, message);
      ++counters_.malformed;
    }
  }
}

/// As many in one turn as go into one commit; a reply behind many would look as if there were none.
void ZmqMemberBus::receive_publications(const Handlers& handlers) {
  constexpr auto kPublicationsPerWait = static_cast<int>(kMaxBatchFrames);
  std::array<zmq::message_t, kPublicationParts> parts;  // topic, envelope, frame
  for (int i = 0; i < kPublicationsPerWait && receive(*sockets_->subscription, parts[0]); ++i) {
    std::size_t last = 0;
    while (last + 1 < parts.size() && parts[last].more() &&
           receive(*sockets_->subscription, parts[last + 1])) {
      ++last;
    }
    if (last + 1 == parts.size() && !parts[last].more()) {
      handlers.on_publication(view_of(parts[1]), view_of(parts[2]));
    } else {
      skip_rest(*sockets_->subscription, parts[last]);
      ++counters_.malformed;
    }
  }
}

void ZmqMemberBus::wake() { sockets_->wake_up.signal(); }

void ZmqMemberBus::to_coordinator(ByteView message) {
  if (!send_now(*sockets_->coordinator, message)) ++counters_.unroutable;
}

void ZmqMemberBus::to_local(const Peer& peer, ByteView message) {
  if (!sockets_->local) return;
  const Sent sent = send_routed(*sockets_->local, peer, message);
  if (sent == Sent::kNobody) ++counters_.unroutable;
  if (sent == Sent::kFull) ++counters_.full;
}

}  // namespace groupctl
