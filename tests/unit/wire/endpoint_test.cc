#include "wire/endpoint.h"

#include <gtest/gtest.h>

namespace groupctl {
namespace {

TEST(Endpoint, AddressesNamesAndAbsolutePathsCanBeReached) {
  for (const char* endpoint :
       {"tcp://127.0.0.1:7400", "tcp://127.255.0.9:65535", "tcp://[::1]:7400", "tcp://10.0.0.5:1",
        "tcp://[fe80::1:2]:7400", "tcp://localhost:7400", "tcp://coord-1.example.org:7400",
        "tcp://127.0.0.1.example:7400", "ipc:///run/groupctl/member.sock"}) {
    auto checked = check_endpoint(endpoint);
    EXPECT_TRUE(checked) << endpoint << ": " << checked.error().text;
  }
}

TEST(Endpoint, OnlyAddressesCanBeBoundAndPortsMayBeFree) {
  for (const char* endpoint : {"tcp://127.0.0.1:*", "tcp://0.0.0.0:7400", "tcp://*:7400",
                               "tcp://*:*", "tcp://[::]:7400", "ipc:///run/groupctl/a.sock"}) {
    EXPECT_TRUE(check_bind_endpoint(endpoint)) << endpoint;
  }
  for (const char* endpoint : {"tcp://coord-1:7400", "tcp://localhost:*"}) {
    EXPECT_FALSE(check_bind_endpoint(endpoint)) << endpoint;
  }
  for (const char* endpoint : {"tcp://127.0.0.1:*", "tcp://*:7400", "tcp://coord-1:*"}) {
    EXPECT_FALSE(check_endpoint(endpoint)) << endpoint;
  }
}

/// To a resolver some of these are addresses, and not those that they look like.
TEST(Endpoint, ASpellingOfItsOwnIsNoAddress) {
  for (const char* endpoint :
       {"tcp://127.0.1:7400", "tcp://127.1:7400", "tcp://2130706433:7400", "tcp://0x7f000001:1",
        "tcp://127.0.0.0x1:1", "tcp://127.0.0.256:1", "tcp://127..0.1:1", "tcp://127.0.0.-1:1",
        "tcp://0127.0.0.1:1", "tcp://127.0.0.010:1", "tcp://127.0.0.1;10.0.0.5:7400",
        "tcp://a..b:1", "tcp://-a:1", "tcp://[]:1", "tcp://[::1:1", "tcp://[x::1]:1"}) {
    auto checked = check_endpoint(endpoint);
    ASSERT_FALSE(checked) << endpoint;
    EXPECT_EQ(checked.error().code, ErrorCode::kInvalid) << endpoint;
    EXPECT_FALSE(check_bind_endpoint(endpoint)) << endpoint;
  }
}

TEST(Endpoint, EverythingElseIsInvalid) {
  const std::string long_path = "ipc:///" + std::string(107, 'p');
  for (const std::string& endpoint :
       {std::string(""), std::string("127.0.0.1:7400"), std::string("tcp://127.0.0.1"),
        std::string("tcp://:7400"), std::string("tcp://127.0.0.1:0"),
        std::string("tcp://127.0.0.1:65536"), std::string("tcp://127.0.0.1:"),
        std::string("tcp://127.0.0.1:+1"), std::string("tcp://127.0.0.1:1x"), std::string("ipc://"),
        std::string("ipc://@abstract"), std::string("ipc://relative/path"), std::string("ipc://*"),
        std::string("inproc://x"), std::string("udp://127.0.0.1:1"), std::string("ipc:///a\0b", 10),
        long_path}) {
    auto checked = check_endpoint(endpoint);
    ASSERT_FALSE(checked) << endpoint;
    EXPECT_EQ(checked.error().code, ErrorCode::kInvalid) << endpoint;
  }
  EXPECT_TRUE(check_endpoint("ipc:///" + std::string(106, 'p')));
}

TEST(Endpoint, WithoutKeysOnlyThisMachineIsReached) {
  for (const char* endpoint : {"tcp://127.0.0.1:7400", "tcp://127.9.0.1:*", "tcp://[::1]:7400",
                               "ipc:///run/groupctl/member.sock"}) {
    EXPECT_TRUE(is_this_machine(endpoint)) << endpoint;
    EXPECT_TRUE(check_without_keys(endpoint)) << endpoint;
  }
  for (const char* endpoint :
       {"tcp://10.0.0.5:7400", "tcp://0.0.0.0:7400", "tcp://*:7400", "tcp://[::]:7400",
        "tcp://localhost:7400", "tcp://128.0.0.1:1", "tcp://127.0.0.1.example:7400"}) {
    EXPECT_FALSE(is_this_machine(endpoint)) << endpoint;
    EXPECT_EQ(check_without_keys(endpoint).error().code, ErrorCode::kRefused) << endpoint;
  }
  EXPECT_EQ(check_without_keys("tcp://10.0.0.5:7400").error().text,
            "tcp://10.0.0.5:7400 is reached by others: that takes keys");
}

}  // namespace
}  // namespace groupctl
