// Hostile bytes: every decoder answers with an error or with a message, never with a crash, and
// what it accepts it can also write.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>

#include "log/pcg.h"
#include "tests/unit/wire/samples.h"

namespace groupctl {
namespace {

constexpr int kMutants = 20000;

/// One decoder and honest bytes for it. `decode` says whether the bytes were accepted.
struct Plane {
  std::vector<Bytes> honest;
  std::function<bool(ByteView)> decode;
};

Plane member_plane() {
  Plane plane;
  for (const auto& m : samples::member_messages()) plane.honest.push_back(encode(m));
  plane.decode = [](ByteView bytes) {
    auto got = decode_member_message(bytes);
    if (got) encode(*got);
    return got.has_value();
  };
  return plane;
}

Plane reply_plane() {
  Plane plane;
  for (const auto& m : samples::member_replies()) {
    plane.honest.push_back(encode(samples::envelope(), m));
  }
  plane.decode = [](ByteView bytes) {
    auto got = decode_member_reply(bytes);
    if (got) encode(got->envelope, got->reply);
    return got.has_value();
  };
  return plane;
}

/// The mutant is the envelope or the frame, whichever the honest bytes are.
Plane command_plane() {
  Plane plane;
  for (const auto& m : samples::publications()) {
    plane.honest.push_back(encode(samples::envelope(), m).envelope);
  }
  const Bytes of_frame = plane.honest.back();
  const FramePtr frame = samples::frame(Sequence(9));
  plane.honest.push_back(copy_bytes(frame->bytes()));
  plane.decode = [of_frame, frame](ByteView bytes) {
    const bool as_frame = decode_publication(of_frame, bytes).has_value();
    const bool as_heartbeat = decode_publication(bytes, {}).has_value();
    const bool as_envelope = decode_publication(bytes, frame->bytes()).has_value();
    return as_frame || as_heartbeat || as_envelope;
  };
  return plane;
}

Plane request_plane() {
  Plane plane;
  for (const auto& m : samples::admin_requests()) {
    plane.honest.push_back(encode(AdminRequestId(1), m));
  }
  plane.decode = [](ByteView bytes) {
    peek_admin_request_id(bytes);
    auto got = decode_admin_request(bytes);
    if (got) encode(got->id, got->request);
    return got.has_value();
  };
  return plane;
}

Plane answer_plane() {
  Plane plane;
  for (const auto& m : samples::admin_replies()) {
    plane.honest.push_back(encode(AdminRequestId(1), m));
  }
  plane.decode = [](ByteView bytes) {
    auto got = decode_admin_reply(bytes);
    if (got) encode(got->id, got->reply);
    return got.has_value();
  };
  return plane;
}

Plane agent_plane() {
  Plane plane;
  for (const auto& m : samples::agent_requests()) {
    plane.honest.push_back(encode(AgentRequestId(1), m));
  }
  for (const auto& m : samples::agent_replies()) {
    plane.honest.push_back(encode(AgentRequestId(1), m));
  }
  plane.decode = [](ByteView bytes) {
    peek_agent_request_id(bytes);
    const auto request = decode_agent_request(bytes);
    if (request) encode(request->id, request->request);
    const auto reply = decode_agent_reply(bytes);
    if (reply) encode(reply->id, reply->reply);
    return request.has_value() || reply.has_value();
  };
  return plane;
}

Plane local_plane() {
  Plane plane;
  for (const auto& m : samples::local_requests()) plane.honest.push_back(encode(m));
  for (const auto& m : samples::local_replies()) plane.honest.push_back(encode(m));
  plane.decode = [](ByteView bytes) {
    const bool request = decode_local_request(bytes).has_value();
    auto reply = decode_local_reply(bytes);
    if (reply) encode(*reply);
    return request || reply.has_value();
  };
  return plane;
}

/// A pointer where another belongs.
Bytes with_word_copied(Bytes bytes, Pcg& random) {
  const std::size_t words = bytes.size() / 8;
  const std::size_t from = 8 * random.below(words);
  const std::size_t to = 8 * random.below(words);
  if (words != 0) std::memmove(bytes.data() + to, bytes.data() + from, 8);
  return bytes;
}

/// Flips, overwrites, cuts or copies words: what a hostile or broken sender may do.
Bytes mutant(const Bytes& honest, Pcg& random) {
  Bytes bytes = honest;
  const auto times = 1 + random.below(4);
  for (std::uint64_t i = 0; i < times && !bytes.empty(); ++i) {
    const std::size_t at = random.below(bytes.size());
    switch (random.below(5)) {
      case 0:
        bytes[at] ^= static_cast<std::uint8_t>(1U << random.below(8));
        break;
      case 1:
        bytes[at] = static_cast<std::uint8_t>(random.below(256));
        break;
      case 2:
        bytes[at] = 0xff;
        break;
      case 3:
        bytes.resize(at / 8 * 8);
        break;
      default:
        bytes = with_word_copied(std::move(bytes), random);
    }
  }
  return bytes;
}

class Hostile : public testing::TestWithParam<Plane (*)()> {};

TEST_P(Hostile, TruncatedAnywhereIsRefused) {
  const Plane plane = GetParam()();
  for (const Bytes& honest : plane.honest) {
    ASSERT_TRUE(plane.decode(honest));
    for (std::size_t size = 0; size < honest.size(); ++size) {
      EXPECT_FALSE(plane.decode(ByteView(honest).first(size))) << size << " of " << honest.size();
    }
  }
}

TEST_P(Hostile, F36_MutantsNeverCrash) {
  const Plane plane = GetParam()();
  Pcg random(20260101);
  int accepted = 0;
  for (int i = 0; i < kMutants; ++i) {
    const auto kind = random.below(plane.honest.size());
    accepted += plane.decode(mutant(plane.honest[kind], random)) ? 1 : 0;
  }
  EXPECT_GT(accepted, 0) << "mutants that still decode show that values are reached";
  EXPECT_LT(accepted, kMutants);
}

TEST_P(Hostile, RandomBytesAreRefused) {
  const Plane plane = GetParam()();
  Pcg random(7);
  for (int i = 0; i < 1000; ++i) {
    Bytes bytes(8 * random.below(64));
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random.below(256));
    if (!bytes.empty()) bytes[0] |= 0x80;  // names more segments than are allowed
    EXPECT_FALSE(plane.decode(bytes));
  }
}

INSTANTIATE_TEST_SUITE_P(Planes, Hostile,
                         testing::Values(&member_plane, &reply_plane, &command_plane,
                                         &request_plane, &answer_plane, &local_plane,
                                         &agent_plane));

TEST(HostileAgentRequest, ASpawnNamesNoPathAndNoOtherTransport) {
  SpawnMember spawn = std::get<SpawnMember>(samples::agent_requests()[5]);
  const auto is_taken = [&] {
    return decode_agent_request(encode(AgentRequestId(1), AgentRequest(spawn))).has_value();
  };
  ASSERT_TRUE(is_taken());
  for (const char* endpoint :
       {"ipc:///run/other.sock", "", "tcp://", "file:///etc/passwd", "tcp://a b:1"}) {
    spawn.coordinator = endpoint;
    EXPECT_FALSE(is_taken()) << endpoint;
  }
  spawn.coordinator = "tcp://10.0.0.5:7400";
  for (const char* name : {"", "..", "../m1", "a/b", ".hidden", "-rf"}) {
    spawn.member.name = name;
    EXPECT_FALSE(is_taken()) << name;
    std::swap(spawn.member.name, spawn.member.group);
    EXPECT_FALSE(is_taken()) << name;
    spawn.member = {"shop", "m1"};
  }
  spawn.token = {};
  EXPECT_FALSE(is_taken());
}

}  // namespace
}  // namespace groupctl
