// The fields of wire/key_messages.h. Only the codecs include this.
#pragma once

#include "wire/fields.h"
#include "wire/key_messages.h"
#include "wire/keys.capnp.h"

namespace groupctl::wire {

void write(const Enrol& enrol, wire_schema::Enrol::Builder out);
Enrol read(wire_schema::Enrol::Reader in, FieldReader& fields);
void write(const Enrolled& enrolled, wire_schema::Enrolled::Builder out);
Enrolled read(wire_schema::Enrolled::Reader in, FieldReader& fields);
void write(const KeyInfo& info, wire_schema::KeyInfo::Builder out);
KeyInfo read(wire_schema::KeyInfo::Reader in, FieldReader& fields);
void write(const KeysReply& reply, wire_schema::KeysReply::Builder out);
KeysReply read(wire_schema::KeysReply::Reader in, FieldReader& fields);
void write(const ChangeKey& change, wire_schema::ChangeKey::Builder out);
ChangeKey read(wire_schema::ChangeKey::Reader in, FieldReader& fields);

/// Of none: 255.
std::uint8_t role_number(std::optional<KeyRole> role);
std::optional<KeyRole> read_role(std::uint8_t number, FieldReader& fields);
/// A key that must be there.
PublicKey read_key(capnp::Data::Reader in, FieldReader& fields);

}  // namespace groupctl::wire
