// bench_bare_router: a ROUTER and nothing else. Prints its endpoint, sends every peer what it asks
// for (bench/bare_router.h), and ends with its input.   usage: bench_bare_router
#include "bench/bare_router.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>
#include <zmq.hpp>

namespace groupctl::bench {
namespace {

constexpr int kIoThreads = 2;
constexpr int kMaxSockets = 64;

void answer(zmq::socket_t& router, const zmq::message_t& peer, const PageRequest& request) {
  const std::vector<std::uint8_t> page(request.bytes, 1);
  for (std::uint64_t i = 0; i < request.messages; ++i) {
    router.send(zmq::buffer(peer.data(), peer.size()), zmq::send_flags::sndmore);
    router.send(zmq::buffer(page), zmq::send_flags::none);
  }
}

void take_requests(zmq::socket_t& router) {
  zmq::message_t peer;
  zmq::message_t body;
  while (router.recv(peer, zmq::recv_flags::dontwait)) {
    PageRequest request;
    if (!router.recv(body) || body.size() != sizeof(request)) continue;
    std::memcpy(&request, body.data(), sizeof(request));
    answer(router, peer, request);
  }
}

int run() {
  zmq::context_t context(kIoThreads, kMaxSockets);
  zmq::socket_t router(context, zmq::socket_type::router);
  router.set(zmq::sockopt::linger, 0);
  router.bind("tcp://127.0.0.1:*");
  std::printf("%s\n", router.get(zmq::sockopt::last_endpoint).c_str());
  std::fflush(stdout);
  std::array<zmq::pollitem_t, 2> items = {
      {{router.handle(), 0, ZMQ_POLLIN, 0}, {nullptr, STDIN_FILENO, ZMQ_POLLIN, 0}}};
  while (items[1].revents == 0) {
    zmq::poll(items.data(), items.size(), std::chrono::milliseconds(-1));
    if (items[0].revents != 0) take_requests(router);
  }
  return 0;
}

}  // namespace
}  // namespace groupctl::bench

int main() { return groupctl::bench::run(); }
