#include "wire/group_fields.h"

#include "wire/admin_rows.h"

namespace groupctl {
namespace {

// Room that a row takes beside its texts, and a count of members.
constexpr std::size_t kGroupRowBytes = 160;
constexpr std::size_t kCountBytes = 8;

}  // namespace

std::size_t message_size(const GroupInfo& row) {
  const PlaneEndpoints& planes = row.endpoints;
  return kGroupRowBytes + row.name.size() + row.cause.size() + planes.member.size() +
         planes.command.size() + planes.admin.size() + row.members.size() * kCountBytes;
}

namespace wire {
namespace {

void write(const PlaneEndpoints& planes, wire_schema::PlaneEndpoints::Builder out) {
  out.setMember(text_reader(planes.member));
  out.setCommand(text_reader(planes.command));
  out.setAdmin(text_reader(planes.admin));
}

PlaneEndpoints read(wire_schema::PlaneEndpoints::Reader in, FieldReader& fields) {
  PlaneEndpoints planes;
  planes.member = fields.text(in.getMember(), "member endpoint");
  planes.command = fields.text(in.getCommand(), "command endpoint");
  planes.admin = fields.text(in.getAdmin(), "admin endpoint");
  return planes;
}

}  // namespace

void write(const CreateGroup& create, wire_schema::CreateGroup::Builder out) {
  out.setName(text_reader(create.name));
  write(create.endpoints, out.initEndpoints());
  out.setClientHigh(create.request.high);
  out.setClientLow(create.request.low);
}

CreateGroup read(wire_schema::CreateGroup::Reader in, FieldReader& fields) {
  CreateGroup create;
  create.name = fields.name(in.getName(), "group");
  create.endpoints = read(in.getEndpoints(), fields);
  create.request = {in.getClientHigh(), in.getClientLow()};
  return create;
}

void write(const DeleteGroup& deletion, wire_schema::DeleteGroup::Builder out) {
  out.setName(text_reader(deletion.name));
  out.setClientHigh(deletion.request.high);
  out.setClientLow(deletion.request.low);
}

DeleteGroup read(wire_schema::DeleteGroup::Reader in, FieldReader& fields) {
  return {fields.name(in.getName(), "group"), {in.getClientHigh(), in.getClientLow()}};
}

void write(const GroupInfo& info, wire_schema::GroupInfo::Builder out) {
  out.setName(text_reader(info.name));
  out.setQuarantined(info.quarantined);
  out.setCause(text_reader(shortened(info.cause)));
  write(info.endpoints, out.initEndpoints());
  out.setHead(info.head.value);
  write(info.members, out.initMembers(list_size(info.members.size())));
}

GroupInfo read(wire_schema::GroupInfo::Reader in, FieldReader& fields) {
  GroupInfo info;
  info.name = fields.name(in.getName(), "group");
  info.quarantined = in.getQuarantined();
  info.cause = fields.text(in.getCause(), "cause");
  info.endpoints = read(in.getEndpoints(), fields);
  info.head = Sequence(in.getHead());
  info.members = read(in.getMembers(), fields);
  return info;
}

}  // namespace wire
}  // namespace groupctl
