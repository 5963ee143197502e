#include "wire/repository_fields.h"

namespace groupctl {
namespace {

constexpr std::size_t kStateRowBytes = 64;  // room that a row takes beside its key and value

}  // namespace

std::size_t message_size(const StateRow& row) {
  return kStateRowBytes + row.key.size() + row.value.size();
}

namespace wire {
namespace {

ArtefactDigest read_digest(capnp::Data::Reader data, FieldReader& fields) {
  auto digest = fields.block<ArtefactDigest>(data, "digest");
  if (!digest) fields.refuse("digest", "is missing");
  return digest;
}

}  // namespace

void write(const PutArtefact& put, wire_schema::Put::Builder out) {
  out.setName(text_reader(put.name));
  out.setVersion(text_reader(put.version));
  out.setDigest(block_field(put.digest));
  out.setBytes(put.bytes);
  out.setIssuer(text_reader(put.issuer));
  out.setMessage(text_reader(put.message));
}

PutArtefact read(wire_schema::Put::Reader in, FieldReader& fields) {
  PutArtefact put;
  put.name = fields.name(in.getName(), "artefact");
  put.version = fields.text(in.getVersion(), "version");
  put.digest = read_digest(in.getDigest(), fields);
  put.bytes = in.getBytes();
  put.issuer = fields.text(in.getIssuer(), "issuer");
  put.message = fields.text(in.getMessage(), "message", kMaxCommandMessageBytes);
  return put;
}

void write(const PutChunk& chunk, wire_schema::PutChunk::Builder out) {
  out.setDigest(block_field(chunk.digest));
  out.setOffset(chunk.offset);
  out.setBytes(data_of(chunk.bytes));
}

PutChunk read(wire_schema::PutChunk::Reader in, FieldReader& fields) {
  PutChunk chunk;
  chunk.digest = read_digest(in.getDigest(), fields);
  chunk.offset = in.getOffset();
  chunk.bytes = fields.bytes(in.getBytes(), "chunk", kChunkBytes);
  if (chunk.bytes.empty()) fields.refuse("chunk", "is empty");
  return chunk;
}

void write(const VerifyQuery& query, wire_schema::Verify::Builder out) {
  out.setRun(query.run);
  out.setDigest(block_field(query.digest));
}

VerifyQuery read(wire_schema::Verify::Reader in, FieldReader& fields) {
  return {in.getRun(), read_digest(in.getDigest(), fields)};
}

void write(const StateQuery& query, wire_schema::StateQuery::Builder out) {
  out.setPrefix(text_reader(query.prefix));
  out.setAfter(text_reader(query.after));
  out.setOffset(query.offset);
}

StateQuery read(wire_schema::StateQuery::Reader in, FieldReader& fields) {
  return {fields.text(in.getPrefix(), "prefix", kMaxStateKeyBytes),
          fields.text(in.getAfter(), "key", kMaxStateKeyBytes), in.getOffset()};
}

void write(const PutState& state, wire_schema::PutState::Builder out) {
  out.setDigest(block_field(state.digest));
  out.setWanted(state.wanted);
  out.setChecked(state.checked);
}

PutState read(wire_schema::PutState::Reader in, FieldReader& fields) {
  return {read_digest(in.getDigest(), fields), in.getWanted(), in.getChecked()};
}

void write(const VerifyReply& reply, wire_schema::Verified::Builder out) {
  out.setDigest(block_field(reply.digest));
  out.setChecked(reply.checked);
  out.setTotal(reply.total);
  out.setDone(reply.done);
  out.setFault(text_reader(shortened(reply.fault)));
}

VerifyReply read(wire_schema::Verified::Reader in, FieldReader& fields) {
  return {read_digest(in.getDigest(), fields), in.getChecked(), in.getTotal(), in.getDone(),
          fields.text(in.getFault(), "fault")};
}

void write(const CollectReply& reply, wire_schema::Collected::Builder out) {
  out.setBlobs(reply.blobs);
  out.setUploads(reply.uploads);
  out.setBytes(reply.bytes);
  out.setKeptBlobs(reply.kept_blobs);
  out.setKeptBytes(reply.kept_bytes);
}

CollectReply read(wire_schema::Collected::Reader in) {
  return {in.getBlobs(), in.getUploads(), in.getBytes(), in.getKeptBlobs(), in.getKeptBytes()};
}

void write(const StateReply& reply, wire_schema::StateReply::Builder out) {
  auto rows = out.initRows(list_size(reply.rows.size()));
  for (unsigned i = 0; i < rows.size(); ++i) {
    rows[i].setKey(text_reader(reply.rows[i].key));
    rows[i].setValue(data_of(reply.rows[i].value));
    rows[i].setTotal(reply.rows[i].total);
  }
  out.setMore(reply.more);
  out.setHead(reply.head.value);
}

StateReply read(wire_schema::StateReply::Reader in, FieldReader& fields) {
  StateReply reply{{}, in.getMore(), Sequence(in.getHead())};
  auto rows = in.getRows();
  reply.rows.resize(fields.count(rows.size(), "rows", kMaxPageRows));
  for (unsigned i = 0; i < reply.rows.size(); ++i) {
    StateRow& row = reply.rows[i];
    row.key = fields.text(rows[i].getKey(), "key", kMaxStateKeyBytes);
    row.value = fields.bytes(rows[i].getValue(), "value", kMaxMessageBytes);
    row.total = rows[i].getTotal();
    if (row.value.size() > row.total) fields.refuse("value", "is longer than it says");
  }
  return reply;
}

}  // namespace wire
}  // namespace groupctl
