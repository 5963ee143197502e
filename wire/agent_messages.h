// The plane of group-agent: what groupctl asks it, and what it answers. Every request carries an id
// that its answer repeats; the conversation is drawn in wire/agent.capnp.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "log/keys.h"
#include "log/result.h"
#include "log/types.h"
#include "wire/member_messages.h"

namespace groupctl {

using AgentRequestId = Number<struct AgentRequestIdMeaning>;

/// How many members one agent has at most: an answer has a row for each.
inline constexpr std::size_t kMaxAgentMembers = 64;
/// Of one request: a spawn with all the labels that a member may have.
inline constexpr std::size_t kMaxAgentRequestBytes = 64 * 1024;

/// Of one answer: rows of all members, with their texts.
inline constexpr std::size_t kMaxAgentReplyBytes = 2 * kMaxMessageBytes;

/// A member of one of an agent's groups.
struct MemberRef {
  std::string group;
  std::string name;
  auto operator<=>(const MemberRef&) const = default;
};

/// With this groupctl begins a connection: an agent of another protocol is asked nothing else.
struct AgentHello {
  std::uint32_t protocol = kProtocolVersion;
  std::string product;
  bool operator==(const AgentHello&) const = default;
};
struct AgentHelloReply {
  std::uint32_t protocol = kProtocolVersion;
  std::string product;
  bool operator==(const AgentHelloReply&) const = default;
};

/// What is with a member's process.
enum class AgentMemberState : std::uint8_t {
  kStopped,   ///< there is none, and none is to be
  kStarting,  ///< it is there, and has not answered its own socket yet
  kRunning,   ///< it has
  kStopping,  ///< it was told to end
  kFailing,   ///< it ended, or could not be started, and is tried again in a while
};
inline constexpr AgentMemberState kLastAgentMemberState = AgentMemberState::kFailing;
std::string_view to_word(AgentMemberState state);

struct AgentMember {
  MemberRef member;
  AgentMemberState state = AgentMemberState::kStopped;
  bool wanted = false;         ///< it is to run
  std::uint32_t pid = 0;       ///< 0: there is no process
  std::uint64_t since_ms = 0;  ///< so long it has been in this state
  std::string phase;           ///< of its session, as it said last; empty: it has not answered
  std::string text;            ///< how it ended last, or why it does not start
  bool operator==(const AgentMember&) const = default;
};

struct AgentMembersQuery {
  bool operator==(const AgentMembersQuery&) const = default;
};
struct AgentMembersReply {
  std::vector<AgentMember> rows;  ///< by group and name
  bool operator==(const AgentMembersReply&) const = default;
};

/// Asked again it is begun again only as far as it is not so already; a restart is one more.
struct SteerMember {
  enum class What : std::uint8_t { kStart, kStop, kRestart };
  What what = What::kStart;
  MemberRef member;
  bool operator==(const SteerMember&) const = default;
};
std::string_view to_word(SteerMember::What what);

/// A member from nothing. These settings and no others: what comes by the network names no program
/// and no path.
struct SpawnMember {
  MemberRef member;
  std::string coordinator;  ///< the group's member endpoint
  PublicKey server_key;     ///< the coordinator's
  SecretKey token;          ///< lets it in
  Labels labels;
  bool operator==(const SpawnMember&) const = default;
};

struct AgentRefused {
  ErrorCode code = ErrorCode::kRefused;
  std::string text;
  bool operator==(const AgentRefused&) const = default;
};

using AgentRequest = std::variant<AgentHello, AgentMembersQuery, SteerMember, SpawnMember>;
using AgentReply = std::variant<AgentHelloReply, AgentMembersReply, AgentMember, AgentRefused>;

Bytes encode(AgentRequestId id, const AgentRequest& request);
struct IdentifiedAgentRequest {
  AgentRequestId id;
  AgentRequest request;
};
/// Errors: kInvalid; kUnsupported for what a later protocol may know.
Result<IdentifiedAgentRequest> decode_agent_request(ByteView bytes);
/// The id of a request that was refused, to answer it; 0 when it has none.
AgentRequestId peek_agent_request_id(ByteView bytes);

Bytes encode(AgentRequestId id, const AgentReply& reply);
struct IdentifiedAgentReply {
  AgentRequestId id;
  AgentReply reply;
};
Result<IdentifiedAgentReply> decode_agent_reply(ByteView bytes);

}  // namespace groupctl
