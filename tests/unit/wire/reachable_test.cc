#include "wire/reachable.h"

#include <gtest/gtest.h>

namespace groupctl {
namespace {

TEST(Reachable, AnAdvertisedHostIsOneToConnectTo) {
  for (const char* host : {"127.0.0.1", "127.9.8.7", "::1", "[::1]"}) {
    const auto checked = check_advertised(host);
    EXPECT_TRUE(checked) << host << ": " << checked.error().text;
  }
  for (const char* host : {"", "*", "0.0.0.0", "::", "[::]", "127.0.0.1:7402", "tcp://127.0.0.1",
                           "127.0.0.1 ", "[::1", "::1]"}) {
    EXPECT_FALSE(check_advertised(host)) << host;
  }
}

TEST(Reachable, AnAdvertisedHostIsToldInPlaceOfTheBoundOne) {
  EXPECT_EQ(advertised_endpoint("tcp://127.0.0.1:7402", "127.9.8.7"), "tcp://127.9.8.7:7402");
  EXPECT_EQ(advertised_endpoint("tcp://[::]:7402", "db.example"), "tcp://db.example:7402");
  EXPECT_EQ(advertised_endpoint("tcp://127.0.0.1:7402", "::1"), "tcp://[::1]:7402");
  EXPECT_EQ(advertised_endpoint("tcp://0.0.0.0:7402", "[::1]"), "tcp://[::1]:7402");
  EXPECT_EQ(advertised_endpoint("tcp://0.0.0.0:7402", ""), "tcp://0.0.0.0:7402");
  EXPECT_EQ(advertised_endpoint("ipc:///run/command", "127.9.8.7"), "ipc:///run/command");
}

TEST(Reachable, AWildcardIsTheHostThatWasReached) {
  const std::string reached = "tcp://10.0.0.5:7400";
  EXPECT_EQ(reachable_endpoint("tcp://0.0.0.0:7402", reached), "tcp://10.0.0.5:7402");
  EXPECT_EQ(reachable_endpoint("tcp://*:7402", reached), "tcp://10.0.0.5:7402");
  EXPECT_EQ(reachable_endpoint("tcp://[::]:7402", reached), "tcp://10.0.0.5:7402");
  EXPECT_EQ(reachable_endpoint("tcp://[::]:7402", "tcp://[fd00::5]:7400"), "tcp://[fd00::5]:7402");
  EXPECT_EQ(reachable_endpoint("tcp://*:7402", "ipc:///run/member"), "tcp://127.0.0.1:7402");
}

TEST(Reachable, AllElseIsWhatWasTold) {
  const std::string reached = "tcp://10.0.0.5:7400";
  for (const char* told : {"tcp://127.0.0.1:7402", "tcp://[::1]:7402", "tcp://db.example:7402",
                           "ipc:///run/command", "tcp://", "nothing", ""}) {
    EXPECT_EQ(reachable_endpoint(told, reached), told);
  }
}

}  // namespace
}  // namespace groupctl
