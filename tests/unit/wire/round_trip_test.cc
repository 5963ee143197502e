// What is written is read back, every field of every message.
#include <gtest/gtest.h>

#include "tests/unit/wire/samples.h"

namespace groupctl {
namespace {

const AdminRequestId kId{0x1122334455667788};

template <class T>
void expect_same(const T& got, const T& sent) {
  EXPECT_EQ(got, sent);
}
/// Frames are compared by their bytes.
void expect_same(const ReplayPage& got, const ReplayPage& sent) {
  EXPECT_EQ(got.from, sent.from);
  EXPECT_EQ(got.head, sent.head);
  EXPECT_EQ(got.last, sent.last);
  ASSERT_EQ(got.frames.size(), sent.frames.size());
  for (std::size_t i = 0; i < got.frames.size(); ++i) {
    EXPECT_EQ(copy_bytes(got.frames[i]->bytes()), copy_bytes(sent.frames[i]->bytes()));
  }
}
void expect_same(const FramePtr& got, const FramePtr& sent) {
  EXPECT_EQ(copy_bytes(got->bytes()), copy_bytes(sent->bytes()));
}
template <class... Kinds>
void expect_same(const std::variant<Kinds...>& got, const std::variant<Kinds...>& sent) {
  ASSERT_EQ(got.index(), sent.index());
  std::visit(
      [&](const auto& one) { expect_same(one, std::get<std::decay_t<decltype(one)>>(sent)); }, got);
}

TEST(RoundTrip, MemberMessages) {
  for (const MemberMessage& sent : samples::member_messages()) {
    auto got = decode_member_message(encode(sent));
    ASSERT_TRUE(got) << sent.index() << ": " << got.error().text;
    expect_same(*got, sent);
  }
}

TEST(RoundTrip, MemberReplies) {
  for (const MemberReply& sent : samples::member_replies()) {
    auto got = decode_member_reply(encode(samples::envelope(), sent));
    ASSERT_TRUE(got) << sent.index() << ": " << got.error().text;
    EXPECT_EQ(got->envelope, samples::envelope());
    expect_same(got->reply, sent);
  }
}

TEST(RoundTrip, Publications) {
  for (const Publication& sent : samples::publications()) {
    const PublicationParts parts = encode(samples::envelope(), sent);
    auto got = decode_publication(parts.envelope, parts.frame);
    ASSERT_TRUE(got) << sent.index() << ": " << got.error().text;
    EXPECT_EQ(got->envelope, samples::envelope());
    expect_same(got->publication, sent);
  }
}

TEST(RoundTrip, AdminRequests) {
  for (const AdminRequest& sent : samples::admin_requests()) {
    const Bytes bytes = encode(kId, sent);
    auto got = decode_admin_request(bytes);
    ASSERT_TRUE(got) << sent.index() << ": " << got.error().text;
    EXPECT_EQ(got->id, kId);
    EXPECT_EQ(peek_admin_request_id(bytes), kId);
    expect_same(got->request, sent);
  }
}

TEST(RoundTrip, AdminReplies) {
  for (const AdminReply& sent : samples::admin_replies()) {
    auto got = decode_admin_reply(encode(kId, sent));
    ASSERT_TRUE(got) << sent.index() << ": " << got.error().text;
    EXPECT_EQ(got->id, kId);
    expect_same(got->reply, sent);
  }
}

TEST(RoundTrip, AgentMessages) {
  const AgentRequestId id{0x1122334455667788};
  for (const AgentRequest& sent : samples::agent_requests()) {
    const Bytes bytes = encode(id, sent);
    auto got = decode_agent_request(bytes);
    ASSERT_TRUE(got) << sent.index() << ": " << got.error().text;
    EXPECT_EQ(got->id, id);
    EXPECT_EQ(peek_agent_request_id(bytes), id);
    expect_same(got->request, sent);
  }
  for (const AgentReply& sent : samples::agent_replies()) {
    auto got = decode_agent_reply(encode(id, sent));
    ASSERT_TRUE(got) << sent.index() << ": " << got.error().text;
    EXPECT_EQ(got->id, id);
    expect_same(got->reply, sent);
  }
}

TEST(RoundTrip, LocalMessages) {
  for (const LocalRequest& sent : samples::local_requests()) {
    auto got = decode_local_request(encode(sent));
    ASSERT_TRUE(got) << got.error().text;
    expect_same(*got, sent);
  }
  for (const LocalReply& sent : samples::local_replies()) {
    auto got = decode_local_reply(encode(sent));
    ASSERT_TRUE(got) << sent.index() << ": " << got.error().text;
    expect_same(*got, sent);
  }
}

TEST(RoundTrip, QuestionsAndAnswers) {
  for (const Question& sent : samples::questions()) {
    auto got = decode_question(encode(sent));
    ASSERT_TRUE(got) << got.error().text;
    expect_same(*got, sent);
  }
  for (const Answer& sent : samples::answers()) {
    auto got = decode_answer(encode(sent));
    ASSERT_TRUE(got) << sent.index() << ": " << got.error().text;
    expect_same(*got, sent);
  }
}

TEST(RoundTrip, ReadsBytesAtAnyAlignment) {
  const MemberMessage sent = samples::member_messages()[1];
  const Bytes bytes = encode(sent);
  for (std::size_t shift = 0; shift < 8; ++shift) {
    Bytes moved(shift, 0);
    moved.insert(moved.end(), bytes.begin(), bytes.end());
    auto got = decode_member_message(ByteView(moved).subspan(shift));
    ASSERT_TRUE(got) << got.error().text;
    EXPECT_EQ(*got, sent);
  }
}

TEST(RoundTrip, EveryErrorCodeAndMemberState) {
  for (auto code = static_cast<int>(ErrorCode::kInvalid);
       code <= static_cast<int>(ErrorCode::kUnprotected); ++code) {
    const QueryRefused sent{static_cast<ErrorCode>(code), "x"};
    auto got = decode_admin_reply(encode(kId, AdminReply(sent)));
    ASSERT_TRUE(got);
    EXPECT_EQ(std::get<QueryRefused>(got->reply), sent);
  }
  StatusReply status = std::get<StatusReply>(samples::admin_replies()[5]);
  status.members.clear();
  for (int state = 0; state <= static_cast<int>(MemberState::kQuarantined); ++state) {
    status.members.emplace_back(static_cast<MemberState>(state), state + 1);
    EXPECT_FALSE(to_word(static_cast<MemberState>(state)).empty());
  }
  auto got = decode_admin_reply(encode(kId, AdminReply(status)));
  ASSERT_TRUE(got);
  EXPECT_EQ(std::get<StatusReply>(got->reply), status);
  EXPECT_EQ(to_word(MemberState::kInStep), "in-step");
  EXPECT_EQ(to_word(MemberState::kQuarantined), "quarantined");
}

}  // namespace
}  // namespace groupctl
