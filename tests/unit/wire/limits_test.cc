// The bounds of docs/protocol.md: at the bound it is read, one beyond it is refused by name.
#include "wire/limits.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/wire/samples.h"

namespace groupctl {
namespace {

using Change = std::function<void(Join&)>;

Join changed_join(const Change& change) {
  Join join = std::get<Join>(samples::member_messages()[1]);
  change(join);
  return join;
}

std::string complaint_about(const MemberMessage& message) {
  auto got = decode_member_message(encode(message));
  return got ? "" : got.error().text;
}

Labels labels(std::size_t count, std::size_t value_bytes) {
  Labels labels;
  for (std::size_t i = 0; i < count; ++i) {
    labels["label-" + std::to_string(i)] = std::string(value_bytes, 'v');
  }
  return labels;
}

TEST(Limits, JoinWithinItsBounds) {
  EXPECT_EQ(complaint_about(changed_join([](Join& j) {
              j.labels = labels(kMaxLabels, kMaxLabelValueBytes);
              j.shared_tail.assign(kMaxSharedTail, std::string(kMaxSharedTailBytes, 'r'));
              j.known_kinds.assign(kMaxKnownKinds, KindId(1));
            })),
            "");
}

TEST(Limits, JoinBeyondItsBounds) {
  const std::vector<std::pair<std::string, Change>> cases = {
      {"labels are more than 64", [](Join& j) { j.labels = labels(kMaxLabels + 1, 1); }},
      {"value of a label is longer",
       [](Join& j) { j.labels = labels(1, kMaxLabelValueBytes + 1); }},
      {"label is not a name",
       [](Join& j) {
         j.labels = {{"No Name", "x"}};
       }},
      {"shared tail are more", [](Join& j) { j.shared_tail.resize(kMaxSharedTail + 1); }},
      {"shared tail is longer",
       [](Join& j) { j.shared_tail = {std::string(kMaxSharedTailBytes + 1, 'r')}; }},
      {"known kinds are more", [](Join& j) { j.known_kinds.resize(kMaxKnownKinds + 1); }},
      {"group is not a name", [](Join& j) { j.group = "../etc"; }},
      {"member is not a name", [](Join& j) { j.name.clear(); }},
      {"member is not a name", [](Join& j) { j.name = std::string(65, 'a'); }},
      {"participant is not a name", [](Join& j) { j.participant = "UPPER"; }},
      {"server id is missing", [](Join& j) { j.server_id = {}; }},
      {"outcomes are more",
       [](Join& j) {
         j.outcomes.assign(kMaxOutcomeReports + 1,
                           {Sequence(1), Sequence(1), Outcome::kDone, "", ""});
       }},
      {"last of an outcome", [](Join& j) { j.outcomes[0].last = Sequence(4); }},
      {"first of an outcome", [](Join& j) { j.outcomes[0].first = Sequence(0); }},
  };
  for (const auto& [expected, change] : cases) {
    EXPECT_NE(complaint_about(changed_join(change)).find(expected), std::string::npos)
        << expected << " / " << complaint_about(changed_join(change));
  }
}

TEST(Limits, OtherMemberMessages) {
  EXPECT_NE(complaint_about(ReplayRequest{{}, Sequence(0), 1}), "");
  EXPECT_NE(complaint_about(ReplayRequest{{}, Sequence(1), 0}), "");
  EXPECT_EQ(complaint_about(ReplayRequest{{}, Sequence(1), kMaxReplayPages}), "");
  EXPECT_NE(complaint_about(ReplayRequest{{}, Sequence(1), kMaxReplayPages + 1}), "");
  Ack ack = std::get<Ack>(samples::member_messages()[4]);
  ack.number = AckNumber(0);
  EXPECT_EQ(complaint_about(ack), "outcomes come without a number");
  ack.number = AckNumber(1);
  ack.running.percent = 101;
  EXPECT_EQ(complaint_about(ack), "percent is not within 0 to 100");
}

TEST(Limits, F36_AnotherProtocolIsUnsupported) {
  auto got = decode_member_message(encode(Hello{2, "", "g", "m"}));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(got.error().text, "protocol 2; this build speaks 1");
  auto admin = decode_admin_request(encode(AdminRequestId(1), AdminRequest(AdminHello{9, ""})));
  ASSERT_FALSE(admin);
  EXPECT_EQ(admin.error().code, ErrorCode::kUnsupported);
}

/// Whether some 16-bit place of the message is its union's tag, and an unknown tag is refused so.
template <class Decode>
bool refuses_unknown_kind(const Bytes& honest, Decode decode) {
  for (std::size_t at = 16; at + 2 <= honest.size(); at += 2) {
    Bytes bytes = honest;
    bytes[at] = 0x77;
    auto got = decode(bytes);
    const bool by_name = !got && got.error().code == ErrorCode::kUnsupported &&
                         got.error().text.find("of a kind unknown") != std::string::npos;
    if (by_name) return true;
  }
  return false;
}

TEST(Limits, F36_UnknownUnionTagIsUnsupported) {
  const Envelope envelope = samples::envelope();
  const AdminRequestId id(1);
  EXPECT_TRUE(refuses_unknown_kind(encode(MemberMessage(Leave{})), decode_member_message));
  EXPECT_TRUE(refuses_unknown_kind(encode(envelope, MemberReply(Left{})), decode_member_reply));
  EXPECT_TRUE(refuses_unknown_kind(encode(id, AdminRequest(StatusQuery{})), decode_admin_request));
  EXPECT_TRUE(refuses_unknown_kind(encode(id, AdminReply(Accepted{})), decode_admin_reply));
  EXPECT_TRUE(refuses_unknown_kind(encode(LocalRequest(LocalLeave{})), decode_local_request));
  EXPECT_TRUE(refuses_unknown_kind(encode(LocalReply(LocalLeft{})), decode_local_reply));
  EXPECT_TRUE(refuses_unknown_kind(encode(envelope, Publication(Heartbeat{})).envelope,
                                   [](ByteView b) { return decode_publication(b, {}); }));
}

Submit changed_submit(const std::function<void(Submit&)>& change) {
  Submit submit = std::get<Submit>(samples::admin_requests()[1]);
  change(submit);
  return submit;
}

std::string complaint_about(const Submit& submit) {
  auto got = decode_admin_request(encode(AdminRequestId(1), AdminRequest(submit)));
  return got ? "" : got.error().text;
}

TEST(Limits, Submit) {
  const auto with_commands = [](std::size_t count) {
    return changed_submit([count](Submit& s) {
      s.commands.assign(count, {KindId(1), Target::all(), 0, "", Bytes(256, 1)});
    });
  };
  EXPECT_EQ(complaint_about(with_commands(kMaxCommandsPerSubmit)), "");
  EXPECT_EQ(complaint_about(with_commands(kMaxCommandsPerSubmit + 1)),
            "commands are more than 1000");
  EXPECT_EQ(complaint_about(with_commands(0)), "commands are missing");
  EXPECT_EQ(complaint_about(changed_submit([](Submit& s) {
              s.commands[0].message = std::string(kMaxCommandMessageBytes, 'm');
              s.commands[0].payload = Bytes(kMaxPayloadBytes, 1);
            })),
            "");
  EXPECT_NE(complaint_about(changed_submit([](Submit& s) {
              s.commands[0].message = std::string(kMaxCommandMessageBytes + 1, 'm');
            })),
            "");
  EXPECT_NE(complaint_about(changed_submit(
                [](Submit& s) { s.commands[0].payload = Bytes(kMaxPayloadBytes + 1, 1); })),
            "");
  EXPECT_NE(complaint_about(changed_submit([](Submit& s) { s.commands[0].kind = KindId(0); })), "");
  EXPECT_NE(complaint_about(changed_submit([](Submit& s) { s.first.number = 0; })), "");
}

TEST(Limits, MessageSize) {
  EXPECT_FALSE(decode_member_message(Bytes(kMaxMessageBytes + 8)));
  EXPECT_NE(decode_member_message(Bytes(kMaxMessageBytes + 8)).error().text.find("at most 131072"),
            std::string::npos);
  const Submit large = changed_submit([](Submit& s) {
    s.commands.assign(18, {KindId(1), Target::all(), 0, "", Bytes(kMaxPayloadBytes, 1)});
  });
  EXPECT_NE(complaint_about(large).find("at most 589824"), std::string::npos);
  EXPECT_FALSE(decode_admin_reply(Bytes(kMaxMessageBytes + 8)));
}

TEST(Limits, TextsForPeopleAreCutBetweenCharacters) {
  std::string text(kMaxTextBytes - 1, 'x');
  text += "\xc3\xa4 and more";  // the bound falls into this character
  const Refused sent{ErrorCode::kRefused, text};
  auto got = decode_member_reply(encode(samples::envelope(), MemberReply(sent)));
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(std::get<Refused>(got->reply).text, std::string(kMaxTextBytes - 1, 'x'));
}

TEST(Limits, ChunksStayWithinTheirImage) {
  const auto accepted = [](const SnapshotChunk& chunk) {
    return decode_member_reply(encode(samples::envelope(), MemberReply(chunk))).has_value();
  };
  EXPECT_TRUE(accepted({{}, kChunkBytes, 0, Bytes(kChunkBytes, 1)}));
  EXPECT_FALSE(accepted({{}, 2 * kChunkBytes, 0, Bytes(kChunkBytes + 1, 1)}));
  EXPECT_FALSE(accepted({{}, 10, 8, Bytes(3, 1)}));
  EXPECT_FALSE(accepted({{}, 10, 11, {}}));
  EXPECT_FALSE(accepted({{}, 10, 5, {}}));
  EXPECT_TRUE(accepted({{}, 10, 10, {}}));
}

/// A full frame whose entries are all alike.
FramePtr well_packed_frame() {
  FrameBuilder builder;
  const Bytes entry(1024, 7);
  while (builder.room().fits(entry.size())) builder.add(entry);
  FrameHeader header;
  header.first = Sequence(1);
  header.last = Sequence(builder.room().entries());
  return builder.seal(header);
}

TEST(Limits, APageOfFramesHoldsNoMoreUnpackedThanOneMayAlone) {
  const FramePtr frame = well_packed_frame();
  ASSERT_LT(3 * frame->bytes().size(), kMaxFrameBytes);
  const auto complaint_about_page_of = [&](std::size_t frames) {
    ReplayPage page;
    page.frames.assign(frames, frame);
    const auto got = decode_member_reply(encode(samples::envelope(), MemberReply(page)));
    return got ? std::string() : got.error().text;
  };
  EXPECT_EQ(complaint_about_page_of(1), "");
  EXPECT_NE(complaint_about_page_of(3), "");
}

TEST(Limits, F23_AFlippedFrameIsRefusedAsCorrupt) {
  const FramePtr frame = samples::frame(Sequence(5));
  const PublicationParts parts = encode(samples::envelope(), Publication(frame));
  Bytes flipped = copy_bytes(parts.frame);
  flipped[kFrameHeaderBytes + 20] ^= 1;
  auto got = decode_publication(parts.envelope, flipped);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::kCorrupt);
}

TEST(Limits, RowsAreNotLargerThanTheySay) {
  const auto admin_size = [](const AdminReply& reply) {
    return encode(AdminRequestId(1), reply).size();
  };
  const Update update = std::get<Update>(samples::admin_replies()[4]);
  for (const LedgerRow& row : update.rows) {
    Update with{}, without{};
    with.rows = {row};
    EXPECT_LE(admin_size(with) - admin_size(without), message_size(row));
  }
  const MembersReply members = std::get<MembersReply>(samples::admin_replies()[6]);
  EXPECT_LE(admin_size(members) - admin_size(MembersReply{}), message_size(members.rows[0]));
  const LogReply log = std::get<LogReply>(samples::admin_replies()[7]);
  EXPECT_LE(admin_size(log) - admin_size(LogReply{}), message_size(log.rows[0]));
  Ack with{}, without{};
  with.number = without.number = AckNumber(1);
  with.outcomes = {{Sequence(1), Sequence(1), Outcome::kFailed, "unpack", "no space left"}};
  EXPECT_LE(encode(with).size() - encode(without).size(), message_size(with.outcomes[0]));
}

TEST(Limits, AFullPageIsAMessage) {
  const LedgerRow row{MemberId(1),
                      std::string(64, 'n'),
                      Outcome::kFailed,
                      "unpack",
                      std::string(kMaxOutcomeText, 't'),
                      0};
  Update update;
  for (std::size_t size = 0; size + message_size(row) <= kPageBudgetBytes;
       size += message_size(row)) {
    update.rows.push_back(row);
  }
  auto got = decode_admin_reply(encode(AdminRequestId(1), AdminReply(update)));
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(std::get<Update>(got->reply).rows.size(), update.rows.size());
}

TEST(Limits, OfALongLocalStatusTheFirstRowsAreShown) {
  LocalStatus status = std::get<LocalStatus>(samples::local_replies()[0]);
  status.artefacts.assign(kMaxLocalRows + 1, {"shop", "1.0", ArtefactDigest()});
  auto got = decode_local_reply(encode(LocalReply(status)));
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(std::get<LocalStatus>(*got).artefacts.size(), kMaxLocalRows);
}

}  // namespace
}  // namespace groupctl
