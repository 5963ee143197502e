// What of an address is one host's.
#include "wire/zmq_peer_name.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace groupctl {
namespace {

// sockaddr is C's way to say "any of these".
sockaddr_storage v6(const char* text) {
  sockaddr_storage storage{};
  auto& address = reinterpret_cast<sockaddr_in6&>(storage);
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(4700);
  EXPECT_EQ(::inet_pton(AF_INET6, text, &address.sin6_addr), 1);
  return storage;
}

TEST(PeerNameTest, ANetworkIsWhatOneMachineMayHave) {
  sockaddr_storage v4{};
  auto& address = reinterpret_cast<sockaddr_in&>(v4);
  address.sin_family = AF_INET;
  address.sin_port = htons(4700);
  EXPECT_EQ(::inet_pton(AF_INET, "10.0.0.1", &address.sin_addr), 1);
  EXPECT_EQ(peer_name(v4)->network, "10.0.0.1");
  EXPECT_EQ(peer_name(v4)->port, 4700);
  EXPECT_EQ(peer_name(v6("2001:db8:0:1:2:3:4:5"))->address, "2001:db8:0:1:2:3:4:5");
  EXPECT_EQ(peer_name(v6("2001:db8:0:1:2:3:4:5"))->network, "2001:db8:0:1::/64");
  EXPECT_EQ(peer_name(v6("::ffff:10.0.0.1"))->network, "10.0.0.1")
      << "where a socket takes both, IPv4 addresses are told apart";
  sockaddr_storage local{};
  local.ss_family = AF_UNIX;
  EXPECT_FALSE(peer_name(local));
}

}  // namespace
}  // namespace groupctl
