// Messages of the wrong shape, said by sockets that are not ours.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <zmq.hpp>

#include "tests/unit/wire/zmq_turns.h"
#include "wire/zmq_bus.h"

namespace groupctl {
namespace {

using Parts = std::vector<std::string>;

void send(zmq::socket_t& socket, const Parts& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool more = i + 1 < parts.size();
    socket.send(zmq::buffer(parts[i]), more ? zmq::send_flags::sndmore : zmq::send_flags::none);
  }
}

zmq::socket_t socket_of(zmq::context_t& context, zmq::socket_type type) {
  zmq::socket_t socket(context, type);
  socket.set(zmq::sockopt::linger, 0);
  return socket;
}

TEST(ZmqParts, F36_ACoordinatorDropsWrongPartsAndHearsWhatFollows) {
  const std::string any = "tcp://127.0.0.1:*";
  auto bus = ZmqCoordinatorBus::open({any, any, any}, topic());
  ASSERT_TRUE(bus) << bus.error().text;
  zmq::context_t context;
  for (const std::string& plane : {(*bus)->endpoints().member, (*bus)->endpoints().admin}) {
    std::vector<std::string> heard;
    const auto hear = [&](const Peer&, ByteView bytes) { heard.emplace_back(as_text(bytes)); };
    const auto turn = [&] { (*bus)->wait(5, {hear, hear, [] {}}); };
    zmq::socket_t stranger = socket_of(context, zmq::socket_type::dealer);
    stranger.connect(plane);
    const std::uint64_t before = (*bus)->counters().malformed;
    send(stranger, {"", "late"});
    send(stranger, {"one", "two", "three", "four"});
    send(stranger, {""});
    send(stranger, {"well"});
    EXPECT_TRUE(until([&] { return heard.size() == 2; }, turn));
    EXPECT_EQ(heard, (std::vector<std::string>{"", "well"}));
    EXPECT_EQ((*bus)->counters().malformed, before + 2);
    zmq::socket_t named = socket_of(context, zmq::socket_type::dealer);
    named.set(zmq::sockopt::routing_id, "web-1");
    named.connect(plane);
    send(named, {"who I say"});
    EXPECT_TRUE(until([&] { return (*bus)->counters().malformed == before + 3; }, turn));
    EXPECT_EQ(heard.size(), 2U) << "a routing id of its own choice could be another's";
  }
}

TEST(ZmqParts, F36_AMemberDropsWrongPartsAndHearsWhatFollows) {
  zmq::context_t context;
  zmq::socket_t router = socket_of(context, zmq::socket_type::router);
  router.bind("tcp://127.0.0.1:*");
  zmq::socket_t publisher = socket_of(context, zmq::socket_type::xpub);
  publisher.bind("tcp://127.0.0.1:*");
  auto bus = ZmqMemberBus::open(router.get(zmq::sockopt::last_endpoint), "");
  ASSERT_TRUE(bus) << bus.error().text;
  ASSERT_TRUE((*bus)->subscribe(publisher.get(zmq::sockopt::last_endpoint), topic()));
  std::vector<std::string> heard;
  const auto turn = [&] {
    (*bus)->wait(
        5, {[&](ByteView reply) { heard.emplace_back(as_text(reply)); },
            [&](ByteView envelope, ByteView frame) {
              heard.push_back(std::string(as_text(envelope)) + "|" + std::string(as_text(frame)));
            },
            [](const Peer&, ByteView) {}, [](LinkTrouble) {}});
  };
  zmq::message_t subscription;
  EXPECT_TRUE(until(
      [&] { return publisher.recv(subscription, zmq::recv_flags::dontwait).has_value(); }, turn));
  const std::string about(as_text(topic().view()));
  send(publisher, {about});
  send(publisher, {about, "envelope"});
  send(publisher, {about, "envelope", "frame", "more"});
  send(publisher, {about, "envelope", "frame"});
  EXPECT_TRUE(until([&] { return !heard.empty(); }, turn));
  EXPECT_EQ(heard, std::vector<std::string>{"envelope|frame"});
  EXPECT_EQ((*bus)->counters().malformed, 3U);

  zmq::message_t who;
  const auto ask = [&] {
    (*bus)->to_coordinator(as_bytes("hello"));
    turn();
  };
  ASSERT_TRUE(until([&] { return router.recv(who, zmq::recv_flags::dontwait).has_value(); }, ask));
  send(router, {who.to_string(), "a", "b"});
  send(router, {who.to_string(), "well"});
  EXPECT_TRUE(until([&] { return heard.size() == 2; }, turn));
  EXPECT_EQ(heard.back(), "well");
  EXPECT_EQ((*bus)->counters().malformed, 4U);
}

}  // namespace
}  // namespace groupctl
