// The tests' own faults do what they say: links, floods.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

#include "tests/process/harness_flood.h"
#include "tests/process/harness_link.h"
#include "tests/process/harness_process.h"

namespace groupctl::process_test {
namespace {

/// One connection through a link; this is at both ends of it.
class Through : public ::testing::Test {
 protected:
  const std::string host = drawn_host();
  const TcpAddress at{host, free_ports(host, 1).front()};
  UniqueFd listener = listen_at(at);
  Link link{at.endpoint()};
  UniqueFd client, server;

  /// Anew, until it is not refused.
  bool connect() {
    client.reset();
    return eventually([&] {
      if (!client || over(client)) client = connect_to(address_of(link.endpoint()));
      server = accept_from(listener);
      return bool(server);
    });
  }
  static bool send(const UniqueFd& socket, const Piece& piece) {
    return ::send(socket.get(), piece.data(), piece.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(piece.size());
  }
  /// What is there now; nothing at its end or when it is broken as well.
  static Piece receive(const UniqueFd& socket) {
    Piece piece(1 << 16);
    const ssize_t size = ::recv(socket.get(), piece.data(), piece.size(), MSG_DONTWAIT);
    piece.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return piece;
  }
  static Piece receive(const UniqueFd& socket, std::size_t size) {
    Piece all;
    eventually([&] {
      const Piece piece = receive(socket);
      all.insert(all.end(), piece.begin(), piece.end());
      return all.size() >= size;
    });
    return all;
  }
  static bool quiet(const UniqueFd& socket, int for_ms) {
    pollfd asked{socket.get(), POLLIN, 0};
    return ::poll(&asked, 1, for_ms) == 0;
  }
  static bool over(const UniqueFd& socket) {
    std::uint8_t byte = 0;
    const ssize_t size = ::recv(socket.get(), &byte, 1, MSG_DONTWAIT | MSG_PEEK);
    return size == 0 || (size < 0 && errno != EAGAIN);
  }
  static bool ended(const UniqueFd& socket) {
    return eventually([&] { return over(socket); });
  }
};

constexpr int kQuietMs = 50;

Piece numbered(std::size_t size) {
  Piece piece(size);
  for (std::size_t i = 0; i < size; ++i) piece[i] = static_cast<std::uint8_t>(i * 7);
  return piece;
}

std::size_t bits_that_differ(const Piece& a, const Piece& b) {
  std::size_t count = a.size() == b.size() ? 0 : 8 * a.size();
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    for (int left = a[i] ^ b[i]; left != 0; left &= left - 1) ++count;
  }
  return count;
}

TEST_F(Through, ALinkPassesEverythingAndTheEnd) {
  ASSERT_TRUE(connect());
  const Piece much = numbered(20000);
  ASSERT_TRUE(send(client, much));
  EXPECT_EQ(receive(server, much.size()), much);
  ASSERT_TRUE(send(server, much));
  ::shutdown(server.get(), SHUT_WR);
  EXPECT_EQ(receive(client, much.size()), much);
  EXPECT_TRUE(ended(client));
  ASSERT_TRUE(send(client, {1})) << "the other direction goes on";
  EXPECT_EQ(receive(server, 1), Piece{1});
}

TEST_F(Through, ACutTellsNobodyAndLosesNothing) {
  ASSERT_TRUE(connect());
  link.cut(true, false);
  ASSERT_TRUE(send(client, {1, 2}));
  ASSERT_TRUE(send(server, {3}));
  EXPECT_EQ(receive(client, 1), Piece{3});
  client.reset();
  EXPECT_TRUE(quiet(server, kQuietMs));
  link.heal();
  EXPECT_EQ(receive(server, 2), (Piece{1, 2}));
  EXPECT_TRUE(ended(server));
}

TEST_F(Through, WhatIsSparedPassesACut) {
  ASSERT_TRUE(connect());
  link.spare_present();
  link.cut(true, true);
  link.drop();
  ASSERT_TRUE(send(client, {1}));
  EXPECT_EQ(receive(server, 1), Piece{1});
  const UniqueFd first = std::move(client);
  ASSERT_TRUE(connect());
  ASSERT_TRUE(send(client, {2}));
  EXPECT_TRUE(quiet(server, kQuietMs)) << "the next one is not spared";
}

TEST_F(Through, ConnectionsAreDroppedRefusedAndTakenAgain) {
  ASSERT_TRUE(connect());
  link.set_door(Door::kRefusing);
  EXPECT_TRUE(eventually([&] {
    accept_from(listener);  // one that came before the door was closed
    const UniqueFd other = connect_to(address_of(link.endpoint()));
    return !other || over(other);
  }));
  ASSERT_TRUE(send(client, {1})) << "those that are there go on";
  EXPECT_EQ(receive(server, 1), Piece{1});
  link.drop();
  EXPECT_TRUE(ended(client));
  EXPECT_TRUE(ended(server));
  link.heal();
  EXPECT_TRUE(connect());
}

TEST_F(Through, AHalfOpenConnectionIsTakenAndGoesNowhere) {
  link.set_door(Door::kHalfOpen);
  client = connect_to(address_of(link.endpoint()));
  EXPECT_TRUE(eventually([&] { return link.accepted() == 1; }));
  ASSERT_TRUE(send(client, {1}));
  EXPECT_TRUE(quiet(client, kQuietMs));
  EXPECT_FALSE(accept_from(listener));
}

TEST_F(Through, AThrottledDirectionIsAsSlowAsItSays) {
  ASSERT_TRUE(connect());
  link.from_server.bytes_per_second = 20000;
  const Piece much = numbered(8000);
  const std::uint64_t begun = now_ms();
  ASSERT_TRUE(send(server, much));
  EXPECT_EQ(receive(client, much.size()), much);
  EXPECT_GE(now_ms() - begun, 290U) << "2000 bytes at once, 6000 in 300 ms";
  ASSERT_TRUE(send(client, much));
  EXPECT_EQ(receive(server, much.size()), much);
}

TEST_F(Through, InEachOfSoManyPiecesABitIsTurnedRound) {
  ASSERT_TRUE(connect());
  link.towards_server.flips = 2;
  const Piece sent = numbered(100);
  for (const std::size_t wrong : {1U, 1U, 0U}) {
    ASSERT_TRUE(send(client, sent));
    EXPECT_EQ(bits_that_differ(receive(server, sent.size()), sent), wrong);
  }
  EXPECT_EQ(link.towards_server.flipped, 2);
}

TEST_F(Through, AHandshakeIsSparedIfThatIsAsked) {
  ASSERT_TRUE(connect());
  link.towards_server.spare_handshakes = true;
  link.towards_server.flips = 1;
  Piece greeting = numbered(64);
  greeting.insert(greeting.end(), {4, 2, 'H', 'I'});  // a command
  ASSERT_TRUE(send(client, greeting));
  EXPECT_EQ(receive(server, greeting.size()), greeting);
  const Piece message = {0, 2, 'm', 'e'};
  ASSERT_TRUE(send(client, message));
  const Piece got = receive(server, message.size());
  EXPECT_EQ(bits_that_differ(got, message), 1U);
  EXPECT_EQ((Piece{got[0], got[1]}), (Piece{0, 2}));
}

TEST_F(Through, MessagesAreCountedAndLostWithTheirConnection) {
  link.from_server.messages_left = 1;
  ASSERT_TRUE(connect());
  Piece said = numbered(64);
  said.insert(said.end(), {0, 1, 'a', 0, 1, 'b'});
  for (const std::uint8_t byte : said) ASSERT_TRUE(send(server, {byte}));  // in any pieces
  said.pop_back();
  EXPECT_EQ(receive(client, said.size()), said) << "all but the second message's body";
  EXPECT_TRUE(ended(client));
  EXPECT_EQ(link.from_server.lost, 1);
}

TEST_F(Through, ALinkFlaps) {
  ASSERT_TRUE(connect());
  link.flap(100, Down::kBroken);
  EXPECT_TRUE(ended(client));
  EXPECT_TRUE(eventually([&] { return link.downs() >= 3; }));
  link.flap(100, Down::kSilent);
  EXPECT_TRUE(connect());
  const int before = link.downs();
  const Piece one = {1};
  while (link.downs() < before + 3) {
    ASSERT_TRUE(send(client, one));
    ASSERT_EQ(receive(server, 1), one) << "later, but it comes";
  }
}

/// Takes everything, reads what comes, and ends connections when it is told to.
class Victim {
 public:
  /// Takes who has come and reads; so many connections are there.
  std::size_t look() {
    while (UniqueFd one = accept_from(listener_)) taken_.emplace_back(std::move(one), Piece());
    for (auto& [socket, heard] : taken_) {
      Piece piece(1 << 16);
      const ssize_t size = ::recv(socket.get(), piece.data(), piece.size(), MSG_DONTWAIT);
      if (size > 0) heard.insert(heard.end(), piece.begin(), piece.begin() + size);
    }
    return taken_.size();
  }
  bool heard_by_all(const Piece& words) const {
    return std::all_of(taken_.begin(), taken_.end(),
                       [&](const auto& one) { return one.second == words; });
  }
  void end(std::size_t count) { taken_.resize(taken_.size() - count); }
  const TcpAddress& address() const { return address_; }

