#include "bench/zmq_limit.h"

#include <chrono>
#include <cstring>
#include <functional>
#include <thread>
#include <zmq.hpp>

#include "bench/bare_router.h"

namespace groupctl::bench {
namespace {

constexpr int kIoThreads = 2;
constexpr int kQueuedMessages = 1000;
constexpr std::uint64_t kCredit = 4;
constexpr std::uint64_t kLimitTimeoutMs = 30000;

std::unique_ptr<zmq::context_t> make_context(std::uint64_t sockets) {
  return std::make_unique<zmq::context_t>(kIoThreads, static_cast<int>(2 * sockets + 64));
}

std::uint64_t batches_of(std::uint64_t bytes) { return (bytes + kBatchBytes - 1) / kBatchBytes; }

/// `work` for every socket, each in a thread; bytes a second when each of them moved `each`.
double bytes_per_second(std::vector<zmq::socket_t>& sockets, std::uint64_t each,
                        const std::function<void(zmq::socket_t&)>& work,
                        const std::function<void()>& meanwhile) {
  std::vector<std::thread> threads;
  const auto begin = std::chrono::steady_clock::now();
  for (zmq::socket_t& socket : sockets) threads.emplace_back([&] { work(socket); });
  meanwhile();
  for (std::thread& thread : threads) thread.join();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  return static_cast<double>(each) / took.count();
}

template <class Work>
auto guarded(Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (const zmq::error_t& e) {
    return fail(ErrorCode::kIo, std::string("bare ZeroMQ: ") + e.what());
  }
}

template <class Key>
zmq::const_buffer raw(const Key& key) {
  return zmq::buffer(key.bytes);
}

zmq::socket_t make_publisher(zmq::context_t& context, const std::optional<KeyPair>& server) {
  zmq::socket_t publisher(context, zmq::socket_type::xpub);
  if (server) {
    publisher.set(zmq::sockopt::curve_server, true);
    publisher.set(zmq::sockopt::curve_secretkey, raw(server->secret_key));
  }
  publisher.set(zmq::sockopt::linger, 0);
  publisher.set(zmq::sockopt::sndhwm, kQueuedMessages);
  publisher.set(zmq::sockopt::xpub_verbose, true);
  publisher.set(zmq::sockopt::xpub_nodrop, true);
  publisher.bind("tcp://127.0.0.1:*");
  return publisher;
}

std::vector<zmq::socket_t> subscribe(zmq::context_t& context, zmq::socket_t& publisher,
                                     std::uint64_t count, const std::optional<KeyPair>& server) {
  std::vector<zmq::socket_t> sockets;
  const std::string endpoint = publisher.get(zmq::sockopt::last_endpoint);
  for (std::uint64_t i = 0; i < count; ++i) {
    zmq::socket_t& socket = sockets.emplace_back(context, zmq::socket_type::sub);
    socket.set(zmq::sockopt::rcvhwm, kQueuedMessages);
    socket.set(zmq::sockopt::subscribe, "");
    if (server) {
      const KeyPair own = draw_keys();
      socket.set(zmq::sockopt::curve_serverkey, raw(server->public_key));
      socket.set(zmq::sockopt::curve_publickey, raw(own.public_key));
      socket.set(zmq::sockopt::curve_secretkey, raw(own.secret_key));
    }
    socket.connect(endpoint);
  }
  zmq::message_t subscription;
  for (std::uint64_t i = 0; i < count; ++i) (void)publisher.recv(subscription);
  return sockets;
}

void send_request(zmq::socket_t& dealer, const PageRequest& request) {
  dealer.send(zmq::buffer(&request, sizeof request), zmq::send_flags::none);
}

void fetch(zmq::socket_t& dealer, std::uint64_t pages) {
  zmq::message_t page;
  std::uint64_t asked = 0;
  for (std::uint64_t got = 0; got < pages; ++got) {
    for (; asked < pages && asked - got < kCredit; ++asked) send_request(dealer, {1, kBatchBytes});
    (void)dealer.recv(page);
  }
}

}  // namespace

Result<double> published_bytes_per_second(std::uint64_t subscribers, std::uint64_t bytes,
                                          Security security) {
  return guarded([&]() -> Result<double> {
    std::optional<KeyPair> server;
    if (security == Security::kKeys) server = draw_keys();
    const auto here = make_context(1);
    const auto there = make_context(subscribers);
    zmq::socket_t publisher = make_publisher(*here, server);
    std::vector<zmq::socket_t> sockets = subscribe(*there, publisher, subscribers, server);
    const std::uint64_t batches = batches_of(bytes);
    return bytes_per_second(
        sockets, batches * kBatchBytes,
        [batches](zmq::socket_t& socket) {
          zmq::message_t message;
          for (std::uint64_t i = 0; i < batches; ++i) (void)socket.recv(message);
        },
        [&] {
          const std::vector<std::uint8_t> batch(kBatchBytes, 1);
          for (std::uint64_t i = 0; i < batches; ++i) {
            publisher.send(zmq::buffer(batch), zmq::send_flags::none);
          }
        });
  });
}

struct BareRouter::Peers {
  std::vector<std::unique_ptr<zmq::context_t>> contexts;  // outlive the sockets
  std::vector<zmq::socket_t> dealers;
};

BareRouter::BareRouter(Child child, std::string endpoint)
    : child_(std::move(child)), endpoint_(std::move(endpoint)), peers_(std::make_unique<Peers>()) {}
BareRouter::BareRouter(BareRouter&& other) noexcept = default;
BareRouter::~BareRouter() = default;

Result<BareRouter> BareRouter::open(const std::string& program, const std::string& log) {
  auto child = Child::start({program}, log, Child::Output::kLines);
  if (!child) return tl::unexpected<Error>(child.error());
  auto endpoint = child->hear(kLimitTimeoutMs);
  if (!endpoint) return tl::unexpected<Error>(endpoint.error());
  return BareRouter(*std::move(child), *std::move(endpoint));
}

Status BareRouter::connect(std::uint64_t peers) {
  return guarded([&]() -> Status {
    zmq::context_t& context = *peers_->contexts.emplace_back(make_context(peers));
    zmq::message_t heard;
    for (std::uint64_t i = 0; i < peers; ++i) {
      zmq::socket_t& dealer = peers_->dealers.emplace_back(context, zmq::socket_type::dealer);
      dealer.set(zmq::sockopt::linger, 0);
      dealer.set(zmq::sockopt::rcvtimeo, static_cast<int>(kLimitTimeoutMs));
      dealer.connect(endpoint_);
      send_request(dealer, {1, sizeof(PageRequest)});
      if (!dealer.recv(heard)) return fail(ErrorCode::kTimeout, "the bare ROUTER is silent");
    }
    return {};
  });
}

Result<double> BareRouter::fetched_bytes_per_second(std::uint64_t bytes) {
  return guarded([&]() -> Result<double> {
    const std::uint64_t pages = batches_of(bytes);
    const double each = bytes_per_second(
        peers_->dealers, pages * kBatchBytes,
        [pages](zmq::socket_t& dealer) { fetch(dealer, pages); }, [] {});
    return each * static_cast<double>(peers_->dealers.size());
  });
}

}  // namespace groupctl::bench
