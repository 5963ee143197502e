#include "wire/key_fields.h"

#include <algorithm>
#include <array>

namespace groupctl {
namespace {

// By number, as in the schema.
constexpr std::array<std::string_view, 6> kKeyRoleWords = {"member", "reader", "operator",
                                                           "admin",  "token",  "guest"};
constexpr std::array<std::string_view, 4> kKeyStateWords = {"pending", "accepted", "rejected",
                                                            "revoked"};
constexpr std::uint8_t kNoRole = 255;
constexpr std::size_t kKeyRowBytes = 160;

}  // namespace

std::string_view to_word(KeyRole role) { return kKeyRoleWords.at(static_cast<std::size_t>(role)); }
std::string_view to_word(KeyState state) {
  return kKeyStateWords.at(static_cast<std::size_t>(state));
}

std::optional<KeyRole> key_role_of(std::string_view word) {
  const auto found = std::find(kKeyRoleWords.begin(), kKeyRoleWords.end(), word);
  if (found == kKeyRoleWords.end()) return std::nullopt;
  return static_cast<KeyRole>(found - kKeyRoleWords.begin());
}

std::size_t message_size(const KeyInfo& row) {
  return kKeyRowBytes + row.name.size() + row.from.size() + row.by.size() + row.message.size();
}

namespace wire {
namespace {

KeyRole role_from(std::uint8_t number, FieldReader& fields) {
  if (number < kKeyRoleWords.size()) return static_cast<KeyRole>(number);
  fields.refuse(ErrorCode::kUnsupported, "role of a key", "is unknown to this build");
  return KeyRole::kGuest;
}

KeyState state_from(std::uint8_t number, FieldReader& fields) {
  if (number < kKeyStateWords.size()) return static_cast<KeyState>(number);
  fields.refuse(ErrorCode::kUnsupported, "state of a key", "is unknown to this build");
  return KeyState::kRevoked;
}

ChangeKey::What what_from(std::uint8_t number, FieldReader& fields) {
  constexpr auto kLast = static_cast<std::uint8_t>(ChangeKey::What::kRevoke);
  if (number <= kLast) return static_cast<ChangeKey::What>(number);
  fields.refuse(ErrorCode::kUnsupported, "change of a key", "is unknown to this build");
  return ChangeKey::What::kRevoke;
}

}  // namespace

std::uint8_t role_number(std::optional<KeyRole> role) {
  return role ? static_cast<std::uint8_t>(*role) : kNoRole;
}

std::optional<KeyRole> read_role(std::uint8_t number, FieldReader& fields) {
  if (number == kNoRole) return std::nullopt;
  return role_from(number, fields);
}

PublicKey read_key(capnp::Data::Reader in, FieldReader& fields) {
  const auto key = fields.block<PublicKey>(in, "key");
  if (!key) fields.refuse("key", "is missing");
  return key;
}

void write(const Enrol& enrol, wire_schema::Enrol::Builder out) {
  out.setProtocol(enrol.protocol);
  out.setProduct(text_reader(shortened(enrol.product)));
  out.setGroup(text_reader(enrol.group));
  out.setName(text_reader(enrol.name));
  out.setKey(block_field(enrol.key));
}

Enrol read(wire_schema::Enrol::Reader in, FieldReader& fields) {
  fields.protocol(in.getProtocol());
  Enrol enrol;
  enrol.product = fields.text(in.getProduct(), "product");
  enrol.group = fields.name_or_empty(in.getGroup(), "group");
  enrol.name = fields.name(in.getName(), "name");
  enrol.key = read_key(in.getKey(), fields);
  return enrol;
}

void write(const Enrolled& enrolled, wire_schema::Enrolled::Builder out) {
  out.setState(static_cast<std::uint8_t>(enrolled.state));
  out.setText(text_reader(shortened(enrolled.text)));
}

Enrolled read(wire_schema::Enrolled::Reader in, FieldReader& fields) {
  return {state_from(in.getState(), fields), fields.text(in.getText(), "text")};
}

void write(const KeyInfo& info, wire_schema::KeyInfo::Builder out) {
  out.setKey(block_field(info.key));
  out.setName(text_reader(info.name));
  out.setRole(static_cast<std::uint8_t>(info.role));
  out.setState(static_cast<std::uint8_t>(info.state));
  out.setSinceMs(info.since.value);
  out.setUntilMs(info.until.value);
  out.setUsesLeft(info.uses_left);
  out.setFrom(text_reader(shortened(info.from)));
  out.setBy(text_reader(shortened(info.by)));
  out.setMessage(text_reader(shortened(info.message)));
}

KeyInfo read(wire_schema::KeyInfo::Reader in, FieldReader& fields) {
  KeyInfo info;
  info.key = read_key(in.getKey(), fields);
  info.name = fields.name(in.getName(), "name");
  info.role = role_from(in.getRole(), fields);
  info.state = state_from(in.getState(), fields);
  info.since = GroupTime(in.getSinceMs());
  info.until = GroupTime(in.getUntilMs());
  info.uses_left = in.getUsesLeft();
  info.from = fields.text(in.getFrom(), "address");
  info.by = fields.text(in.getBy(), "issuer");
  info.message = fields.text(in.getMessage(), "message");
  return info;
}

void write(const KeysReply& reply, wire_schema::KeysReply::Builder out) {
  auto rows = out.initRows(list_size(reply.rows.size()));
  for (unsigned i = 0; i < rows.size(); ++i) write(reply.rows[i], rows[i]);
  out.setMore(reply.more);
}

KeysReply read(wire_schema::KeysReply::Reader in, FieldReader& fields) {
  KeysReply reply;
  auto rows = in.getRows();
  reply.rows.resize(fields.count(rows.size(), "rows", kMaxPageRows));
  for (unsigned i = 0; i < reply.rows.size(); ++i) reply.rows[i] = read(rows[i], fields);
  reply.more = in.getMore();
  return reply;
}

void write(const ChangeKey& change, wire_schema::ChangeKey::Builder out) {
  out.setWhat(static_cast<std::uint8_t>(change.what));
  out.setKey(block_field(change.key));
  out.setName(text_reader(change.name));
  out.setRole(role_number(change.role));
  out.setTtlMs(change.ttl_ms);
  out.setUses(change.uses);
  out.setIssuer(text_reader(change.issuer));
  out.setMessage(text_reader(change.message));
  out.setReplace(change.replace);
}

ChangeKey read(wire_schema::ChangeKey::Reader in, FieldReader& fields) {
  ChangeKey change;
  change.what = what_from(in.getWhat(), fields);
  change.key = read_key(in.getKey(), fields);
  change.name = fields.name_or_empty(in.getName(), "name");
  change.role = read_role(in.getRole(), fields);
  change.ttl_ms = in.getTtlMs();
  change.uses = in.getUses();
  change.issuer = fields.text(in.getIssuer(), "issuer");
  change.message = fields.text(in.getMessage(), "message");
  change.replace = in.getReplace();
  return change;
}

}  // namespace wire

Bytes encode(const KeyInfo& info) {
  ScratchMessage builder;
  wire::write(info, builder.initRoot<wire_schema::KeyInfo>());
  return to_bytes(builder);
}

Result<KeyInfo> decode_key_info(ByteView bytes) {
  return with_capnp("key", [&]() -> Result<KeyInfo> {
    CapnpReader reader(bytes);
    wire::FieldReader fields;
    auto info = wire::read(reader.root<wire_schema::KeyInfo>(), fields);
    return fields.checked(std::move(info));
  });
}

}  // namespace groupctl
