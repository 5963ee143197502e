// What coordinators say to members: replies of the member plane.
#include "wire/fields.h"
#include "wire/key_fields.h"
#include "wire/member.capnp.h"
#include "wire/question_messages.h"

namespace groupctl {
namespace {

using namespace wire;

void write(const Offer& offer, wire_schema::Offer::Builder out) {
  out.setGroup(text_reader(offer.group));
  out.setCommandEndpoint(text_reader(offer.command_endpoint));
  out.setHeartbeatIntervalMs(offer.heartbeat_interval_ms);
}

Offer read(wire_schema::Offer::Reader in, FieldReader& fields) {
  Offer offer;
  offer.group = fields.name(in.getGroup(), "group");
  offer.command_endpoint = fields.text(in.getCommandEndpoint(), "command endpoint");
  offer.heartbeat_interval_ms = in.getHeartbeatIntervalMs();
  return offer;
}

wire_schema::CatchUp to_schema(CatchUp plan) {
  switch (plan) {
    case CatchUp::kNothing:
      return wire_schema::CatchUp::NOTHING;
    case CatchUp::kReplay:
      return wire_schema::CatchUp::REPLAY;
    case CatchUp::kSnapshot:
      return wire_schema::CatchUp::SNAPSHOT;
  }
  broken_invariant("plan of a welcome", __FILE__, __LINE__);
}

CatchUp from_schema(wire_schema::CatchUp plan, FieldReader& fields) {
  switch (plan) {
    case wire_schema::CatchUp::NOTHING:
      return CatchUp::kNothing;
    case wire_schema::CatchUp::REPLAY:
      return CatchUp::kReplay;
    case wire_schema::CatchUp::SNAPSHOT:
      return CatchUp::kSnapshot;
  }
  fields.refuse(ErrorCode::kUnsupported, "plan of a welcome", "is unknown to this build");
  return CatchUp::kNothing;
}

void write(const Welcome& welcome, wire_schema::Welcome::Builder out) {
  out.setSession(welcome.session.value);
  out.setMember(welcome.member.value);
  out.setHead(welcome.head.value);
  out.setHeartbeatIntervalMs(welcome.heartbeat_interval_ms);
  out.setLostAfterMs(welcome.lost_after_ms);
  write_texts(welcome.shared_tail, out.initSharedTail(list_size(welcome.shared_tail.size())));
  out.setPlan(to_schema(welcome.plan));
  out.setExecuted(welcome.executed.value);
}

Welcome read(wire_schema::Welcome::Reader in, FieldReader& fields) {
  Welcome welcome;
  welcome.session = SessionNumber(in.getSession());
  welcome.member = MemberId(in.getMember());
  welcome.head = Sequence(in.getHead());
  welcome.heartbeat_interval_ms = in.getHeartbeatIntervalMs();
  welcome.lost_after_ms = in.getLostAfterMs();
  welcome.shared_tail =
      fields.texts(in.getSharedTail(), "shared tail", kMaxSharedTail, kMaxSharedTailBytes);
  welcome.plan = from_schema(in.getPlan(), fields);
  welcome.executed = Sequence(in.getExecuted());
  return welcome;
}

void write(const ReplayPage& page, wire_schema::ReplayPage::Builder out) {
  out.setFrom(page.from.value);
  out.setHead(page.head.value);
  auto frames = out.initFrames(list_size(page.frames.size()));
  for (unsigned i = 0; i < frames.size(); ++i) frames.set(i, data_of(page.frames[i]->bytes()));
  out.setLast(page.last);
}

ReplayPage read(wire_schema::ReplayPage::Reader in, FieldReader& fields) {
  ReplayPage page;
  page.from = Sequence(in.getFrom());
  page.head = Sequence(in.getHead());
  page.last = in.getLast();
  auto frames = in.getFrames();
  std::size_t held = 0;
  page.frames.reserve(fields.count(frames.size(), "frames", kMaxPageFrames));
  for (unsigned i = 0; i < page.frames.capacity() && !fields.complaint(); ++i) {
    auto frame = Frame::parse(fields.bytes(frames[i], "frame", kMaxFrameBytes));
    if (!frame) {
      fields.refuse("frame of a replay page", frame.error());
    } else {
      held += (*frame)->held_bytes();
      page.frames.push_back(std::move(*frame));
    }
    if (held > kMaxPageHeldBytes) fields.refuse("frames", "a page holds too much, unpacked");
  }
  return page;
}

void write(const SnapshotChunk& chunk, wire_schema::SnapshotChunk::Builder out) {
  auto image = out.initImage();
  image.setLogId(block_field(chunk.image.log_id));
  image.setAt(chunk.image.at.value);
  image.setDigest(block_field(chunk.image.digest));
  out.setTotal(chunk.total);
  out.setOffset(chunk.offset);
  out.setBytes(data_of(chunk.bytes));
}

SnapshotChunk read(wire_schema::SnapshotChunk::Reader in, FieldReader& fields) {
  SnapshotChunk chunk;
  chunk.image.log_id = fields.block<LogId>(in.getImage().getLogId(), "log id of the image");
  chunk.image.at = Sequence(in.getImage().getAt());
  chunk.image.digest = fields.block<Hash>(in.getImage().getDigest(), "digest of the image");
  chunk.total = in.getTotal();
  chunk.offset = fields.number(in.getOffset(), "offset", 0, chunk.total);
  chunk.bytes = fields.bytes(in.getBytes(), "chunk", kChunkBytes);
  if (chunk.bytes.size() > chunk.total - chunk.offset) {
    fields.refuse("chunk", "goes beyond the image");
  }
  if (chunk.bytes.empty() && chunk.offset != chunk.total) fields.refuse("chunk", "is empty");
  return chunk;
}

void write(const ArtefactChunk& chunk, wire_schema::ArtefactChunk::Builder out) {
  out.setDigest(block_field(chunk.digest));
  out.setTotal(chunk.total);
  out.setOffset(chunk.offset);
  out.setBytes(data_of(chunk.bytes));
}

ArtefactChunk read(wire_schema::ArtefactChunk::Reader in, FieldReader& fields) {
  ArtefactChunk chunk;
  chunk.digest = fields.block<ArtefactDigest>(in.getDigest(), "digest");
  chunk.total = in.getTotal();
  chunk.offset = fields.number(in.getOffset(), "offset", 0, chunk.total);
  chunk.bytes = fields.bytes(in.getBytes(), "chunk", kChunkBytes);
  if (chunk.bytes.size() > chunk.total - chunk.offset) {
    fields.refuse("chunk", "goes beyond the archive");
  }
  if (chunk.bytes.empty() && chunk.offset != chunk.total) fields.refuse("chunk", "is empty");
  return chunk;
}

NoArtefact read(wire_schema::NoArtefact::Reader in, FieldReader& fields) {
  const auto why = fields.complaint_of<Refused>(in.getWhy());
  return {fields.block<ArtefactDigest>(in.getDigest(), "digest"), why.code, why.text};
}

/// Puts a reply into the union.
struct MemberReplyWriter {
  wire_schema::MemberReply::Builder out;
  void operator()(const Offer& m) { write(m, out.initOffer()); }
  void operator()(const Welcome& m) { write(m, out.initWelcome()); }
  void operator()(const ReplayPage& m) { write(m, out.initPage()); }
  void operator()(const SnapshotChunk& m) { write(m, out.initChunk()); }
  void operator()(const Recorded& m) { out.setRecorded(m.number.value); }
  void operator()(const Probe& m) { out.setProbe(m.nonce); }
  void operator()(const Rejoin& m) { out.setRejoin(text_reader(shortened(m.cause))); }
  void operator()(const Resynchronise& m) { out.setResynchronise(text_reader(shortened(m.cause))); }
  void operator()(const Left&) { out.setLeft(); }
  void operator()(const Refused& m) { wire::write(m.code, m.text, out.initRefused()); }
  void operator()(const Evicted& m) {
    auto evicted = out.initEvicted();
    evicted.setSession(m.session.value);
    evicted.setText(text_reader(shortened(m.text)));
  }
  void operator()(const MemberQuestion& m) {
    auto question = out.initQuestion();
    question.setToken(m.token);
    question.setBytes(data_of(m.bytes));
  }
  void operator()(const ArtefactChunk& m) { write(m, out.initArtefact()); }
  void operator()(const NoArtefact& m) {
    auto reply = out.initNoArtefact();
    reply.setDigest(block_field(m.digest));
    wire::write(m.code, m.text, reply.initWhy());
  }
  void operator()(const Heard&) { out.setHeard(); }
  void operator()(const Enrolled& m) { wire::write(m, out.initEnrolled()); }
};

Result<MemberReply> read_reply(wire_schema::MemberReply::Reader in, FieldReader& fields) {
  using Tag = wire_schema::MemberReply::Which;
  switch (in.which()) {
    case Tag::OFFER:
      return read(in.getOffer(), fields);
    case Tag::WELCOME:
      return read(in.getWelcome(), fields);
    case Tag::PAGE:
      return read(in.getPage(), fields);
    case Tag::CHUNK:
      return read(in.getChunk(), fields);
    case Tag::RECORDED:
      return Recorded{AckNumber(in.getRecorded())};
    case Tag::PROBE:
      return Probe{in.getProbe()};
    case Tag::REJOIN:
      return Rejoin{fields.text(in.getRejoin(), "cause")};
    case Tag::RESYNCHRONISE:
      return Resynchronise{fields.text(in.getResynchronise(), "cause")};
    case Tag::LEFT:
      return Left{};
    case Tag::REFUSED:
      return fields.complaint_of<Refused>(in.getRefused());
    case Tag::EVICTED:
      return Evicted{SessionNumber(in.getEvicted().getSession()),
                     fields.text(in.getEvicted().getText(), "text")};
    case Tag::QUESTION:
      return MemberQuestion{
          in.getQuestion().getToken(),
          fields.bytes(in.getQuestion().getBytes(), "question", kMaxQuestionBytes)};
    case Tag::ARTEFACT:
      return read(in.getArtefact(), fields);
    case Tag::NO_ARTEFACT:
      return read(in.getNoArtefact(), fields);
    case Tag::HEARD:
      return Heard{};
    case Tag::ENROLLED:
      return wire::read(in.getEnrolled(), fields);
  }
  return unknown_kind("reply to a member", static_cast<unsigned>(in.which()));
}

}  // namespace

Bytes encode(const Envelope& envelope, const MemberReply& reply) {
  ScratchMessage builder;
  auto out = builder.initRoot<wire_schema::MemberReply>();
  wire::write(envelope, out.initEnvelope());
  std::visit(MemberReplyWriter{out}, reply);
  return to_bytes(builder);
}

Result<EnvelopedReply> decode_member_reply(ByteView bytes) {
  if (auto size = check_size(bytes, kMaxMessageBytes, "reply to a member"); !size) {
    return tl::unexpected<Error>(size.error());
  }
  return with_capnp("reply to a member", [&]() -> Result<EnvelopedReply> {
    CapnpReader reader(bytes);
    auto in = reader.root<wire_schema::MemberReply>();
    FieldReader fields;
    const Envelope envelope = fields.envelope(in.getEnvelope());
    auto reply = read_reply(in, fields);
    if (!reply) return tl::unexpected<Error>(reply.error());
    return fields.checked(EnvelopedReply{envelope, std::move(*reply)});
  });
}

}  // namespace groupctl
