#include "wire/zmq_agent_bus.h"

#include "wire/agent_messages.h"
#include "wire/endpoint.h"
#include "wire/limits.h"
#include "wire/zmq_gate.h"
#include "wire/zmq_protection.h"
#include "wire/zmq_self_test.h"
#include "wire/zmq_sockets.h"

namespace groupctl {

using namespace zmq_shell;

namespace {

constexpr Bounds kAgentBounds{kMaxAgentRequestBytes, 64, 64};
constexpr Bounds kLookBounds{kMaxLocalReplyBytes, 2, 2};
/// People ask an agent as they ask a coordinator: the same plane, as the gate bounds it.
constexpr Plane kAgentPlane = Plane::kAdmin;

}  // namespace

struct ZmqAgentBus::Sockets {
  explicit Sockets(ZmqContext& context)
      : requests(make_socket(context, zmq::socket_type::router, kAgentBounds)) {
    requests.set(zmq::sockopt::linger, kLastAnswersMs);
    requests.set(zmq::sockopt::router_mandatory, true);
    requests.set(zmq::sockopt::router_handover, false);
  }
  WakeUp wake_up;
  zmq::socket_t requests;
  struct LookedAt {
    zmq::socket_t socket;
    bool asked = false;  // and not answered
  };
  std::map<std::string, LookedAt> looks;  // by endpoint
};

/// What watches over the sockets: made after them, gone before them.
struct ZmqAgentBus::Guard {
  Guard(ZmqContext& context, BusOptions given)
      : gate(context, std::move(given.connections), std::move(given.on_cut)),
        self_test(given.self_test_ms, std::move(given.on_unprotected)) {}
  ZmqGate gate;
  SelfTest self_test;
};

ZmqAgentBus::ZmqAgentBus(PlaneKeys keys, BusOptions options)
    : context_(make_zmq_context()),
      protection_(std::make_unique<Protection>(context_, std::move(keys))),
      sockets_(std::make_unique<Sockets>(*context_)),
      guard_(std::make_unique<Guard>(*context_, std::move(options))) {}

ZmqAgentBus::~ZmqAgentBus() = default;

Result<std::unique_ptr<ZmqAgentBus>> ZmqAgentBus::open(const std::string& endpoint, PlaneKeys keys,
                                                       BusOptions options) {
  return guarded("opening the agent's plane", [&]() -> Result<std::unique_ptr<ZmqAgentBus>> {
    std::unique_ptr<ZmqAgentBus> bus(new ZmqAgentBus(std::move(keys), std::move(options)));
    if (auto bound = bus->bind(endpoint); !bound) return tl::unexpected<Error>(bound.error());
    if (auto sound = bus->check_protection(); !sound) return tl::unexpected<Error>(sound.error());
    return bus;
  });
}

Status ZmqAgentBus::bind(const std::string& endpoint) {
  if (is_ipc(endpoint)) return fail(ErrorCode::kInvalid, endpoint + " is no tcp:// endpoint");
  auto& socket = sockets_->requests;
  if (auto kept =
          protect(socket, protection_->server(), domain_of(protection_->group(), kAgentPlane));
      !kept) {
    return kept;
  }
  guard_->gate.watch(kAgentPlane, socket);
  auto bound = zmq_shell::bind(socket, endpoint);
  if (!bound) return tl::unexpected<Error>(bound.error());
  guard_->gate.bound(kAgentPlane, *bound);
  endpoint_ = *std::move(bound);
  return {};
}

Status ZmqAgentBus::check_protection() {
  return guarded("testing the agent's plane",
                 [&] { return protection_->check(*context_, endpoint_, kAgentPlane); });
}

void ZmqAgentBus::test_protection() {
  guard_->self_test.turn([&] {
    SelfTest::Tests tests;
    tests.push_back(protection_->test(*context_, endpoint_, kAgentPlane));
    return tests;
  });
}

void ZmqAgentBus::admit(std::shared_ptr<const Admissions> admissions) {
  const auto before = protection_->replace(admissions);
  for (const auto& [key, may] : *before) {
    if (may.admin && !admissions->contains(key)) guard_->gate.disown(kAgentPlane, key);
  }
}

void ZmqAgentBus::wait(std::uint64_t timeout_ms, const std::vector<int>& also,
                       const Handlers& handlers) {
  std::vector<zmq::pollitem_t> items = {readable(sockets_->wake_up), readable(sockets_->requests)};
  for (auto& [at, look] : sockets_->looks) {
    if (look.asked) items.push_back(readable(look.socket));
  }
  for (const int fd : also) items.push_back({nullptr, fd, ZMQ_POLLIN, 0});
  std::size_t used = items.size();
  items.resize(used + kPlanes);
  used += guard_->gate.add_to(&items[used]);
  poll(items.data(), used, guard_->self_test.wait_ms(guard_->gate.wait_ms(timeout_ms)));
  guard_->gate.turn();
  protection_->tell();
  if (items[0].revents != 0) sockets_->wake_up.clear();
  if (items[1].revents != 0) receive_requests(handlers);
  receive_looks(handlers);
  test_protection();
}

void ZmqAgentBus::receive_requests(const Handlers& handlers) {
  const auto look = [&](zmq::message_t& message, Peer& peer) {
    // It was let in, and lost its place before it said anything.
    if (guard_->gate.spoke(kAgentPlane, message, {peer.key, {}}) &&
        !protection_->admits(peer.key, kAgentPlane)) {
      guard_->gate.disown_soon(kAgentPlane, peer.key);
    }
  };
  const auto judged = [&](const Peer& peer, ByteView bytes) {
    if (protection_->admits(peer.key, kAgentPlane)) handlers.on_request(peer, bytes);
  };
  receive_routed(sockets_->requests, Door::kKeyed, judged, look);
}

void ZmqAgentBus::receive_looks(const Handlers& handlers) {
  for (auto& [at, look] : sockets_->looks) {
    zmq::message_t message;
    if (!look.asked || !zmq_shell::receive(look.socket, message)) continue;
    look.asked = false;
    if (message.more()) {
      skip_rest(look.socket, message);
      continue;
    }
    const auto reply = decode_local_reply(view_of(message));
    const auto* status = reply ? std::get_if<LocalStatus>(&*reply) : nullptr;
    if (status != nullptr) handlers.on_status(at, *status);
  }
}

void ZmqAgentBus::wake() { sockets_->wake_up.signal(); }

void ZmqAgentBus::answer(const Peer& peer, ByteView message) {
  if (send_routed(sockets_->requests, peer, message) == Sent::kYes) {
    guard_->gate.given(kAgentPlane, peer.connection, message.size(), true);
  }
}

void ZmqAgentBus::look_at(const std::string& local_endpoint) {
  auto found = sockets_->looks.find(local_endpoint);
  if (found == sockets_->looks.end()) {
    auto socket = make_dealer(*context_, kLookBounds);
    if (!zmq_shell::connect(socket, local_endpoint)) return;
    found = sockets_->looks.emplace(local_endpoint, Sockets::LookedAt{std::move(socket)}).first;
  }
  auto& look = found->second;
  if (!look.asked) look.asked = send_now(look.socket, encode(LocalRequest(LocalStatusQuery{})));
}

void ZmqAgentBus::look_away(const std::string& local_endpoint) {
  sockets_->looks.erase(local_endpoint);
}

}  // namespace groupctl
