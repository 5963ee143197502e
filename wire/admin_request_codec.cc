// What groupctl asks.
#include "log/target_codec.h"
#include "wire/admin.capnp.h"
#include "wire/admin_rows.h"
#include "wire/fields.h"
#include "wire/group_fields.h"
#include "wire/key_fields.h"
#include "wire/question_messages.h"
#include "wire/repository_fields.h"

namespace groupctl {
namespace {

using namespace wire;

void write(const SubmittedCommand& command, wire_schema::SubmittedCommand::Builder out) {
  out.setKind(command.kind.value);
  write_target(command.target, out.initTarget());
  out.setTtlMs(command.ttl_ms);
  out.setMessage(text_reader(command.message));
  out.setPayload(data_of(command.payload));
}

SubmittedCommand read(wire_schema::SubmittedCommand::Reader in, FieldReader& fields) {
  SubmittedCommand command;
  command.kind = KindId(in.getKind());
  if (!command.kind) fields.refuse("kind of a command", "is missing");
  if (auto target = read_target(in.getTarget()); target) {
    command.target = std::move(*target);
  } else {
    fields.refuse("target of a command", target.error());
  }
  command.ttl_ms = in.getTtlMs();
  command.message = fields.text(in.getMessage(), "message", kMaxCommandMessageBytes);
  command.payload = fields.bytes(in.getPayload(), "payload", kMaxPayloadBytes);
  return command;
}

void write(const Submit& submit, wire_schema::Submit::Builder out) {
  out.setClientHigh(submit.first.client.high);
  out.setClientLow(submit.first.client.low);
  out.setNumber(submit.first.number);
  out.setIssuer(text_reader(submit.issuer));
  auto commands = out.initCommands(list_size(submit.commands.size()));
  for (unsigned i = 0; i < commands.size(); ++i) write(submit.commands[i], commands[i]);
  out.setAllowEmptyTarget(submit.allow_empty_target);
  out.setForce(submit.force);
  out.setGroup(text_reader(submit.group));
  out.setAtSequence(submit.at_sequence.value);
}

Submit read(wire_schema::Submit::Reader in, FieldReader& fields) {
  Submit submit;
  submit.first.client = {in.getClientHigh(), in.getClientLow()};
  submit.first.number =
      fields.number(in.getNumber(), "number of the request", 1, UINT64_MAX - kMaxCommandsPerSubmit);
  submit.issuer = fields.text(in.getIssuer(), "issuer");
  auto commands = in.getCommands();
  const unsigned size = fields.count(commands.size(), "commands", kMaxCommandsPerSubmit);
  if (commands.size() == 0) fields.refuse("commands", "are missing");
  for (unsigned i = 0; i < size && !fields.complaint(); ++i) {
    submit.commands.push_back(read(commands[i], fields));
  }
  submit.allow_empty_target = in.getAllowEmptyTarget();
  submit.force = in.getForce();
  submit.group = fields.name_or_empty(in.getGroup(), "group");
  submit.at_sequence = Sequence(in.getAtSequence());
  return submit;
}

AdminHello read(wire_schema::AdminHello::Reader in, FieldReader& fields) {
  fields.protocol(in.getProtocol());
  AdminHello hello;
  hello.product = fields.text(in.getProduct(), "product");
  hello.group = fields.name_or_empty(in.getGroup(), "group");
  return hello;
}

LogQuery read(wire_schema::LogQuery::Reader in, FieldReader& fields) {
  LogQuery query;
  query.from = Sequence(in.getFrom());
  query.limit = static_cast<std::uint32_t>(fields.number(in.getLimit(), "limit", 1, kMaxPageRows));
  return query;
}

void write(const Recover& recover, wire_schema::Recover::Builder out) {
  out.setThrough(recover.through.value);
  out.setIssuer(text_reader(recover.issuer));
  out.setMessage(text_reader(recover.message));
}

Recover read(wire_schema::Recover::Reader in, FieldReader& fields) {
  Recover recover;
  recover.through = Sequence(in.getThrough());
  recover.issuer = fields.text(in.getIssuer(), "issuer");
  recover.message = fields.text(in.getMessage(), "message");
  return recover;
}

/// Puts a request into the union.
struct AdminRequestWriter {
  wire_schema::AdminRequest::Builder out;
  void operator()(const AdminHello& m) {
    auto hello = out.initHello();
    hello.setProtocol(m.protocol);
    hello.setProduct(text_reader(shortened(m.product)));
    hello.setGroup(text_reader(m.group));
  }
  void operator()(const Submit& m) { write(m, out.initSubmit()); }
  void operator()(const Foresee& m) {
    auto foresee = out.initForesee();
    write(m.submit, foresee.initSubmit());
    foresee.setSkip(m.skip);
  }
  void operator()(const Predict& m) {
    auto predict = out.initPredict();
    predict.setHead(m.head.value);
    predict.setContent(block_field(m.content));
    predict.setCommand(m.command);
    write_predicted(m.rows, predict.initRows(list_size(m.rows.size())));
  }
  void operator()(const PredictionQuery& m) { out.setPrediction(m.sequence.value); }
  void operator()(const Watch& m) {
    auto watch = out.initWatch();
    watch.setSequence(m.sequence.value);
    watch.setVersion(m.version);
  }
  void operator()(const StatusQuery&) { out.setStatus(); }
  void operator()(const MembersQuery& m) { out.setMembers(m.after.value); }
  void operator()(const LogQuery& m) {
    auto query = out.initLog();
    query.setFrom(m.from.value);
    query.setLimit(m.limit);
  }
  void operator()(const MemberQuery& m) { out.setMember(text_reader(m.name)); }
  void operator()(const MemberAsk& m) {
    auto ask = out.initAsk();
    ask.setMember(m.member.value);
    ask.setQuestion(data_of(m.question));
  }
  void operator()(const PutArtefact& m) { wire::write(m, out.initPut()); }
  void operator()(const PutChunk& m) { wire::write(m, out.initPutChunk()); }
  void operator()(const VerifyQuery& m) { wire::write(m, out.initVerify()); }
  void operator()(const CollectGarbage& m) { out.setCollect(m.dry_run); }
  void operator()(const StateQuery& m) { wire::write(m, out.initState()); }
  void operator()(const GroupsQuery& m) { out.setGroups(text_reader(m.after)); }
  void operator()(const CreateGroup& m) { wire::write(m, out.initCreateGroup()); }
  void operator()(const DeleteGroup& m) { wire::write(m, out.initDeleteGroup()); }
  void operator()(const Recover& m) { write(m, out.initRecover()); }
  void operator()(const Enrol& m) { wire::write(m, out.initEnrol()); }
  void operator()(const RotateKey& m) { out.setRotateKey(block_field(m.key)); }
  void operator()(const KeysQuery& m) { out.setKeys(block_field(m.after)); }
  void operator()(const ChangeKey& m) { wire::write(m, out.initChangeKey()); }
};

Result<AdminRequest> read_request(wire_schema::AdminRequest::Reader in, FieldReader& fields) {
  using Tag = wire_schema::AdminRequest::Which;
  switch (in.which()) {
    case Tag::HELLO:
      return read(in.getHello(), fields);
    case Tag::SUBMIT:
      return read(in.getSubmit(), fields);
    case Tag::FORESEE:
      return Foresee{read(in.getForesee().getSubmit(), fields), in.getForesee().getSkip()};
    case Tag::PREDICT:
      return Predict{Sequence(in.getPredict().getHead()),
                     fields.block<Hash>(in.getPredict().getContent(), "content"),
                     in.getPredict().getCommand(),
                     read_predicted(in.getPredict().getRows(), fields)};
    case Tag::PREDICTION:
      return PredictionQuery{Sequence(in.getPrediction())};
    case Tag::WATCH:
      return Watch{Sequence(in.getWatch().getSequence()), in.getWatch().getVersion()};
    case Tag::STATUS:
      return StatusQuery{};
    case Tag::MEMBERS:
      return MembersQuery{MemberId(in.getMembers())};
    case Tag::LOG:
      return read(in.getLog(), fields);
    case Tag::MEMBER:
      return MemberQuery{fields.text(in.getMember(), "member")};
    case Tag::ASK:
      return MemberAsk{MemberId(in.getAsk().getMember()),
                       fields.bytes(in.getAsk().getQuestion(), "question", kMaxQuestionBytes)};
    case Tag::PUT:
      return wire::read(in.getPut(), fields);
    case Tag::PUT_CHUNK:
      return wire::read(in.getPutChunk(), fields);
    case Tag::VERIFY:
      return wire::read(in.getVerify(), fields);
    case Tag::COLLECT:
      return CollectGarbage{in.getCollect()};
    case Tag::STATE:
      return wire::read(in.getState(), fields);
    case Tag::GROUPS:
      return GroupsQuery{fields.name_or_empty(in.getGroups(), "group")};
    case Tag::CREATE_GROUP:
      return wire::read(in.getCreateGroup(), fields);
    case Tag::DELETE_GROUP:
      return wire::read(in.getDeleteGroup(), fields);
    case Tag::RECOVER:
      return read(in.getRecover(), fields);
    case Tag::ENROL:
      return wire::read(in.getEnrol(), fields);
    case Tag::ROTATE_KEY:
      return RotateKey{read_key(in.getRotateKey(), fields)};
    case Tag::KEYS:
      return KeysQuery{fields.block<PublicKey>(in.getKeys(), "key")};
    case Tag::CHANGE_KEY:
      return wire::read(in.getChangeKey(), fields);
  }
  return unknown_kind("admin request", static_cast<unsigned>(in.which()));
}

}  // namespace

Bytes encode(AdminRequestId id, const AdminRequest& request) {
  ScratchMessage builder;
  auto out = builder.initRoot<wire_schema::AdminRequest>();
  out.setId(id.value);
  std::visit(AdminRequestWriter{out}, request);
  return to_bytes(builder);
}

Result<IdentifiedRequest> decode_admin_request(ByteView bytes) {
  if (auto size = check_size(bytes, kMaxSubmitBytes, "admin request"); !size) {
    return tl::unexpected<Error>(size.error());
  }
  return with_capnp("admin request", [&]() -> Result<IdentifiedRequest> {
    CapnpReader reader(bytes);
    auto in = reader.root<wire_schema::AdminRequest>();
    FieldReader fields;
    auto request = read_request(in, fields);
    if (!request) return tl::unexpected<Error>(request.error());
    return fields.checked(IdentifiedRequest{AdminRequestId(in.getId()), std::move(*request)});
  });
}

AdminRequestId peek_admin_request_id(ByteView bytes) {
  auto id = with_capnp("admin request", [&]() -> Result<AdminRequestId> {
    CapnpReader reader(bytes);
    return AdminRequestId(reader.root<wire_schema::AdminRequest>().getId());
  });
  return id.value_or(AdminRequestId());
}

}  // namespace groupctl
