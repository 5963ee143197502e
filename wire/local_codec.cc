// The member's own socket.
#include <algorithm>

#include "wire/fields.h"
#include "wire/local.capnp.h"
#include "wire/local_messages.h"

namespace groupctl {
namespace {

using namespace wire;

void write(const LocalDelta& delta, wire_schema::LocalDeltaRow::Builder out) {
  out.setKey(text_reader(delta.key));
  out.setKind(text_reader(delta.kind));
  out.setSequence(delta.sequence.value);
  out.setText(text_reader(shortened(delta.text)));
}

LocalDelta read(wire_schema::LocalDeltaRow::Reader in, FieldReader& fields) {
  return {fields.text(in.getKey(), "key"), fields.text(in.getKind(), "kind"),
          Sequence(in.getSequence()), fields.text(in.getText(), "text of a delta")};
}

void write(const LocalArtefact& artefact, wire_schema::LocalArtefact::Builder out) {
  out.setName(text_reader(artefact.name));
  out.setVersion(text_reader(artefact.version));
  out.setDigest(block_field(artefact.digest));
  out.setRun(text_reader(artefact.run));
}

LocalArtefact read(wire_schema::LocalArtefact::Reader in, FieldReader& fields) {
  return {fields.name(in.getName(), "artefact"), fields.text(in.getVersion(), "version"),
          fields.block<ArtefactDigest>(in.getDigest(), "digest of an artefact"),
          fields.text(in.getRun(), "a run state")};
}

using Property = std::pair<std::string, std::string>;

void write(const Property& property, wire_schema::LocalProperty::Builder out) {
  out.setKey(text_reader(property.first));
  out.setValue(text_reader(property.second));
}

Property read(wire_schema::LocalProperty::Reader in, FieldReader& fields) {
  return {fields.text(in.getKey(), "property"),
          fields.text(in.getValue(), "value of a property", kMaxPayloadBytes)};
}

/// Of a long list the first rows are shown.
unsigned shown(std::size_t rows) { return list_size(std::min(rows, kMaxLocalRows)); }

template <class Row, class Builders>
void write_rows(const std::vector<Row>& rows, Builders out) {
  for (unsigned i = 0; i < out.size(); ++i) write(rows[i], out[i]);
}

template <class Row, class Readers>
std::vector<Row> read_rows(Readers list, const char* what, FieldReader& fields) {
  std::vector<Row> rows(fields.count(list.size(), what, kMaxLocalRows));
  for (unsigned i = 0; i < rows.size(); ++i) rows[i] = read(list[i], fields);
  return rows;
}

void write(const LocalStatus& status, wire_schema::LocalStatus::Builder out) {
  out.setGroup(text_reader(status.group));
  out.setName(text_reader(status.name));
  out.setId(status.id.value);
  out.setServerId(block_field(status.server_id));
  out.setLogId(block_field(status.log_id));
  out.setEpoch(status.epoch.value);
  out.setPhase(text_reader(status.phase));
  wire::write(status.marks, out.initMarks());
  out.setKnownHead(status.known_head.value);
  out.setChain(block_field(status.chain));
  out.setStateDigest(block_field(status.state_digest));
  out.setCoordinatorUp(status.coordinator_up);
  out.setNote(text_reader(shortened(status.note)));
  write_rows(status.delta, out.initDelta(shown(status.delta.size())));
  write_rows(status.artefacts, out.initArtefacts(shown(status.artefacts.size())));
  write_rows(status.properties, out.initProperties(shown(status.properties.size())));
}

LocalStatus read(wire_schema::LocalStatus::Reader in, FieldReader& fields) {
  LocalStatus status;
  status.group = fields.name(in.getGroup(), "group");
  status.name = fields.name(in.getName(), "member");
  status.id = MemberId(in.getId());
  status.server_id = fields.block<ServerId>(in.getServerId(), "server id");
  status.log_id = fields.block<LogId>(in.getLogId(), "log id");
  status.epoch = Epoch(in.getEpoch());
  status.phase = fields.text(in.getPhase(), "phase");
  status.marks = fields.watermarks(in.getMarks());
  status.known_head = Sequence(in.getKnownHead());
  status.chain = fields.block<Hash>(in.getChain(), "chain");
  status.state_digest = fields.block<Hash>(in.getStateDigest(), "state digest");
  status.coordinator_up = in.getCoordinatorUp();
  status.note = fields.text(in.getNote(), "note");
  status.delta = read_rows<LocalDelta>(in.getDelta(), "delta rows", fields);
  status.artefacts = read_rows<LocalArtefact>(in.getArtefacts(), "artefacts", fields);
  status.properties = read_rows<Property>(in.getProperties(), "properties", fields);
  return status;
}

struct LocalReplyWriter {
  wire_schema::LocalReply::Builder out;
  void operator()(const LocalStatus& m) { write(m, out.initStatus()); }
  void operator()(const LocalLeft&) { out.setLeft(); }
  void operator()(const Refused& m) { wire::write(m.code, m.text, out.initRefused()); }
  void operator()(const Answer& m) { out.setAnswered(data_of(encode(m))); }
};

Result<LocalReply> read_reply(wire_schema::LocalReply::Reader in, FieldReader& fields) {
  switch (in.which()) {
    case wire_schema::LocalReply::STATUS:
      return read(in.getStatus(), fields);
    case wire_schema::LocalReply::LEFT:
      return LocalLeft{};
    case wire_schema::LocalReply::REFUSED:
      return fields.complaint_of<Refused>(in.getRefused());
    case wire_schema::LocalReply::ANSWERED: {
      auto answer = decode_answer(view_of(in.getAnswered()));
      if (!answer) return tl::unexpected<Error>(answer.error());
      return std::move(*answer);
    }
  }
  return unknown_kind("local reply", static_cast<unsigned>(in.which()));
}

struct VerbWriter {
  wire_schema::LocalCommand::Builder out;
  void operator()(const LocalDeploy& m) {
    auto deploy = out.initDeploy();
    deploy.setName(text_reader(m.name));
    deploy.setVersion(text_reader(m.version));
    deploy.setDigest(block_field(m.digest));
    deploy.setDeployer(text_reader(m.deployer));
    deploy.setConfig(data_of(m.config));
  }
  void operator()(const LocalUndeploy& m) { out.setUndeploy(text_reader(m.name)); }
  void operator()(const LocalSet& m) {
    write_rows(m.pairs, out.initSet(list_size(m.pairs.size())));
  }
  void operator()(const LocalUnset& m) {
    write_texts(m.keys, out.initUnset(list_size(m.keys.size())));
  }
  void operator()(const LocalHold& m) { out.setHold(text_reader(m.name)); }
  void operator()(const LocalRelease& m) { out.setRelease(text_reader(m.name)); }
  void operator()(const LocalReconcile& m) {
    write_texts(m.names, out.initReconcile(list_size(m.names.size())));
  }
  void operator()(const LocalScan&) { out.setScan(); }
  void operator()(const LocalStart& m) { out.setStart(text_reader(m.name)); }
  void operator()(const LocalStop& m) { out.setStop(text_reader(m.name)); }
};

LocalDeploy read(wire_schema::LocalRelease::Reader in, FieldReader& fields) {
  return {fields.text(in.getName(), "artefact"), fields.text(in.getVersion(), "version"),
          fields.block<ArtefactDigest>(in.getDigest(), "digest"),
          fields.text(in.getDeployer(), "deployer"),
          fields.bytes(in.getConfig(), "configuration", kMaxPayloadBytes)};
}

Result<LocalVerb> read_verb(wire_schema::LocalCommand::Reader in, FieldReader& fields) {
  switch (in.which()) {
    case wire_schema::LocalCommand::DEPLOY:
      return read(in.getDeploy(), fields);
    case wire_schema::LocalCommand::UNDEPLOY:
      return LocalUndeploy{fields.text(in.getUndeploy(), "artefact")};
    case wire_schema::LocalCommand::SET:
      return LocalSet{read_rows<Property>(in.getSet(), "properties", fields)};
    case wire_schema::LocalCommand::UNSET:
      return LocalUnset{fields.texts(in.getUnset(), "properties", kMaxLocalRows)};
    case wire_schema::LocalCommand::HOLD:
      return LocalHold{fields.text(in.getHold(), "artefact")};
    case wire_schema::LocalCommand::RELEASE:
      return LocalRelease{fields.text(in.getRelease(), "name")};
    case wire_schema::LocalCommand::RECONCILE:
      return LocalReconcile{fields.texts(in.getReconcile(), "names", kMaxLocalRows)};
    case wire_schema::LocalCommand::SCAN:
      return LocalScan{};
    case wire_schema::LocalCommand::START:
      return LocalStart{fields.text(in.getStart(), "artefact")};
    case wire_schema::LocalCommand::STOP:
      return LocalStop{fields.text(in.getStop(), "artefact")};
  }
  return unknown_kind("local command", static_cast<unsigned>(in.which()));
}

Result<LocalRequest> read(wire_schema::LocalCommand::Reader in, FieldReader& fields) {
  auto verb = read_verb(in, fields);
  if (!verb) return tl::unexpected<Error>(verb.error());
  return LocalCommand{std::move(*verb), fields.text(in.getWho(), "who"), in.getWhenMs(),
                      fields.text(in.getWhy(), "why")};
}

Result<LocalRequest> read_request(wire_schema::LocalRequest::Reader in, FieldReader& fields) {
  switch (in.which()) {
    case wire_schema::LocalRequest::STATUS:
      return LocalStatusQuery{};
    case wire_schema::LocalRequest::LEAVE:
      return LocalLeave{};
    case wire_schema::LocalRequest::COMMAND:
      return read(in.getCommand(), fields);
    case wire_schema::LocalRequest::QUESTION: {
      auto question = decode_question(view_of(in.getQuestion()));
      if (!question) return tl::unexpected<Error>(question.error());
      return std::move(*question);
    }
  }
  return unknown_kind("local request", static_cast<unsigned>(in.which()));
}

struct LocalRequestWriter {
  wire_schema::LocalRequest::Builder out;
  void operator()(const LocalStatusQuery&) { out.setStatus(); }
  void operator()(const LocalLeave&) { out.setLeave(); }
  void operator()(const LocalCommand& m) {
    auto command = out.initCommand();
    std::visit(VerbWriter{command}, m.verb);
    command.setWho(text_reader(shortened(m.who)));
    command.setWhenMs(m.when_ms);
    command.setWhy(text_reader(shortened(m.why)));
  }
  void operator()(const Question& m) { out.setQuestion(data_of(encode(m))); }
};

}  // namespace

Bytes encode(const LocalRequest& request) {
  ScratchMessage builder;
  std::visit(LocalRequestWriter{builder.initRoot<wire_schema::LocalRequest>()}, request);
  return to_bytes(builder);
}

Result<LocalRequest> decode_local_request(ByteView bytes) {
  if (auto size = check_size(bytes, kMaxMessageBytes, "local request"); !size) {
    return tl::unexpected<Error>(size.error());
  }
  return with_capnp("local request", [&]() -> Result<LocalRequest> {
    CapnpReader reader(bytes);
    FieldReader fields;
    auto request = read_request(reader.root<wire_schema::LocalRequest>(), fields);
    if (!request) return request;
    return fields.checked(std::move(*request));
  });
}

Bytes encode(const LocalReply& reply) {
  ScratchMessage builder;
  std::visit(LocalReplyWriter{builder.initRoot<wire_schema::LocalReply>()}, reply);
  return to_bytes(builder);
}

Result<LocalReply> decode_local_reply(ByteView bytes) {
  if (auto size = check_size(bytes, kMaxLocalReplyBytes, "local reply"); !size) {
    return tl::unexpected<Error>(size.error());
  }
  return with_capnp("local reply", [&]() -> Result<LocalReply> {
    CapnpReader reader(bytes);
    FieldReader fields;
    auto reply = read_reply(reader.root<wire_schema::LocalReply>(), fields);
    if (!reply) return reply;
    return fields.checked(std::move(*reply));
  });
}

}  // namespace groupctl
