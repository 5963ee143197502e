// The member's own socket (ipc): what `group-member status` and `group-member leave` say to a
// running member. One request, one answer.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "log/result.h"
#include "wire/member_messages.h"

namespace groupctl {

struct LocalStatusQuery {
  bool operator==(const LocalStatusQuery&) const = default;
};
struct LocalLeave {
  bool operator==(const LocalLeave&) const = default;
};
using LocalRequest = std::variant<LocalStatusQuery, LocalLeave>;

struct LocalDelta {
  std::string key;
  std::string kind;  ///< "pending", "failed", "foreign"
  Sequence sequence;
  std::string text;
  bool operator==(const LocalDelta&) const = default;
};
struct LocalArtefact {
  std::string name;
  std::string version;
  ArtefactDigest digest;
  bool operator==(const LocalArtefact&) const = default;
};
struct LocalStatus {
  std::string group;
  std::string name;
  MemberId id;
  ServerId server_id;
  LogId log_id;
  Epoch epoch;
  std::string phase;
  Watermarks marks;
  Sequence known_head;
  Hash chain;
  Hash state_digest;
  bool coordinator_up = false;
  std::string note;  ///< why, when it is not in step
  std::vector<LocalDelta> delta;
  std::vector<LocalArtefact> artefacts;  ///< in place
  std::vector<std::pair<std::string, std::string>> properties;
  bool operator==(const LocalStatus&) const = default;
};
struct LocalLeft {
  bool operator==(const LocalLeft&) const = default;
};
using LocalReply = std::variant<LocalStatus, LocalLeft, Refused>;

Bytes encode(const LocalRequest& request);
Result<LocalRequest> decode_local_request(ByteView bytes);
Bytes encode(const LocalReply& reply);
Result<LocalReply> decode_local_reply(ByteView bytes);

}  // namespace groupctl
