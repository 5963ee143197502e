// ZmqCoordinatorBus: a coordinator's end of the three planes.
#include <algorithm>
#include <array>
#include <optional>

#include "wire/endpoint.h"
#include "wire/limits.h"
#include "wire/network.h"
#include "wire/zmq_bus.h"
#include "wire/zmq_gate.h"
#include "wire/zmq_protection.h"
#include "wire/zmq_self_test.h"
#include "wire/zmq_sockets.h"

namespace groupctl {

using namespace zmq_shell;

namespace {

constexpr int kIoThreads = 2;
constexpr Bounds kMemberBounds{kMaxMessageBytes, 256, 256};
constexpr Bounds kAdminBounds{kMaxSubmitBytes, 2000, 256};
/// Subscribers send nothing but topics, one each; fewer bytes than this break a CURVE handshake.
constexpr Bounds kCommandBounds{512, 1000, 16};

/// In front of the routing ids of the local door: those that libzmq draws begin with a zero.
constexpr char kLocalMark = 'L';

zmq::socket_t make_router(ZmqContext& context, const Bounds& bounds) {
  auto router = make_socket(context, zmq::socket_type::router, bounds);
  router.set(zmq::sockopt::linger, kLastAnswersMs);  // "unknown" is followed by the end
  router.set(zmq::sockopt::router_mandatory, true);
  router.set(zmq::sockopt::router_handover, false);
  return router;
}

zmq::socket_t make_publisher(ZmqContext& context) {
  auto publisher = make_socket(context, zmq::socket_type::xpub, kCommandBounds);
  publisher.set(zmq::sockopt::xpub_verbose, true);
  return publisher;
}

void count(Sent sent, BusCounters& counters) {
  if (sent == Sent::kNobody) ++counters.unroutable;
  if (sent == Sent::kFull) ++counters.full;
}

}  // namespace

struct ZmqCoordinatorBus::Sockets {
  explicit Sockets(ZmqContext& context)
      : members(make_router(context, kMemberBounds)),
        admins(make_router(context, kAdminBounds)),
        subscribers(make_publisher(context)) {}
  WakeUp wake_up;
  zmq::socket_t members;
  zmq::socket_t admins;
  zmq::socket_t subscribers;
  std::optional<zmq::socket_t> local_admins;
};

/// What watches over the sockets: made after them, gone before them.
struct ZmqCoordinatorBus::Guard {
  Guard(ZmqContext& context, BusOptions given)
      : gate(context, std::move(given.connections), std::move(given.on_cut)),
        self_test(given.self_test_ms, std::move(given.on_unprotected)) {}
  ZmqGate gate;
  SelfTest self_test;
};

namespace {

Result<std::string> bind_plane(ZmqGate& gate, const Protection* protection, Plane plane,
                               zmq::socket_t& socket, const std::string& endpoint) {
  const bool gated = !is_ipc(endpoint);
  const bool protects = protection != nullptr && gated;
  Status allowed =
      protects ? protect(socket, protection->server(), domain_of(protection->group(), plane))
               : check_bind_endpoint(endpoint);
  if (allowed && !protects) allowed = check_without_keys(endpoint);
  if (!allowed) return tl::unexpected<Error>(allowed.error());
  if (gated) gate.watch(plane, socket);
  auto bound = zmq_shell::bind(socket, endpoint);
  if (gated && bound) gate.bound(plane, *bound);
  return bound;
}

std::vector<std::pair<Plane, std::string>> tcp_planes(const CoordinatorEndpoints& endpoints) {
  std::vector<std::pair<Plane, std::string>> planes = {{Plane::kMember, endpoints.member},
                                                       {Plane::kAdmin, endpoints.admin},
                                                       {Plane::kCommand, endpoints.command}};
  std::erase_if(planes, [](const auto& plane) { return is_ipc(plane.second); });
  return planes;
}

Door door_of(const std::string& endpoint, bool with_keys) {
  if (is_ipc(endpoint)) return Door::kLocal;
  return with_keys ? Door::kKeyed : Door::kOpen;
}

}  // namespace

ZmqCoordinatorBus::ZmqCoordinatorBus(std::optional<PlaneKeys> keys, const LogId& topic,
                                     BusOptions options)
    : context_(make_zmq_context(kIoThreads)),
      protection_(keys ? std::make_unique<Protection>(context_, *std::move(keys)) : nullptr),
      sockets_(std::make_unique<Sockets>(*context_)),
      guard_(std::make_unique<Guard>(*context_, std::move(options))),
      topic_(topic) {}

ZmqCoordinatorBus::~ZmqCoordinatorBus() = default;

Result<std::unique_ptr<ZmqCoordinatorBus>> ZmqCoordinatorBus::open(
    const CoordinatorEndpoints& endpoints, const LogId& topic, std::optional<PlaneKeys> keys,
    BusOptions options) {
  return guarded("opening the planes", [&]() -> Result<std::unique_ptr<ZmqCoordinatorBus>> {
    std::unique_ptr<ZmqCoordinatorBus> bus(
        new ZmqCoordinatorBus(std::move(keys), topic, std::move(options)));
    if (auto bound = bus->bind(endpoints); !bound) return tl::unexpected<Error>(bound.error());
    if (auto sound = bus->check_protection(); !sound) return tl::unexpected<Error>(sound.error());
    return bus;
  });
}

Status ZmqCoordinatorBus::bind(const CoordinatorEndpoints& endpoints) {
  const auto bind_one = [&](Plane plane, zmq::socket_t& socket, const std::string& endpoint) {
    return bind_plane(guard_->gate, protection_.get(), plane, socket, endpoint);
  };
  auto member = bind_one(Plane::kMember, sockets_->members, endpoints.member);
  if (!member) return fail("member plane", member.error());
  auto command = bind_one(Plane::kCommand, sockets_->subscribers, endpoints.command);
  if (!command) return fail("command plane", command.error());
  auto admin = bind_one(Plane::kAdmin, sockets_->admins, endpoints.admin);
  if (!admin) return fail("admin plane", admin.error());
  endpoints_ = {*member, *command, *admin};
  return {};
}

Status ZmqCoordinatorBus::open_local_door(const std::string& ipc_endpoint) {
  return guarded("opening the local door", [&]() -> Status {
    GROUPCTL_INVARIANT(is_ipc(ipc_endpoint), "others do not get to the local door");
    auto router = make_router(*context_, kAdminBounds);
    if (auto bound = zmq_shell::bind(router, ipc_endpoint); !bound) {
      return fail("local door", bound.error());
    }
    sockets_->local_admins = std::move(router);
    return {};
  });
}

Status ZmqCoordinatorBus::check_protection() {
  if (!protection_) return {};
  return guarded("testing the planes", [&]() -> Status {
    for (const auto& [plane, endpoint] : tcp_planes(endpoints_)) {
      if (auto refuses = protection_->check(*context_, endpoint, plane); !refuses) return refuses;
    }
    return {};
  });
}

void ZmqCoordinatorBus::test_protection() {
  if (!protection_) return;
  const auto start = [&] {
    SelfTest::Tests tests;
    for (const auto& [plane, endpoint] : tcp_planes(endpoints_)) {
      tests.push_back(protection_->test(*context_, endpoint, plane));
    }
    return tests;
  };
  guard_->self_test.turn(start);
}

void ZmqCoordinatorBus::admit(std::shared_ptr<const Admissions> admissions) {
  if (!protection_) return;
  const auto before = protection_->replace(admissions);
  for (const auto& [key, may] : *before) {
    const auto now = admissions->find(key);
    const Admission after = now == admissions->end() ? Admission() : now->second;
    if (may.command && !after.command) guard_->gate.disown(Plane::kCommand, key);
    // What these are told of it is on its way.
    if (may.member && !after.member) guard_->gate.disown_soon(Plane::kMember, key);
    if (may.admin && !after.admin) guard_->gate.disown_soon(Plane::kAdmin, key);
  }
}

void ZmqCoordinatorBus::wait(std::uint64_t timeout_ms, const Handlers& handlers) {
  std::array<zmq::pollitem_t, 5 + kPlanes> items = {
      readable(sockets_->wake_up), readable(sockets_->admins), readable(sockets_->members),
      readable(sockets_->subscribers)};
  std::size_t used = 4;
  if (sockets_->local_admins) items[used++] = readable(*sockets_->local_admins);
  used += guard_->gate.add_to(&items[used]);
  poll(items.data(), used, guard_->self_test.wait_ms(guard_->gate.wait_ms(timeout_ms)));
  guard_->gate.turn();
  if (protection_) protection_->tell();
  const auto receive = [&](Plane plane, zmq::socket_t& router, const std::string& endpoint,
                           const auto& handler) {
    const auto look = [&](zmq::message_t& message, Peer& peer) {
      peer.shared = protection_ && protection_->is_shared(peer.key);
      const ConnectionOwner owner{peer.key, peer.shared ? network_of(peer.address) : std::string()};
      // It was let in, and lost its place before it said anything.
      if (guard_->gate.spoke(plane, message, owner) && protection_ &&
          !protection_->admits(peer.key, plane)) {
        guard_->gate.disown_soon(plane, peer.key);
      }
    };
    const Door door = door_of(endpoint, protection_ != nullptr);
    counters_.malformed += receive_routed(router, door, handler, look);
  };
  if (items[0].revents != 0) sockets_->wake_up.clear();
  if (sockets_->local_admins && items[4].revents != 0) {
    counters_.malformed += receive_routed(
        *sockets_->local_admins, Door::kLocal, [&](const Peer& peer, ByteView bytes) {
          Peer marked = peer;
          marked.routing_id.insert(marked.routing_id.begin(), kLocalMark);
          handlers.on_admin(marked, bytes);
        });
  }
  if (items[1].revents != 0) {
    receive(Plane::kAdmin, sockets_->admins, endpoints_.admin, handlers.on_admin);
  }
  if (items[2].revents != 0) {
    receive(Plane::kMember, sockets_->members, endpoints_.member, handlers.on_member);
  }
  if (items[3].revents != 0) receive_subscriptions(handlers);
  test_protection();
}

void ZmqCoordinatorBus::receive_subscriptions(const Handlers& handlers) {
  zmq::message_t message;
  for (int i = 0; i < kMessagesPerWait && zmq_shell::receive(sockets_->subscribers, message); ++i) {
    const PublicKey key = protection_ ? key_of(message) : PublicKey();
    guard_->gate.spoke(Plane::kCommand, message, {key, {}});
    // It was let in, and lost its place before it said anything.
    if (key && !protection_->admits(key, Plane::kCommand)) {
      guard_->gate.disown(Plane::kCommand, key);
    }
    const ByteView bytes = view_of(message);
    const ByteView topic = topic_.view();
    const bool subscribes = !bytes.empty() && bytes[0] == 1 && !message.more() &&
                            std::equal(bytes.begin() + 1, bytes.end(), topic.begin(), topic.end());
    skip_rest(sockets_->subscribers, message);
    if (subscribes) handlers.on_subscriber();
  }
}

void ZmqCoordinatorBus::wake() { sockets_->wake_up.signal(); }

void ZmqCoordinatorBus::to_member(const Peer& peer, ByteView message) {
  count(send_routed(sockets_->members, peer, message), counters_);
}

void ZmqCoordinatorBus::to_admin(const Peer& peer, ByteView message) {
  if (!peer.routing_id.empty() && peer.routing_id.front() == kLocalMark && sockets_->local_admins) {
    const Peer unmarked{peer.routing_id.substr(1), {}};
    return count(send_routed(*sockets_->local_admins, unmarked, message), counters_);
  }
  const Sent sent = send_routed(sockets_->admins, peer, message);
  if (sent == Sent::kYes) {
    guard_->gate.given(Plane::kAdmin, peer.connection, message.size(), protection_ != nullptr);
  }
  count(sent, counters_);
}

void ZmqCoordinatorBus::publish(ByteView envelope, ByteView frame) {
  const auto part = [](ByteView bytes) { return zmq::buffer(bytes.data(), bytes.size()); };
  auto& out = sockets_->subscribers;
  // An XPUB never blocks: subscribers whose queue is full miss it and ask for a replay.
  out.send(part(topic_.view()), zmq::send_flags::sndmore);
  out.send(part(envelope), zmq::send_flags::sndmore);
  out.send(part(frame), zmq::send_flags::none);
}

}  // namespace groupctl
