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
}

LocalArtefact read(wire_schema::LocalArtefact::Reader in, FieldReader& fields) {
  return {fields.name(in.getName(), "artefact"), fields.text(in.getVersion(), "version"),
          fields.block<ArtefactDigest>(in.getDigest(), "digest of an artefact")};
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

struct ReplyWriter {
  wire_schema::LocalReply::Builder out;
  void operator()(const LocalStatus& m) { write(m, out.initStatus()); }
  void operator()(const LocalLeft&) { out.setLeft(); }
  void operator()(const Refused& m) { wire::write(m.code, m.text, out.initRefused()); }
};

Result<LocalReply> read_reply(wire_schema::LocalReply::Reader in, FieldReader& fields) {
  switch (in.which()) {
    case wire_schema::LocalReply::STATUS:
      return read(in.getStatus(), fields);
    case wire_schema::LocalReply::LEFT:
      return LocalLeft{};
    case wire_schema::LocalReply::REFUSED:
      return fields.complaint_of<Refused>(in.getRefused());
  }
  return unknown_kind("local reply", static_cast<unsigned>(in.which()));
}

Result<LocalRequest> read_request(wire_schema::LocalRequest::Reader in) {
  switch (in.which()) {
    case wire_schema::LocalRequest::STATUS:
      return LocalStatusQuery{};
    case wire_schema::LocalRequest::LEAVE:
      return LocalLeave{};
  }
  return unknown_kind("local request", static_cast<unsigned>(in.which()));
}

}  // namespace

Bytes encode(const LocalRequest& request) {
  capnp::MallocMessageBuilder builder;
  auto out = builder.initRoot<wire_schema::LocalRequest>();
  if (std::holds_alternative<LocalLeave>(request)) {
    out.setLeave();
  } else {
    out.setStatus();
  }
  return to_bytes(builder);
}

Result<LocalRequest> decode_local_request(ByteView bytes) {
  if (auto size = check_size(bytes, kMaxMessageBytes, "local request"); !size) {
    return tl::unexpected<Error>(size.error());
  }
  return with_capnp("local request", [&]() -> Result<LocalRequest> {
    CapnpReader reader(bytes);
    return read_request(reader.root<wire_schema::LocalRequest>());
  });
}

Bytes encode(const LocalReply& reply) {
  capnp::MallocMessageBuilder builder;
  std::visit(ReplyWriter{builder.initRoot<wire_schema::LocalReply>()}, reply);
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
