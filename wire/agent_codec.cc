// The plane of group-agent.
#include <array>

#include "wire/agent.capnp.h"
#include "wire/agent_messages.h"
#include "wire/endpoint.h"
#include "wire/fields.h"

namespace groupctl {
namespace {

using namespace wire;

constexpr std::array<std::string_view, 5> kAgentStateWords = {"stopped", "starting", "running",
                                                              "stopping", "failing"};
constexpr std::array<std::string_view, 3> kSteerWords = {"start", "stop", "restart"};

void write(const AgentMember& row, wire_schema::AgentMember::Builder out) {
  out.setGroup(text_reader(row.member.group));
  out.setName(text_reader(row.member.name));
  out.setState(static_cast<wire_schema::AgentMemberState>(row.state));
  out.setWanted(row.wanted);
  out.setPid(row.pid);
  out.setSinceMs(row.since_ms);
  out.setPhase(text_reader(shortened(row.phase)));
  out.setText(text_reader(shortened(row.text)));
}

AgentMember read(wire_schema::AgentMember::Reader in, FieldReader& fields) {
  AgentMember row;
  row.member = {fields.name(in.getGroup(), "group"), fields.name(in.getName(), "member")};
  const auto state = static_cast<std::size_t>(in.getState());
  if (state < kAgentStateWords.size()) {
    row.state = static_cast<AgentMemberState>(state);
  } else {
    fields.refuse(ErrorCode::kUnsupported, "state of a member", "is unknown to this build");
  }
  row.wanted = in.getWanted();
  row.pid = in.getPid();
  row.since_ms = in.getSinceMs();
  row.phase = fields.text(in.getPhase(), "phase");
  row.text = fields.text(in.getText(), "text of a member");
  return row;
}

// ---- requests

struct AgentRequestWriter {
  wire_schema::AgentRequest::Builder out;
  void operator()(const AgentHello& m) {
    auto hello = out.initHello();
    hello.setProtocol(m.protocol);
    hello.setProduct(text_reader(m.product));
  }
  void operator()(const AgentMembersQuery&) { out.setMembers(); }
  void operator()(const SteerMember& m) {
    auto steer = out.initSteer();
    steer.setWhat(static_cast<wire_schema::SteerMemberWhat>(m.what));
    steer.setGroup(text_reader(m.member.group));
    steer.setName(text_reader(m.member.name));
  }
  void operator()(const SpawnMember& m) {
    auto spawn = out.initSpawn();
    spawn.setGroup(text_reader(m.member.group));
    spawn.setName(text_reader(m.member.name));
    spawn.setCoordinator(text_reader(m.coordinator));
    spawn.setServerKey(block_field(m.server_key));
    spawn.setToken(block_field(m.token));
    wire::write(m.labels, spawn.initLabels(list_size(m.labels.size())));
  }
};

AgentHello read(wire_schema::AgentHello::Reader in, FieldReader& fields) {
  fields.protocol(in.getProtocol());
  return {in.getProtocol(), fields.text(in.getProduct(), "product")};
}

SteerMember read(wire_schema::SteerMember::Reader in, FieldReader& fields) {
  SteerMember steer;
  const auto what = static_cast<std::size_t>(in.getWhat());
  if (what >= kSteerWords.size()) {
    fields.refuse(ErrorCode::kUnsupported, "what is to become of a member",
                  "is unknown to this build");
  } else {
    steer.what = static_cast<SteerMember::What>(what);
  }
  steer.member = {fields.name(in.getGroup(), "group"), fields.name(in.getName(), "member")};
  return steer;
}

/// A socket file would be a path of this machine, which nobody names from elsewhere.
std::string read_coordinator(capnp::Text::Reader text, FieldReader& fields) {
  std::string endpoint = fields.text(text, "coordinator");
  const Status valid = check_endpoint(endpoint);
  if (!valid) fields.refuse("coordinator", valid.error());
  if (!endpoint.starts_with(kTcp)) fields.refuse("coordinator", "is no tcp:// endpoint");
  return endpoint;
}

SpawnMember read(wire_schema::SpawnMember::Reader in, FieldReader& fields) {
  SpawnMember spawn;
  spawn.member = {fields.name(in.getGroup(), "group"), fields.name(in.getName(), "member")};
  spawn.coordinator = read_coordinator(in.getCoordinator(), fields);
  spawn.server_key = fields.block<PublicKey>(in.getServerKey(), "server key");
  if (!spawn.server_key) fields.refuse("server key", "is missing");
  spawn.token = fields.block<SecretKey>(in.getToken(), "token");
  if (!spawn.token) fields.refuse("token", "is missing");
  spawn.labels = fields.labels(in.getLabels());
  return spawn;
}

Result<AgentRequest> read_request(wire_schema::AgentRequest::Reader in, FieldReader& fields) {
  switch (in.which()) {
    case wire_schema::AgentRequest::HELLO:
      return read(in.getHello(), fields);
    case wire_schema::AgentRequest::MEMBERS:
      return AgentMembersQuery{};
    case wire_schema::AgentRequest::STEER:
      return read(in.getSteer(), fields);
    case wire_schema::AgentRequest::SPAWN:
      return read(in.getSpawn(), fields);
  }
  return unknown_kind("agent request", static_cast<unsigned>(in.which()));
}

// ---- replies

struct AgentReplyWriter {
  wire_schema::AgentReply::Builder out;
  void operator()(const AgentHelloReply& m) {
    auto hello = out.initHello();
    hello.setProtocol(m.protocol);
    hello.setProduct(text_reader(m.product));
  }
  void operator()(const AgentMembersReply& m) {
    auto rows = out.initMembers(list_size(m.rows.size()));
    for (unsigned i = 0; i < rows.size(); ++i) write(m.rows[i], rows[i]);
  }
  void operator()(const AgentMember& m) { write(m, out.initMember()); }
  void operator()(const AgentRefused& m) { wire::write(m.code, m.text, out.initRefused()); }
};

AgentHelloReply read(wire_schema::AgentHelloReply::Reader in, FieldReader& fields) {
  return {in.getProtocol(), fields.text(in.getProduct(), "product")};
}

AgentMembersReply read(capnp::List<wire_schema::AgentMember>::Reader list, FieldReader& fields) {
  AgentMembersReply reply;
  reply.rows.resize(fields.count(list.size(), "members", kMaxAgentMembers));
  for (unsigned i = 0; i < reply.rows.size(); ++i) reply.rows[i] = read(list[i], fields);
  return reply;
}

Result<AgentReply> read_reply(wire_schema::AgentReply::Reader in, FieldReader& fields) {
  switch (in.which()) {
    case wire_schema::AgentReply::HELLO:
      return read(in.getHello(), fields);
    case wire_schema::AgentReply::MEMBERS:
      return read(in.getMembers(), fields);
    case wire_schema::AgentReply::MEMBER:
      return read(in.getMember(), fields);
    case wire_schema::AgentReply::REFUSED:
      return fields.complaint_of<AgentRefused>(in.getRefused());
  }
  return unknown_kind("agent reply", static_cast<unsigned>(in.which()));
}

}  // namespace

std::string_view to_word(AgentMemberState state) {
  return kAgentStateWords.at(static_cast<std::size_t>(state));
}

std::string_view to_word(SteerMember::What what) {
  return kSteerWords.at(static_cast<std::size_t>(what));
}

Bytes encode(AgentRequestId id, const AgentRequest& request) {
  ScratchMessage builder;
  auto root = builder.initRoot<wire_schema::AgentRequest>();
  root.setId(id.value);
  std::visit(AgentRequestWriter{root}, request);
  return to_bytes(builder);
}

Result<IdentifiedAgentRequest> decode_agent_request(ByteView bytes) {
  if (auto size = check_size(bytes, kMaxAgentRequestBytes, "agent request"); !size) {
    return tl::unexpected<Error>(size.error());
  }
  return with_capnp("agent request", [&]() -> Result<IdentifiedAgentRequest> {
    CapnpReader reader(bytes);
    auto root = reader.root<wire_schema::AgentRequest>();
    FieldReader fields;
    auto request = read_request(root, fields);
    if (!request) return tl::unexpected<Error>(request.error());
    return fields.checked(
        IdentifiedAgentRequest{AgentRequestId(root.getId()), *std::move(request)});
  });
}

AgentRequestId peek_agent_request_id(ByteView bytes) {
  auto id = with_capnp("agent request", [&]() -> Result<AgentRequestId> {
    CapnpReader reader(bytes);
    return AgentRequestId(reader.root<wire_schema::AgentRequest>().getId());
  });
  return id.value_or(AgentRequestId());
}

Bytes encode(AgentRequestId id, const AgentReply& reply) {
  ScratchMessage builder;
  auto root = builder.initRoot<wire_schema::AgentReply>();
  root.setId(id.value);
  std::visit(AgentReplyWriter{root}, reply);
  return to_bytes(builder);
}

Result<IdentifiedAgentReply> decode_agent_reply(ByteView bytes) {
  if (auto size = check_size(bytes, kMaxAgentReplyBytes, "agent reply"); !size) {
    return tl::unexpected<Error>(size.error());
  }
  return with_capnp("agent reply", [&]() -> Result<IdentifiedAgentReply> {
    CapnpReader reader(bytes);
    auto root = reader.root<wire_schema::AgentReply>();
    FieldReader fields;
    auto reply = read_reply(root, fields);
    if (!reply) return tl::unexpected<Error>(reply.error());
    return fields.checked(IdentifiedAgentReply{AgentRequestId(root.getId()), *std::move(reply)});
  });
}

}  // namespace groupctl
