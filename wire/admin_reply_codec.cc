// What a coordinator answers groupctl.
#include "wire/admin_rows.h"
#include "wire/group_fields.h"
#include "wire/key_fields.h"
#include "wire/question_messages.h"
#include "wire/repository_fields.h"

namespace groupctl {
namespace {

using namespace wire;

void write(const HelloReply& hello, wire_schema::HelloReply::Builder out) {
  out.setProtocol(hello.protocol);
  out.setProduct(text_reader(shortened(hello.product)));
  out.setGroup(text_reader(hello.group));
  out.setLogId(block_field(hello.log_id));
  out.setEpoch(hello.epoch.value);
  out.setNowMs(hello.now.value);
  out.setRole(role_number(hello.role));
  out.setMembers(hello.members);
}

HelloReply read(wire_schema::HelloReply::Reader in, FieldReader& fields) {
  fields.protocol(in.getProtocol());
  HelloReply hello;
  hello.product = fields.text(in.getProduct(), "product");
  hello.group = fields.name(in.getGroup(), "group");
  hello.log_id = fields.block<LogId>(in.getLogId(), "log id");
  hello.epoch = Epoch(in.getEpoch());
  hello.now = GroupTime(in.getNowMs());
  hello.role = read_role(in.getRole(), fields);
  hello.members = in.getMembers();
  return hello;
}

SubmitRefused read(wire_schema::Complaint::Reader in, FieldReader& fields) {
  auto refused = fields.complaint_of<SubmitRefused>(in);
  refused.command = in.getCommand();
  return refused;
}

void write(const Accepted& accepted, wire_schema::Accepted::Builder out) {
  out.setFirst(accepted.first.value);
  out.setLast(accepted.last.value);
  const std::size_t size = std::min(accepted.warnings.size(), kMaxWarnings);
  auto warnings = out.initWarnings(list_size(size));
  for (unsigned i = 0; i < size; ++i) warnings.set(i, text_reader(shortened(accepted.warnings[i])));
}

Accepted read(wire_schema::Accepted::Reader in, FieldReader& fields) {
  Accepted accepted;
  accepted.first = Sequence(in.getFirst());
  accepted.last = Sequence(in.getLast());
  accepted.warnings = fields.texts(in.getWarnings(), "warnings", kMaxWarnings);
  return accepted;
}

void write(const Update& update, wire_schema::Update::Builder out) {
  out.setSequence(update.sequence.value);
  out.setVersion(update.version);
  out.setTargets(update.targets);
  wire::write(update.counts, out.initCounts(list_size(update.counts.size())));
  write_rows(update.rows, out.initRows(list_size(update.rows.size())));
  out.setMore(update.more);
  out.setClosed(update.closed);
}

Update read(wire_schema::Update::Reader in, FieldReader& fields) {
  Update update;
  update.sequence = Sequence(in.getSequence());
  update.version = in.getVersion();
  update.targets = in.getTargets();
  update.counts = wire::read(in.getCounts(), fields);
  update.rows = read_rows<LedgerRow>(in.getRows(), fields);
  update.more = in.getMore();
  update.closed = in.getClosed();
  return update;
}

void write(const StatusReply& status, wire_schema::StatusReply::Builder out) {
  write(status.hello, out.initHello());
  out.setEndpointMembers(text_reader(status.endpoint_members));
  out.setHead(status.head.value);
  out.setFloor(status.floor.value);
  out.setChain(block_field(status.chain));
  out.setStateDigest(block_field(status.state_digest));
  out.setUptimeMs(status.uptime_ms);
  out.setArtefacts(status.artefacts);
  out.setProperties(status.properties);
  wire::write(status.members, out.initMembers(list_size(status.members.size())));
  out.setReadOnly(text_reader(shortened(status.read_only)));
  out.setLastCommandMs(status.last_command.value);
  out.setLastIssuer(text_reader(shortened(status.last_issuer)));
  out.setPendingKeys(status.pending_keys);
}

StatusReply read(wire_schema::StatusReply::Reader in, FieldReader& fields) {
  StatusReply status;
  status.hello = read(in.getHello(), fields);
  status.endpoint_members = fields.text(in.getEndpointMembers(), "endpoint");
  status.head = Sequence(in.getHead());
  status.floor = Sequence(in.getFloor());
  status.chain = fields.block<Hash>(in.getChain(), "chain");
  status.state_digest = fields.block<Hash>(in.getStateDigest(), "state digest");
  status.uptime_ms = in.getUptimeMs();
  status.artefacts = in.getArtefacts();
  status.properties = in.getProperties();
  status.members = wire::read(in.getMembers(), fields);
  status.read_only = fields.text(in.getReadOnly(), "cause");
  status.last_command = GroupTime(in.getLastCommandMs());
  status.last_issuer = fields.text(in.getLastIssuer(), "issuer");
  status.pending_keys = in.getPendingKeys();
  return status;
}

MembersReply read(wire_schema::MembersReply::Reader in, FieldReader& fields) {
  return {read_rows<MemberInfo>(in.getRows(), fields), in.getMore(), Sequence(in.getHead())};
}

LogReply read(wire_schema::LogReply::Reader in, FieldReader& fields) {
  return {read_rows<LogRow>(in.getRows(), fields), Sequence(in.getHead()), Sequence(in.getFloor()),
          in.getMore()};
}

void write(const RecoverReply& reply, wire_schema::RecoverReply::Builder out) {
  out.setDone(reply.done);
  out.setReadOnly(text_reader(shortened(reply.read_only)));
  out.setHead(reply.head.value);
  out.setFirstLost(reply.first_lost.value);
  out.setLastLost(reply.last_lost.value);
  auto proofs = out.initProofs(list_size(reply.proofs.size()));
  for (unsigned i = 0; i < proofs.size(); ++i) {
    proofs[i].setMember(text_reader(reply.proofs[i].member));
    proofs[i].setLast(reply.proofs[i].last.value);
    proofs[i].setEpoch(reply.proofs[i].epoch.value);
  }
  auto absent = out.initAbsent(list_size(reply.absent.size()));
  for (unsigned i = 0; i < absent.size(); ++i) absent.set(i, text_reader(reply.absent[i]));
}

RecoverReply read(wire_schema::RecoverReply::Reader in, FieldReader& fields) {
  RecoverReply reply;
  reply.done = in.getDone();
  reply.read_only = fields.text(in.getReadOnly(), "cause");
  reply.head = Sequence(in.getHead());
  reply.first_lost = Sequence(in.getFirstLost());
  reply.last_lost = Sequence(in.getLastLost());
  auto proofs = in.getProofs();
  reply.proofs.resize(fields.count(proofs.size(), "proofs", kMaxPageRows));
  for (unsigned i = 0; i < reply.proofs.size(); ++i) {
    reply.proofs[i] = {fields.name(proofs[i].getMember(), "member"), Sequence(proofs[i].getLast()),
                       Epoch(proofs[i].getEpoch())};
  }
  reply.absent = fields.texts(in.getAbsent(), "absent members", kMaxPageRows);
  return reply;
}

void write(const ForeseenReply& reply, wire_schema::Foreseen::Builder out) {
  out.setHead(reply.head.value);
  out.setContent(block_field(reply.content));
  out.setMore(reply.more);
  auto commands = out.initCommands(list_size(reply.commands.size()));
  for (unsigned i = 0; i < commands.size(); ++i) {
    const ForeseenCommand& command = reply.commands[i];
    commands[i].setEntry(data_of(command.entry));
    commands[i].setAsBefore(!command.targets);
    if (!command.targets) continue;
    write_members(*command.targets, commands[i].initTargets(list_size(command.targets->size())));
  }
  write_texts(reply.warnings, out.initWarnings(list_size(reply.warnings.size())));
}

ForeseenReply read(wire_schema::Foreseen::Reader in, FieldReader& fields) {
  ForeseenReply reply;
  reply.head = Sequence(in.getHead());
  reply.content = fields.block<Hash>(in.getContent(), "content");
  reply.more = in.getMore();
  const auto commands = in.getCommands();
  const unsigned size = fields.count(commands.size(), "commands", kMaxCommandsPerSubmit);
  for (unsigned i = 0; i < size && !fields.complaint(); ++i) {
    ForeseenCommand& command = reply.commands.emplace_back();
    command.entry = fields.bytes(commands[i].getEntry(), "entry", kMaxFrameBytes);
    if (!commands[i].getAsBefore()) {
      command.targets = read_members(commands[i].getTargets(), fields);
    } else if (i == 0) {
      fields.refuse("targets", "are missing of the first command");
    }
  }
  reply.warnings = fields.texts(in.getWarnings(), "warnings", kMaxWarnings);
  return reply;
}

/// Puts a reply into the union.
struct AdminReplyWriter {
  wire_schema::AdminReply::Builder out;
  void operator()(const HelloReply& m) { write(m, out.initHello()); }
  void operator()(const Accepted& m) { write(m, out.initAccepted()); }
  void operator()(const SubmitRefused& m) {
    auto refused = out.initSubmitRefused();
    wire::write(m.code, m.text, refused);
    refused.setCommand(m.command);
  }
  void operator()(const SubmitUnknown& m) { out.setSubmitUnknown(text_reader(shortened(m.text))); }
  void operator()(const Update& m) { write(m, out.initUpdate()); }
  void operator()(const StatusReply& m) { write(m, out.initStatus()); }
  void operator()(const MembersReply& m) {
    auto members = out.initMembers();
    write_rows(m.rows, members.initRows(list_size(m.rows.size())));
    members.setMore(m.more);
    members.setHead(m.head.value);
  }
  void operator()(const LogReply& m) {
    auto log = out.initLog();
    write_rows(m.rows, log.initRows(list_size(m.rows.size())));
    log.setHead(m.head.value);
    log.setFloor(m.floor.value);
    log.setMore(m.more);
  }
  void operator()(const MemberDetail& m) { wire::write(m, out.initMember()); }
  void operator()(const QueryRefused& m) { wire::write(m.code, m.text, out.initQueryRefused()); }
  void operator()(const MemberAnswered& m) { out.setAnswered(data_of(m.answer)); }
  void operator()(const PutState& m) { wire::write(m, out.initPutState()); }
  void operator()(const CataloguedReply& m) {
    auto catalogued = out.initCatalogued();
    catalogued.setSequence(m.sequence.value);
    catalogued.setUnchanged(m.unchanged);
  }
  void operator()(const VerifyReply& m) { wire::write(m, out.initVerified()); }
  void operator()(const CollectReply& m) { wire::write(m, out.initCollected()); }
  void operator()(const StateReply& m) { wire::write(m, out.initState()); }
  void operator()(const GroupsReply& m) {
    auto groups = out.initGroups();
    write_rows(m.rows, groups.initRows(list_size(m.rows.size())));
    groups.setMore(m.more);
  }
  void operator()(const GroupInfo& m) { wire::write(m, out.initGroup()); }
  void operator()(const GroupDeleted& m) { out.setGroupDeleted(text_reader(shortened(m.folder))); }
  void operator()(const RecoverReply& m) { write(m, out.initRecover()); }
  void operator()(const Enrolled& m) { wire::write(m, out.initEnrolled()); }
  void operator()(const KeysReply& m) { wire::write(m, out.initKeys()); }
  void operator()(const KeyInfo& m) { wire::write(m, out.initKey()); }
  void operator()(const ForeseenReply& m) { write(m, out.initForeseen()); }
  void operator()(const PredictionReply& m) {
    write_predicted(m.rows, out.initPrediction(list_size(m.rows.size())));
  }
};

Result<AdminReply> read_reply(wire_schema::AdminReply::Reader in, FieldReader& fields) {
  using Tag = wire_schema::AdminReply::Which;
  switch (in.which()) {
    case Tag::HELLO:
      return read(in.getHello(), fields);
    case Tag::ACCEPTED:
      return read(in.getAccepted(), fields);
    case Tag::SUBMIT_REFUSED:
      return read(in.getSubmitRefused(), fields);
    case Tag::SUBMIT_UNKNOWN:
      return SubmitUnknown{fields.text(in.getSubmitUnknown(), "text")};
    case Tag::UPDATE:
      return read(in.getUpdate(), fields);
    case Tag::STATUS:
      return read(in.getStatus(), fields);
    case Tag::MEMBERS:
      return read(in.getMembers(), fields);
    case Tag::LOG:
      return read(in.getLog(), fields);
    case Tag::QUERY_REFUSED:
      return fields.complaint_of<QueryRefused>(in.getQueryRefused());
    case Tag::MEMBER:
      return wire::read(in.getMember(), fields);
    case Tag::ANSWERED:
      return MemberAnswered{fields.bytes(in.getAnswered(), "answer", kMaxQuestionBytes)};
    case Tag::PUT_STATE:
      return wire::read(in.getPutState(), fields);
    case Tag::CATALOGUED:
      return CataloguedReply{Sequence(in.getCatalogued().getSequence()),
                             in.getCatalogued().getUnchanged()};
    case Tag::VERIFIED:
      return wire::read(in.getVerified(), fields);
    case Tag::COLLECTED:
      return wire::read(in.getCollected());
    case Tag::STATE:
      return wire::read(in.getState(), fields);
    case Tag::GROUPS:
      return GroupsReply{read_rows<GroupInfo>(in.getGroups().getRows(), fields),
                         in.getGroups().getMore()};
    case Tag::GROUP:
      return wire::read(in.getGroup(), fields);
    case Tag::GROUP_DELETED:
      return GroupDeleted{fields.text(in.getGroupDeleted(), "folder")};
    case Tag::RECOVER:
      return read(in.getRecover(), fields);
    case Tag::ENROLLED:
      return wire::read(in.getEnrolled(), fields);
    case Tag::KEYS:
      return wire::read(in.getKeys(), fields);
    case Tag::KEY:
      return wire::read(in.getKey(), fields);
    case Tag::FORESEEN:
      return read(in.getForeseen(), fields);
    case Tag::PREDICTION:
      return PredictionReply{read_predicted(in.getPrediction(), fields)};
  }
  return unknown_kind("admin reply", static_cast<unsigned>(in.which()));
}

}  // namespace

Bytes encode(AdminRequestId id, const AdminReply& reply) {
  ScratchMessage builder;
  auto out = builder.initRoot<wire_schema::AdminReply>();
  out.setId(id.value);
  std::visit(AdminReplyWriter{out}, reply);
  return to_bytes(builder);
}

Result<IdentifiedReply> decode_admin_reply(ByteView bytes) {
  if (auto size = check_size(bytes, kMaxMessageBytes, "admin reply"); !size) {
    return tl::unexpected<Error>(size.error());
  }
  return with_capnp("admin reply", [&]() -> Result<IdentifiedReply> {
    CapnpReader reader(bytes);
    auto in = reader.root<wire_schema::AdminReply>();
    FieldReader fields;
    auto reply = read_reply(in, fields);
    if (!reply) return tl::unexpected<Error>(reply.error());
    return fields.checked(IdentifiedReply{AdminRequestId(in.getId()), std::move(*reply)});
  });
}

}  // namespace groupctl
