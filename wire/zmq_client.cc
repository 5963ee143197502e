#include "wire/zmq_client.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "wire/endpoint.h"
#include "wire/limits.h"
#include "wire/zmq_sockets.h"

namespace groupctl {

using namespace zmq_shell;

namespace {

/// The largest answer is a member's local one.
constexpr Bounds kBounds{kMaxLocalReplyBytes, 1000, 1000};

class Deadline {
 public:
  explicit Deadline(std::uint64_t timeout_ms)
      : at_(Clock::now() + std::chrono::milliseconds(timeout_ms)) {}
  std::uint64_t left_ms() const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now()).count();
    return static_cast<std::uint64_t>(std::max<std::int64_t>(left, 0));
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point at_;
};

std::string within(std::uint64_t timeout_ms) {
  return " within " + std::to_string(timeout_ms) + " ms";
}

constexpr int kWatchedEvents =
    ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED | kHandshakeFailures;

}  // namespace

struct ZmqClient::Sockets {
  explicit Sockets(ZmqContext& context)
      : peer(make_dealer(context, kBounds)), events(context, peer, kWatchedEvents) {}
  zmq::socket_t peer;
  Events events;
};

ZmqClient::ZmqClient(std::string endpoint, bool with_keys)
    : context_(make_zmq_context()),
      sockets_(std::make_unique<Sockets>(*context_)),
      endpoint_(std::move(endpoint)),
      with_keys_(with_keys) {}

ZmqClient::~ZmqClient() = default;

Result<std::unique_ptr<ZmqClient>> ZmqClient::open(const std::string& endpoint,
                                                   std::optional<ClientKeys> keys) {
  return guarded("opening a client", [&]() -> Result<std::unique_ptr<ZmqClient>> {
    const bool with_keys = keys && !is_ipc(endpoint);
    std::unique_ptr<ZmqClient> client(new ZmqClient(endpoint, with_keys));
    if (with_keys) use_keys(client->sockets_->peer, keys->own, keys->server);
    Status connected = check_endpoint(endpoint);
    if (connected && !with_keys && !is_this_machine(endpoint)) {
      connected = fail(ErrorCode::kKeysWanted, check_without_keys(endpoint).error().text);
    }
    if (connected) connected = zmq_shell::connect(client->sockets_->peer, endpoint);
    if (!connected) return tl::unexpected<Error>(connected.error());
    return client;
  });
}

bool ZmqClient::connected(std::uint64_t timeout_ms) {
  const Deadline deadline(timeout_ms);
  do {
    std::array<zmq::pollitem_t, 2> items = {
        zmq::pollitem_t{sockets_->peer.handle(), 0, ZMQ_POLLOUT, 0},
        readable(sockets_->events.socket())};
    poll(items.data(), items.size(), deadline.left_ms());
    read_events();
    if (items[0].revents != 0) return true;
    if (refusal()) return false;
  } while (deadline.left_ms() > 0);
  return false;
}

std::optional<Error> ZmqClient::refusal() const {
  if (!trouble_) return std::nullopt;
  switch (*trouble_) {
    case LinkTrouble::kKeyRefused:
      return Error{ErrorCode::kKeyRefused, endpoint_ + " refused this key"};
    case LinkTrouble::kWrongServer:
      return Error{ErrorCode::kWrongServer,
                   "something answers at " + endpoint_ +
                       " and breaks off: it does not have the pinned server key, or takes no more "
                       "connections now"};
    case LinkTrouble::kKeysWanted:
      return Error{ErrorCode::kKeysWanted, endpoint_ + " wants a key, and none is given"};
    case LinkTrouble::kNoKeys:
      return Error{ErrorCode::kKeysWanted,
                   endpoint_ + " answers without keys, and a server key is given"};
  }
  return std::nullopt;
}

Status ZmqClient::send(ByteView message, std::uint64_t timeout_ms) {
  const Deadline deadline(timeout_ms);
  while (connected(deadline.left_ms())) {
    if (send_now(sockets_->peer, message)) return {};
  }
  if (const auto refused = refusal()) return tl::unexpected<Error>(*refused);
  return fail(ErrorCode::kUnreachable, "nobody answered at " + endpoint_ + within(timeout_ms));
}

void ZmqClient::read_events() {
  while (const auto event = sockets_->events.next()) {
    if (event->what == ZMQ_EVENT_DISCONNECTED) {
      lost_ = true;
      continue;
    }
    auto told = trouble_of(*event, with_keys_);
    const bool vague =
        event->what == ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL && event->value != EAGAIN;
    // Who wants a key may hang up before what it wants has been read.
    if (vague && !told) told = LinkTrouble::kKeysWanted;
    broken_handshakes_ = vague ? broken_handshakes_ + 1 : 0;
    trouble_ = vague && broken_handshakes_ < kOftenBroken ? std::nullopt : told;
  }
}

Result<Bytes> ZmqClient::receive(std::uint64_t timeout_ms) {
  const Deadline deadline(timeout_ms);
  while (true) {
    read_events();
    zmq::message_t message;
    if (zmq_shell::receive(sockets_->peer, message)) {
      if (!message.more()) return copy_bytes(view_of(message));
      skip_rest(sockets_->peer, message);
      continue;
    }
    if (lost_) {
      lost_ = false;
      return fail(ErrorCode::kUnreachable, "the connection to " + endpoint_ + " was lost");
    }
    const std::uint64_t left = deadline.left_ms();
    if (left == 0) break;
    std::array<zmq::pollitem_t, 2> items = {readable(sockets_->peer),
                                            readable(sockets_->events.socket())};
    poll(items.data(), items.size(), left);
  }
  return fail(ErrorCode::kTimeout, "no answer from " + endpoint_ + within(timeout_ms));
}

Result<Bytes> ZmqClient::request(ByteView message, std::uint64_t timeout_ms) {
  const Deadline deadline(timeout_ms);
  read_events();
  lost_ = false;
  if (auto sent = send(message, timeout_ms); !sent) return tl::unexpected<Error>(sent.error());
  auto answer = receive(deadline.left_ms());
  if (answer || answer.error().code == ErrorCode::kTimeout) return answer;
  return fail(ErrorCode::kTimeout, "sent, and no answer: " + answer.error().text);
}

}  // namespace groupctl