 private:
  const std::string host_ = drawn_host();
  const TcpAddress address_{host_, free_ports(host_, 1).front()};
  UniqueFd listener_ = listen_at(address_);
  std::vector<std::pair<UniqueFd, Piece>> taken_;
};

TEST(Floods, EachPeerSaysItsWordsAndIsHeld) {
  for (const auto& [hostility, size] :
       std::vector<std::pair<Hostility, std::size_t>>{{Hostility::kIdle, 0},
                                                      {Hostility::kHalfGreeting, 32},
                                                      {Hostility::kGreeting, 64},
                                                      {Hostility::kGiantFrame, 73},
                                                      {Hostility::kHalfFrame, 73 + (50 << 10)}}) {
    const FloodOptions options{hostility, 100};
    ASSERT_EQ(words_of(options).size(), size);
    Victim victim;
    const Flood flood(victim.address(), options);
    EXPECT_TRUE(eventually([&] {
      return victim.look() == options.count && flood.held() == options.count &&
             victim.heard_by_all(words_of(options));
    })) << size;
    EXPECT_EQ(flood.closed(), 0U);
  }
}

TEST(Floods, ThousandsAreOpenedAndWhoIsClosedIsCounted) {
  constexpr std::size_t kPeers = 3000;
  constexpr std::size_t kEnded = 1000;
  make_room_for_files(2 * kPeers);
  Victim victim;
  const Flood flood(victim.address(), {Hostility::kGreeting, kPeers});
  ASSERT_TRUE(eventually([&] { return victim.look() == kPeers && flood.held() == kPeers; }));
  victim.end(kEnded);
  EXPECT_TRUE(eventually([&] { return flood.closed() == kEnded; }));
  EXPECT_TRUE(eventually([&] { return flood.held() == kPeers - kEnded; }));
}

TEST(Floods, WhoIsClosedComesAgainIfThatIsAsked) {
  Victim victim;
  const Flood flood(victim.address(), {Hostility::kIdle, 50, "NULL", true});
  ASSERT_TRUE(eventually([&] { return victim.look() == 50; }));
  victim.end(20);
  EXPECT_TRUE(eventually([&] { return flood.closed() == 20 && victim.look() == 50; }));
}

TEST(Floods, WhoIsRefusedIsCounted) {
  const std::string host = drawn_host();
  const Flood flood({host, free_ports(host, 1).front()}, {Hostility::kIdle, 10});
  EXPECT_TRUE(eventually([&] { return flood.closed() == 10; }));
  EXPECT_EQ(flood.held(), 0U);
}

}  // namespace
}  // namespace groupctl::process_test
