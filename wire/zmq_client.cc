#include "wire/zmq_client.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>

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

std::string monitor_name() {
  static std::atomic<std::uint64_t> next{0};
  return "inproc://groupctl-client-" + std::to_string(next++);
}

}  // namespace

struct ZmqClient::Sockets {
  explicit Sockets(ZmqContext& context)
      : peer(make_dealer(context, kBounds)), events(context.context, zmq::socket_type::pair) {
    const std::string name = monitor_name();
    events.set(zmq::sockopt::linger, 0);
    if (zmq_socket_monitor(peer.handle(), name.c_str(), ZMQ_EVENT_DISCONNECTED) != 0) {
      throw zmq::error_t();
    }
    events.connect(name);
  }
  zmq::socket_t peer;
  zmq::socket_t events;
};

ZmqClient::ZmqClient(std::shared_ptr<ZmqContext> context, std::string endpoint)
    : context_(context ? std::move(context) : make_zmq_context()),
      sockets_(std::make_unique<Sockets>(*context_)),
      endpoint_(std::move(endpoint)) {}

ZmqClient::~ZmqClient() = default;

Result<std::unique_ptr<ZmqClient>> ZmqClient::open(const std::string& endpoint,
                                                   std::shared_ptr<ZmqContext> context) {
  return guarded("opening a client", [&]() -> Result<std::unique_ptr<ZmqClient>> {
    std::unique_ptr<ZmqClient> client(new ZmqClient(std::move(context), endpoint));
    if (auto connected = zmq_shell::connect(client->sockets_->peer, endpoint); !connected) {
      return tl::unexpected<Error>(connected.error());
    }
    return client;
  });
}

bool ZmqClient::connected(std::uint64_t timeout_ms) {
  const Deadline deadline(timeout_ms);
  do {
    zmq::pollitem_t writable{sockets_->peer.handle(), 0, ZMQ_POLLOUT, 0};
    poll(&writable, 1, deadline.left_ms());
    if (writable.revents != 0) return true;
  } while (deadline.left_ms() > 0);
  return false;
}

Status ZmqClient::send(ByteView message, std::uint64_t timeout_ms) {
  const Deadline deadline(timeout_ms);
  while (connected(deadline.left_ms())) {
    if (send_now(sockets_->peer, message)) return {};
  }
  return fail(ErrorCode::kUnreachable, "nobody answered at " + endpoint_ + within(timeout_ms));
}

void ZmqClient::read_events() {
  zmq::message_t event;
  while (zmq_shell::receive(sockets_->events, event)) {
    lost_ = true;  // the monitor was asked for nothing else
    skip_rest(sockets_->events, event);
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
    std::array<zmq::pollitem_t, 2> items = {readable(sockets_->peer), readable(sockets_->events)};
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
