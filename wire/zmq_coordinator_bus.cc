// ZmqCoordinatorBus: a coordinator's end of the three planes.
#include <algorithm>
#include <array>

#include "wire/limits.h"
#include "wire/zmq_bus.h"
#include "wire/zmq_sockets.h"

namespace groupctl {

using namespace zmq_shell;

namespace {

constexpr int kIoThreads = 2;
constexpr Bounds kMemberBounds{kMaxMessageBytes, 256, 256};
constexpr Bounds kAdminBounds{kMaxSubmitBytes, 2000, 256};
/// Subscribers send nothing but topics; much less than this breaks a CURVE handshake.
constexpr Bounds kCommandBounds{1024, 1000, 1000};

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
};

ZmqCoordinatorBus::ZmqCoordinatorBus(std::shared_ptr<ZmqContext> context, const LogId& topic)
    : context_(context ? std::move(context) : make_zmq_context(kIoThreads)),
      sockets_(std::make_unique<Sockets>(*context_)),
      topic_(topic) {}

ZmqCoordinatorBus::~ZmqCoordinatorBus() = default;

Result<std::unique_ptr<ZmqCoordinatorBus>> ZmqCoordinatorBus::open(
    const CoordinatorEndpoints& endpoints, const LogId& topic,
    std::shared_ptr<ZmqContext> context) {
  return guarded("opening the planes", [&]() -> Result<std::unique_ptr<ZmqCoordinatorBus>> {
    std::unique_ptr<ZmqCoordinatorBus> bus(new ZmqCoordinatorBus(std::move(context), topic));
    if (auto bound = bus->bind(endpoints); !bound) return tl::unexpected<Error>(bound.error());
    return bus;
  });
}

Status ZmqCoordinatorBus::bind(const CoordinatorEndpoints& endpoints) {
  auto member = zmq_shell::bind(sockets_->members, endpoints.member);
  if (!member) return fail("member plane", member.error());
  auto command = zmq_shell::bind(sockets_->subscribers, endpoints.command);
  if (!command) return fail("command plane", command.error());
  auto admin = zmq_shell::bind(sockets_->admins, endpoints.admin);
  if (!admin) return fail("admin plane", admin.error());
  endpoints_ = {*member, *command, *admin};
  return {};
}

void ZmqCoordinatorBus::wait(std::uint64_t timeout_ms, const Handlers& handlers) {
  std::array<zmq::pollitem_t, 4> items = {readable(sockets_->wake_up), readable(sockets_->admins),
                                          readable(sockets_->members),
                                          readable(sockets_->subscribers)};
  poll(items.data(), items.size(), timeout_ms);
  if (items[0].revents != 0) sockets_->wake_up.clear();
  if (items[1].revents != 0) {
    counters_.malformed += receive_routed(sockets_->admins, handlers.on_admin);
  }
  if (items[2].revents != 0) {
    counters_.malformed += receive_routed(sockets_->members, handlers.on_member);
  }
  if (items[3].revents != 0) receive_subscriptions(handlers);
}

void ZmqCoordinatorBus::receive_subscriptions(const Handlers& handlers) {
  zmq::message_t message;
  for (int i = 0; i < kMessagesPerWait && receive(sockets_->subscribers, message); ++i) {
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
  count(send_routed(sockets_->admins, peer, message), counters_);
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
