#include "wire/zmq_bus_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace groupctl {
namespace {

using ::testing::ElementsAre;

TEST(ZmqBusOptions, WhatIsDoneAboutConnectionsIsSaid) {
  std::vector<std::string> lines;
  const BusOptions options = guarded_options(
      nullptr, [&](const Note& note) { lines.push_back(text_of(note)); }, [] { FAIL(); });
  EXPECT_GT(options.self_test_ms, 0U);
  options.on_cut({"admin", "too many", "10.0.0.7", {}, 3});
  EXPECT_THAT(lines, ElementsAre("connections were ended plane=admin why=\"too many\" "
                                 "remote=10.0.0.7 key=none times=3"));
}

TEST(ZmqBusOptions, WhereStrangersAreLetInItIsSaidAndThenTheProcessEnds) {
  std::vector<std::string> order;
  const BusOptions options = guarded_options(
      nullptr, [&](const Note& note) { order.push_back(text_of(note)); },
      [&] { order.push_back("end"); });
  options.on_unprotected({ErrorCode::kUnprotected, "a stranger was let in"});
  EXPECT_THAT(order, ElementsAre("strangers are not kept out: the process ends "
                                 "why=\"a stranger was let in\"",
                                 "end"));
}

}  // namespace
}  // namespace groupctl
