#include "wire/endpoint.h"

#include <gtest/gtest.h>

namespace groupctl {
namespace {

TEST(Endpoint, LoopbackAndAbsolutePathsAreAllowed) {
  for (const char* endpoint :
       {"tcp://127.0.0.1:7400", "tcp://127.0.0.1:*", "tcp://127.255.0.9:65535", "tcp://[::1]:7400",
        "tcp://[::1]:*", "ipc:///run/groupctl/member.sock"}) {
    auto checked = check_endpoint(endpoint);
    EXPECT_TRUE(checked) << checked.error().text;
  }
}

TEST(Endpoint, OtherAddressesNeedASecureTransport) {
  for (const char* endpoint :
       {"tcp://10.0.0.5:7400", "tcp://0.0.0.0:7400", "tcp://*:7400", "tcp://[::]:7400",
        "tcp://localhost:7400", "tcp://127.0.0.1.example:7400", "tcp://127.0.1:7400",
        "tcp://128.0.0.1:1", "tcp://127.0.0.256:1", "tcp://127.0.0.1;10.0.0.5:7400",
        "tcp://127..0.1:1", "tcp://127.0.0.-1:1", "tcp://0127.0.0.1:*", "tcp://127.0.0.010:1"}) {
    auto checked = check_endpoint(endpoint);
    ASSERT_FALSE(checked) << endpoint;
    EXPECT_EQ(checked.error().code, ErrorCode::kUnsupported) << endpoint;
  }
  EXPECT_EQ(check_endpoint("tcp://10.0.0.5:7400").error().text,
            "tcp://10.0.0.5:7400 is not loopback; secure transport is not there yet");
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

}  // namespace
}  // namespace groupctl
