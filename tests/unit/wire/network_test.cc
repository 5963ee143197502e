// What of an address is one host's.
#include "wire/network.h"

#include <gtest/gtest.h>

namespace groupctl {
namespace {

TEST(NetworkTest, F37_OfAnIpv6AddressOneHostMayHave64Bits) {
  EXPECT_EQ(network_of("10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(network_of("2001:db8:0:1:2:3:4:5"), "2001:db8:0:1::/64");
  EXPECT_EQ(network_of("2001:db8::5"), "2001:db8:0:0::/64");
  EXPECT_EQ(network_of("2001:0db8:0000::5"), "2001:db8:0:0::/64");
  EXPECT_EQ(network_of("2001:db8::"), "2001:db8:0:0::/64");
  EXPECT_EQ(network_of("2001::1:2:3:4:5"), "2001:0:0:1::/64");
  EXPECT_EQ(network_of("::1"), "0:0:0:0::/64");
  EXPECT_EQ(network_of("fe80::1%eth0"), "fe80:0:0:0::/64");
}

TEST(NetworkTest, F37_IPv4AddressesAreToldApartWhereASocketTakesBoth) {
  EXPECT_EQ(network_of("::ffff:10.0.0.1"), "10.0.0.1");
  EXPECT_NE(network_of("::ffff:10.0.0.1"), network_of("::ffff:10.0.0.2"));
}

TEST(NetworkTest, WhatIsNoAddressIsItsOwn) {
  EXPECT_EQ(network_of("process 77"), "process 77");
  EXPECT_EQ(network_of(""), "");
}

}  // namespace
}  // namespace groupctl
