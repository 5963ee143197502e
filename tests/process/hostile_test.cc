// What no build of ours says, said to a coordinator that serves a group.
#include <gtest/gtest.h>

#include "tests/process/harness_group.h"
#include "wire/admin_messages.h"
#include "wire/member_messages.h"
#include "wire/zmq_client.h"

namespace groupctl::process_test {
namespace {

constexpr std::uint64_t kPatienceMs = 10'000;

/// The message with another tag in its union than this build knows.
template <class Decode>
Bytes with_unknown_tag(const Bytes& honest, Decode decode) {
  for (std::size_t at = 16; at + 2 <= honest.size(); at += 2) {
    Bytes bytes = honest;
    bytes[at] = 0x77;
    const auto got = decode(bytes);
    if (!got && got.error().text.find("of a kind unknown") != std::string::npos) return bytes;
  }
  ADD_FAILURE() << "no tag found";
  return {};
}

template <class Reply>
Reply answer_of(ZmqClient& client, const Bytes& message) {
  const auto bytes = client.request(message, kPatienceMs);
  if (!bytes) {
    ADD_FAILURE() << bytes.error().text;
    return {};
  }
  if constexpr (std::is_same_v<Reply, AdminReply>) {
    return decode_admin_reply(*bytes)->reply;
  } else {
    return decode_member_reply(*bytes)->reply;
  }
}

TEST(HostileMessages, F36_OperatorsAreToldAndGoOn) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  auto client = ZmqClient::open(group.endpoint("admin"), admin_keys());
  ASSERT_TRUE(client);
  const AdminRequestId id(1);
  const Bytes query = encode(id, AdminRequest(StatusQuery{}));
  const std::vector<std::pair<Bytes, ErrorCode>> wrong = {
      {{}, ErrorCode::kInvalid},
      {Bytes(64, 0xff), ErrorCode::kInvalid},
      {with_unknown_tag(query, decode_admin_request), ErrorCode::kUnsupported},
      {encode(id, AdminRequest(AdminHello{9, "later"})), ErrorCode::kUnsupported},
  };
  for (const auto& [message, code] : wrong) {
    const AdminReply reply = answer_of<AdminReply>(**client, message);
    ASSERT_TRUE(std::holds_alternative<QueryRefused>(reply));
    EXPECT_EQ(std::get<QueryRefused>(reply).code, code);
  }
  EXPECT_TRUE(std::holds_alternative<StatusReply>(answer_of<AdminReply>(**client, query)));
}

TEST(HostileMessages, F36_MembersAreToldAndGoOn) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  auto client = ZmqClient::open(group.endpoint("member"), group.keys_of("m9"));
  ASSERT_TRUE(client);
  const Bytes hello = encode(MemberMessage(Hello{kProtocolVersion, "", group.name(), "m9"}));
  ASSERT_TRUE((*client)->send({}, kPatienceMs)) << "no message at all is not answered";
  ASSERT_TRUE((*client)->send(Bytes(64, 0xff), kPatienceMs));
  for (const Bytes& newer : {with_unknown_tag(hello, decode_member_message),
                             encode(MemberMessage(Hello{9, "later", group.name(), "m9"}))}) {
    const MemberReply reply = answer_of<MemberReply>(**client, newer);
    ASSERT_TRUE(std::holds_alternative<Refused>(reply));
    EXPECT_EQ(std::get<Refused>(reply).code, ErrorCode::kUnsupported);
  }
  EXPECT_TRUE(std::holds_alternative<Offer>(answer_of<MemberReply>(**client, hello)));
  EXPECT_EQ(group.ctl({"set", "k=1"}).exit_code, 0);
  group.expect_converged({"m1"});
}

TEST(HostileMessages, F38_WhatOneMemberSendsBeyondItsBudgetIsDroppedAndTheOthersAreServed) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  auto flood = ZmqClient::open(group.endpoint("member"), group.keys_of("m9"));
  ASSERT_TRUE(flood);
  const Bytes noise(100 * 1024, 0xff);
  const auto dropped = [&] { return group.logged("more than it may", "plane=member") != 0; };
  for (int rounds = 0; rounds < 200 && !dropped(); ++rounds) {
    for (int i = 0; i < 100; ++i) ASSERT_TRUE((*flood)->send(noise, kPatienceMs));
  }
  EXPECT_EQ(group.logged("more than it may"), 1u) << "said once a minute";
  EXPECT_EQ(group.ctl({"set", "k=1"}).exit_code, 0);
  group.expect_converged({"m1"});
  auto other = ZmqClient::open(group.endpoint("member"), group.keys_of("m8"));
  ASSERT_TRUE(other);
  const Bytes hello = encode(MemberMessage(Hello{kProtocolVersion, "", group.name(), "m8"}));
  EXPECT_TRUE(std::holds_alternative<Offer>(answer_of<MemberReply>(**other, hello)));
}

}  // namespace
}  // namespace groupctl::process_test
