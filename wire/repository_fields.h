// The fields of wire/repository_messages.h and of state rows. Only the admin plane's codecs include
// this.
#pragma once

#include "wire/admin.capnp.h"
#include "wire/fields.h"

namespace groupctl::wire {

void write(const PutArtefact& put, wire_schema::Put::Builder out);
PutArtefact read(wire_schema::Put::Reader in, FieldReader& fields);

void write(const PutChunk& chunk, wire_schema::PutChunk::Builder out);
PutChunk read(wire_schema::PutChunk::Reader in, FieldReader& fields);

void write(const VerifyQuery& query, wire_schema::Verify::Builder out);
VerifyQuery read(wire_schema::Verify::Reader in, FieldReader& fields);

void write(const StateQuery& query, wire_schema::StateQuery::Builder out);
StateQuery read(wire_schema::StateQuery::Reader in, FieldReader& fields);

void write(const PutState& state, wire_schema::PutState::Builder out);
PutState read(wire_schema::PutState::Reader in, FieldReader& fields);

void write(const VerifyReply& reply, wire_schema::Verified::Builder out);
VerifyReply read(wire_schema::Verified::Reader in, FieldReader& fields);

void write(const CollectReply& reply, wire_schema::Collected::Builder out);
CollectReply read(wire_schema::Collected::Reader in);

void write(const StateReply& reply, wire_schema::StateReply::Builder out);
StateReply read(wire_schema::StateReply::Reader in, FieldReader& fields);

}  // namespace groupctl::wire
