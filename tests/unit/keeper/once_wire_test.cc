#include "keeper/once_wire.h"

#include <gtest/gtest.h>

namespace groupctl::keeper {
namespace {

/// What the packets of this text, which comes in pieces, put together.
std::optional<Ended> read_back(const std::string& text, std::size_t step) {
  PacketCutter cutter;
  EndReader reader;
  for (std::size_t at = 0; at < text.size(); at += step) {
    cutter.add(text.substr(at, step));
    for (auto packet = cutter.next(); packet && *packet; packet = cutter.next()) {
      EXPECT_TRUE(reader.add(std::move(**packet)));
    }
  }
  return reader.ended();
}

TEST(OnceWire, AnEndIsReadAsItWasSaid) {
  const Ended ended = {
      EndKind::kSignalled, 11, true, "killed by SIGSEGV", {std::string("\0\xff\n", 3), "tail", 7},
      {"e", "", 0}};
  for (const std::size_t step : {1UL, 7UL, 10'000UL}) {
    EXPECT_EQ(read_back(encode_end(ended), step), ended) << "in steps of " << step;
  }
}

TEST(OnceWire, ATextThatIsNoUtf8IsReplacedByTheWord) {
  Ended ended;
  ended.kind = EndKind::kNotFound;
  ended.text = "/\xff: not found";
  const auto read = read_back(encode_end(ended), 100);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text, "not_found");
}

TEST(OnceWire, ARequestIsReadAsItWasSaid) {
  OnceRequest request;
  request.program.path = "/bin/true";
  request.timeout_ms = 5;
  request.run_id = "id";
  const auto read = request_from_json(*to_json(request));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->program, request.program);
  EXPECT_EQ(read->timeout_ms, 5U);
  EXPECT_FALSE(request_from_json("{}"));
}

TEST(OnceWire, WhatIsNoPacketIsAnError) {
  PacketCutter too_long;
  too_long.add("\xff\xff\xff\xff\x01");
  EXPECT_FALSE(too_long.next());
  PacketCutter unknown;
  unknown.add(std::string_view("\x01\0\0\0\x20", 5));
  EXPECT_FALSE(unknown.next());
  EXPECT_FALSE(EndReader().add({PacketKind::kLine, "x"}));
  EXPECT_FALSE(EndReader().add({PacketKind::kEnd, "x"}));
}

}  // namespace
}  // namespace groupctl::keeper
