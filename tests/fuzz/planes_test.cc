// What comes over the planes: every message's decoder.
#include <gtest/gtest.h>

#include "tests/fuzz/seal.h"
#include "tests/fuzz/target.h"
#include "tests/unit/wire/samples.h"
#include "wire/limits.h"
#include "wire/question_messages.h"

namespace groupctl::fuzz {
namespace {

Join large_join() {
  Join join = std::get<Join>(samples::member_messages()[1]);
  join.labels.clear();
  for (std::size_t i = 0; i < kMaxLabels; ++i) join.labels["label-" + std::to_string(i)] = "value";
  join.shared_tail.assign(kMaxSharedTail, "group:");
  join.known_kinds.assign(kMaxKnownKinds, KindId(77));
  join.outcomes.assign(500, {Sequence(5), Sequence(6), Outcome::kFailed, "unpack", "no space"});
  return join;
}

Submit large_submit() {
  Submit submit = std::get<Submit>(samples::admin_requests()[1]);
  submit.commands.assign(kMaxCommandsPerSubmit, submit.commands[2]);
  return submit;
}

MembersReply large_members() {
  MembersReply reply = std::get<MembersReply>(samples::admin_replies()[6]);
  reply.rows.assign(200, reply.rows[0]);
  return reply;
}

Update large_update() {
  Update update = std::get<Update>(samples::admin_replies()[4]);
  update.rows.assign(500, update.rows[0]);
  return update;
}

LocalStatus large_status() {
  LocalStatus status = std::get<LocalStatus>(samples::local_replies()[0]);
  status.delta.assign(kMaxLocalRows, status.delta[0]);
  status.artefacts.assign(kMaxLocalRows, status.artefacts[0]);
  status.properties.assign(kMaxLocalRows, status.properties[0]);
  return status;
}

// A list may claim kMaxQuestionKeys deviations and hold none: they take their room when decoded.
constexpr std::size_t kDeviationsBytes = 4 * kMaxQuestionKeys * sizeof(Deviation);

template <class Messages>
std::vector<Bytes> encoded(const Messages& messages) {
  std::vector<Bytes> bytes;
  for (const auto& message : messages) bytes.push_back(encode(message));
  return bytes;
}

TEST(Planes, F33_F34_F36_MemberMessages) {
  FuzzTarget target;
  target.seeds = encoded(samples::member_messages());
  target.seeds.push_back(encode(MemberMessage(large_join())));
  target.decode = [](ByteView bytes) {
    return round_trip(
        bytes, decode_member_message, [](const MemberMessage& m) { return encode(m); },
        kMaxMessageBytes);
  };
  fuzz(target);
}

TEST(Planes, F33_F34_F36_MemberReplies) {
  FuzzTarget target;
  for (const MemberReply& reply : samples::member_replies()) {
    target.seeds.push_back(encode(samples::envelope(), reply));
  }
  target.decode = [](ByteView bytes) {
    return round_trip(
        bytes, decode_member_reply,
        [](const EnvelopedReply& r) { return encode(r.envelope, r.reply); }, kMaxMessageBytes);
  };
  target.repair = seal_frames_within;
  fuzz(target);
}

/// Two parts, of which the second is a frame or empty.
TEST(Planes, F33_F34_F36_Publications) {
  const auto in_one = [](const EnvelopedPublication& p) {
    const PublicationParts parts = encode(p.envelope, p.publication);
    return joined({parts.envelope, copy_bytes(parts.frame)});
  };
  const auto decode_parts = [](ByteView bytes) {
    auto parts = parted(bytes);
    parts.resize(2);
    return decode_publication(parts[0], parts[1]);
  };
  FuzzTarget target;
  for (const Publication& publication : samples::publications()) {
    target.seeds.push_back(in_one({samples::envelope(), publication}));
  }
  target.decode = [&](ByteView bytes) {
    return round_trip(bytes, decode_parts, in_one, kMaxMessageBytes);
  };
  target.repair = seal_frames_within;
  fuzz(target);
}

TEST(Planes, F33_F34_F36_AdminRequests) {
  FuzzTarget target;
  for (const AdminRequest& request : samples::admin_requests()) {
    target.seeds.push_back(encode(AdminRequestId(1), request));
  }
  target.seeds.push_back(encode(AdminRequestId(2), large_submit()));
  target.decode = [](ByteView bytes) {
    const AdminRequestId id = peek_admin_request_id(bytes);
    const auto request = decode_admin_request(bytes);
    if (request && request->id != id) return broken("its id is read in two ways");
    return round_trip(
        bytes, decode_admin_request,
        [](const IdentifiedRequest& r) { return encode(r.id, r.request); }, kMaxSubmitBytes);
  };
  fuzz(target);
}

TEST(Planes, F33_F34_F36_AdminReplies) {
  FuzzTarget target;
  for (const AdminReply& reply : samples::admin_replies()) {
    target.seeds.push_back(encode(AdminRequestId(1), reply));
  }
  target.seeds.push_back(encode(AdminRequestId(2), large_members()));
  target.seeds.push_back(encode(AdminRequestId(2), large_update()));
  target.decode = [](ByteView bytes) {
    return round_trip(
        bytes, decode_admin_reply, [](const IdentifiedReply& r) { return encode(r.id, r.reply); },
        kMaxMessageBytes);
  };
  fuzz(target);
}

TEST(Planes, F33_F34_F36_AgentRequests) {
  FuzzTarget target;
  for (const AgentRequest& request : samples::agent_requests()) {
    target.seeds.push_back(encode(AgentRequestId(1), request));
  }
  target.decode = [](ByteView bytes) {
    const AgentRequestId id = peek_agent_request_id(bytes);
    const auto request = decode_agent_request(bytes);
    if (request && request->id != id) return broken("its id is read in two ways");
    return round_trip(
        bytes, decode_agent_request,
        [](const IdentifiedAgentRequest& r) { return encode(r.id, r.request); },
        kMaxAgentRequestBytes);
  };
  fuzz(target);
}

TEST(Planes, F33_F34_F36_AgentReplies) {
  FuzzTarget target;
  for (const AgentReply& reply : samples::agent_replies()) {
    target.seeds.push_back(encode(AgentRequestId(1), reply));
  }
  target.decode = [](ByteView bytes) {
    return round_trip(
        bytes, decode_agent_reply,
        [](const IdentifiedAgentReply& r) { return encode(r.id, r.reply); }, kMaxAgentReplyBytes);
  };
  fuzz(target);
}

TEST(Planes, F33_F34_F36_LocalRequests) {
  FuzzTarget target;
  target.seeds = encoded(samples::local_requests());
  target.decode = [](ByteView bytes) {
    return round_trip(
        bytes, decode_local_request, [](const LocalRequest& r) { return encode(r); },
        kMaxMessageBytes);
  };
  fuzz(target);
}

TEST(Planes, F33_F34_F36_LocalReplies) {
  FuzzTarget target;
  target.seeds = encoded(samples::local_replies());
  target.seeds.push_back(encode(LocalReply(large_status())));
  target.decode = [](ByteView bytes) {
    return round_trip(
        bytes, decode_local_reply, [](const LocalReply& r) { return encode(r); },
        kMaxLocalReplyBytes);
  };
  target.fixed_bytes = kDeviationsBytes;
  fuzz(target);
}

/// What is asked of a member, which the coordinator hands on unread.
TEST(Planes, F33_F34_F36_Questions) {
  FuzzTarget target;
  target.seeds = encoded(samples::questions());
  target.decode = [](ByteView bytes) {
    return round_trip(
        bytes, decode_question, [](const Question& q) { return encode(q); }, kMaxQuestionBytes);
  };
  fuzz(target);
}

TEST(Planes, F33_F34_F36_AnswersToQuestions) {
  FuzzTarget target;
  target.seeds = encoded(samples::answers());
  target.decode = [](ByteView bytes) {
    return round_trip(
        bytes, decode_answer, [](const Answer& a) { return encode(a); }, kMaxQuestionBytes);
  };
  target.fixed_bytes = kDeviationsBytes;
  fuzz(target);
}

}  // namespace
}  // namespace groupctl::fuzz
