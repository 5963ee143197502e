// What members say.
#include "wire/fields.h"
#include "wire/key_fields.h"
#include "wire/member.capnp.h"
#include "wire/question_messages.h"

namespace groupctl {
namespace {

using namespace wire;

void write(const Hello& hello, wire_schema::Hello::Builder out) {
  out.setProtocol(hello.protocol);
  out.setProduct(text_reader(shortened(hello.product)));
  out.setGroup(text_reader(hello.group));
  out.setName(text_reader(hello.name));
}

Hello read(wire_schema::Hello::Reader in, FieldReader& fields) {
  fields.protocol(in.getProtocol());
  Hello hello;
  hello.product = fields.text(in.getProduct(), "product");
  hello.group = fields.name(in.getGroup(), "group");
  hello.name = fields.name(in.getName(), "member");
  return hello;
}

void write(const TagClaim& claim, wire_schema::TagClaim::Builder out) {
  out.setLogId(block_field(claim.log_id));
  out.setEpoch(claim.epoch.value);
  out.setLast(claim.last.value);
  out.setChain(block_field(claim.chain));
  out.setTag(block_field(claim.tag));
}

TagClaim read(wire_schema::TagClaim::Reader in, FieldReader& fields) {
  TagClaim claim;
  claim.log_id = fields.block<LogId>(in.getLogId(), "log id of the tag");
  claim.epoch = Epoch(in.getEpoch());
  claim.last = Sequence(in.getLast());
  claim.chain = fields.block<Hash>(in.getChain(), "chain of the tag");
  claim.tag = fields.block<Tag>(in.getTag(), "tag");
  return claim;
}

void write(const Join& join, wire_schema::Join::Builder out) {
  out.setProtocol(join.protocol);
  out.setProduct(text_reader(shortened(join.product)));
  out.setGroup(text_reader(join.group));
  out.setName(text_reader(join.name));
  out.setServerId(block_field(join.server_id));
  out.setIncarnation(join.incarnation.value);
  out.setParticipant(text_reader(join.participant));
  out.setReplica(join.replica);
  wire::write(join.labels, out.initLabels(list_size(join.labels.size())));
  write_texts(join.shared_tail, out.initSharedTail(list_size(join.shared_tail.size())));
  auto kinds = out.initKnownKinds(list_size(join.known_kinds.size()));
  for (unsigned i = 0; i < kinds.size(); ++i) kinds.set(i, join.known_kinds[i].value);
  out.setLogId(block_field(join.log_id));
  out.setEnvelopeEpoch(join.envelope_epoch.value);
  wire::write(join.marks, out.initMarks());
  out.setChain(block_field(join.chain));
  out.setStateDigest(block_field(join.state_digest));
  write(join.tag, out.initTag());
  wire::write(join.outcomes, out.initOutcomes(list_size(join.outcomes.size())));
  out.setResynchronise(join.resynchronise);
  out.setResynchroniseCause(text_reader(shortened(join.resynchronise_cause)));
  out.setFrameEpoch(join.frame_epoch.value);
}

std::vector<KindId> read_kinds(capnp::List<std::uint64_t>::Reader list, FieldReader& fields) {
  std::vector<KindId> kinds(fields.count(list.size(), "known kinds", kMaxKnownKinds));
  for (unsigned i = 0; i < kinds.size(); ++i) kinds[i] = KindId(list[i]);
  return kinds;
}

/// Who it is.
void read_identity(wire_schema::Join::Reader in, FieldReader& fields, Join& join) {
  fields.protocol(in.getProtocol());
  join.product = fields.text(in.getProduct(), "product");
  join.group = fields.name(in.getGroup(), "group");
  join.name = fields.name(in.getName(), "member");
  join.server_id = fields.block<ServerId>(in.getServerId(), "server id");
  if (!join.server_id) fields.refuse("server id", "is missing");
  join.incarnation = Incarnation(in.getIncarnation());
  join.participant = fields.name_or_empty(in.getParticipant(), "participant");
  join.replica = in.getReplica();
  join.labels = fields.labels(in.getLabels());
  join.shared_tail =
      fields.texts(in.getSharedTail(), "shared tail", kMaxSharedTail, kMaxSharedTailBytes);
  join.known_kinds = read_kinds(in.getKnownKinds(), fields);
}

/// What it has.
void read_history(wire_schema::Join::Reader in, FieldReader& fields, Join& join) {
  join.log_id = fields.block<LogId>(in.getLogId(), "log id");
  join.envelope_epoch = Epoch(in.getEnvelopeEpoch());
  join.marks = fields.watermarks(in.getMarks());
  join.chain = fields.block<Hash>(in.getChain(), "chain");
  join.state_digest = fields.block<Hash>(in.getStateDigest(), "state digest");
  join.tag = read(in.getTag(), fields);
  join.outcomes = fields.reports(in.getOutcomes());
  join.resynchronise = in.getResynchronise();
  join.resynchronise_cause = fields.text(in.getResynchroniseCause(), "cause");
  join.frame_epoch = Epoch(in.getFrameEpoch());
}

Join read(wire_schema::Join::Reader in, FieldReader& fields) {
  Join join;
  read_identity(in, fields, join);
  read_history(in, fields, join);
  return join;
}

void write(const ReplayRequest& request, wire_schema::ReplayRequest::Builder out) {
  out.setSession(request.session.value);
  out.setFrom(request.from.value);
  out.setPages(request.pages);
}

ReplayRequest read(wire_schema::ReplayRequest::Reader in, FieldReader& fields) {
  ReplayRequest request;
  request.session = SessionNumber(in.getSession());
  request.from = Sequence(fields.number(in.getFrom(), "from", 1, UINT64_MAX));
  request.pages =
      static_cast<std::uint32_t>(fields.number(in.getPages(), "pages", 1, kMaxReplayPages));
  return request;
}

void write(const SnapshotRequest& request, wire_schema::SnapshotRequest::Builder out) {
  out.setSession(request.session.value);
  auto image = out.initImage();
  image.setLogId(block_field(request.image.log_id));
  image.setAt(request.image.at.value);
  image.setDigest(block_field(request.image.digest));
  out.setOffset(request.offset);
}

SnapshotRequest read(wire_schema::SnapshotRequest::Reader in, FieldReader& fields) {
  SnapshotRequest request;
  request.session = SessionNumber(in.getSession());
  request.image.log_id = fields.block<LogId>(in.getImage().getLogId(), "log id of the image");
  request.image.at = Sequence(in.getImage().getAt());
  request.image.digest = fields.block<Hash>(in.getImage().getDigest(), "digest of the image");
  request.offset = in.getOffset();
  return request;
}

void write(const Ack& ack, wire_schema::Ack::Builder out) {
  out.setSession(ack.session.value);
  out.setNumber(ack.number.value);
  wire::write(ack.marks, out.initMarks());
  out.setStateDigest(block_field(ack.state_digest));
  wire::write(ack.outcomes, out.initOutcomes(list_size(ack.outcomes.size())));
  wire::write(ack.delta, out.initDelta());
  wire::write(ack.running, out.initRunning());
  out.setHeldAt(ack.held_at.value);
  out.setAsks(ack.asks);
}

Ack read(wire_schema::Ack::Reader in, FieldReader& fields) {
  Ack ack;
  ack.session = SessionNumber(in.getSession());
  ack.number = AckNumber(in.getNumber());
  ack.marks = fields.watermarks(in.getMarks());
  ack.state_digest = fields.block<Hash>(in.getStateDigest(), "state digest");
  ack.outcomes = fields.reports(in.getOutcomes());
  ack.delta = fields.delta(in.getDelta());
  ack.running = fields.running(in.getRunning());
  ack.held_at = Sequence(in.getHeldAt());
  ack.asks = in.getAsks();
  if (!ack.outcomes.empty() && !ack.number) fields.refuse("outcomes", "come without a number");
  return ack;
}

/// Puts a message into the union.
struct MessageWriter {
  wire_schema::MemberMessage::Builder out;
  void operator()(const Hello& m) { write(m, out.initHello()); }
  void operator()(const Join& m) { write(m, out.initJoin()); }
  void operator()(const ReplayRequest& m) { write(m, out.initReplay()); }
  void operator()(const SnapshotRequest& m) { write(m, out.initSnapshot()); }
  void operator()(const Ack& m) { write(m, out.initAck()); }
  void operator()(const Leave& m) { out.setLeave(m.session.value); }
  void operator()(const ProbeReply& m) {
    auto reply = out.initProbeReply();
    reply.setSession(m.session.value);
    reply.setNonce(m.nonce);
  }
  void operator()(const MemberAnswer& m) {
    auto answer = out.initAnswer();
    answer.setSession(m.session.value);
    answer.setToken(m.token);
    answer.setBytes(data_of(m.bytes));
  }
  void operator()(const ArtefactRequest& m) {
    auto request = out.initArtefact();
    request.setSession(m.session.value);
    request.setDigest(block_field(m.digest));
    request.setOffset(m.offset);
  }
  void operator()(const Enrol& m) { wire::write(m, out.initEnrol()); }
  void operator()(const RotateKey& m) { out.setRotateKey(block_field(m.key)); }
};

Result<MemberMessage> read_message(wire_schema::MemberMessage::Reader in, FieldReader& fields) {
  using Tag = wire_schema::MemberMessage::Which;
  switch (in.which()) {
    case Tag::HELLO:
      return read(in.getHello(), fields);
    case Tag::JOIN:
      return read(in.getJoin(), fields);
    case Tag::REPLAY:
      return read(in.getReplay(), fields);
    case Tag::SNAPSHOT:
      return read(in.getSnapshot(), fields);
    case Tag::ACK:
      return read(in.getAck(), fields);
    case Tag::LEAVE:
      return Leave{SessionNumber(in.getLeave())};
    case Tag::PROBE_REPLY:
      return ProbeReply{SessionNumber(in.getProbeReply().getSession()),
                        in.getProbeReply().getNonce()};
    case Tag::ANSWER:
      return MemberAnswer{SessionNumber(in.getAnswer().getSession()), in.getAnswer().getToken(),
                          fields.bytes(in.getAnswer().getBytes(), "answer", kMaxQuestionBytes)};
    case Tag::ARTEFACT:
      return ArtefactRequest{SessionNumber(in.getArtefact().getSession()),
                             fields.block<ArtefactDigest>(in.getArtefact().getDigest(), "digest"),
                             in.getArtefact().getOffset()};
    case Tag::ENROL:
      return wire::read(in.getEnrol(), fields);
    case Tag::ROTATE_KEY:
      return RotateKey{read_key(in.getRotateKey(), fields)};
  }
  return unknown_kind("member message", static_cast<unsigned>(in.which()));
}

}  // namespace

Bytes encode(const MemberMessage& message) {
  ScratchMessage builder;
  std::visit(MessageWriter{builder.initRoot<wire_schema::MemberMessage>()}, message);
  return to_bytes(builder);
}

Result<MemberMessage> decode_member_message(ByteView bytes) {
  if (auto size = check_size(bytes, kMaxMessageBytes, "member message"); !size) {
    return tl::unexpected<Error>(size.error());
  }
  return with_capnp("member message", [&]() -> Result<MemberMessage> {
    CapnpReader reader(bytes);
    FieldReader fields;
    auto message = read_message(reader.root<wire_schema::MemberMessage>(), fields);
    if (!message) return message;
    return fields.checked(std::move(*message));
  });
}

}  // namespace groupctl
