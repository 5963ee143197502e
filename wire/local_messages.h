// The member's own socket (ipc): what `group-member status`, `local ...`, `diff` and `leave` say to
// a running member. One request, one answer.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "log/result.h"
#include "wire/member_messages.h"
#include "wire/question_messages.h"

namespace groupctl {

struct LocalStatusQuery {
  bool operator==(const LocalStatusQuery&) const = default;
};
struct LocalLeave {
  bool operator==(const LocalLeave&) const = default;
};

// ---- commands for this member alone

struct LocalDeploy {
  std::string name;
  std::string version;
  ArtefactDigest digest;
  std::string deployer;  ///< empty: the default one
  Bytes config;
  bool operator==(const LocalDeploy&) const = default;
};
struct LocalUndeploy {
  std::string name;
  bool operator==(const LocalUndeploy&) const = default;
};
struct LocalSet {
  std::vector<std::pair<std::string, std::string>> pairs;
  bool operator==(const LocalSet&) const = default;
};
struct LocalUnset {
  std::vector<std::string> keys;
  bool operator==(const LocalUnset&) const = default;
};
/// An artefact runs, or does not, until it is released.
struct LocalStart {
  std::string name;
  bool operator==(const LocalStart&) const = default;
};
struct LocalStop {
  std::string name;
  bool operator==(const LocalStop&) const = default;
};
/// Leaves an artefact as it is until it is released.
struct LocalHold {
  std::string name;
  bool operator==(const LocalHold&) const = default;
};
/// An artefact or a property is as the group wants it again.
struct LocalRelease {
  std::string name;
  bool operator==(const LocalRelease&) const = default;
};
/// The same for several, and what deviates otherwise is brought in line too.
struct LocalReconcile {
  std::vector<std::string> names;  ///< names or state keys; none: all that deviates
  bool operator==(const LocalReconcile&) const = default;
};
/// Looks now at what is in place.
struct LocalScan {
  bool operator==(const LocalScan&) const = default;
};
using LocalVerb = std::variant<LocalDeploy, LocalUndeploy, LocalSet, LocalUnset, LocalHold,
                               LocalRelease, LocalReconcile, LocalScan, LocalStart, LocalStop>;
struct LocalCommand {
  LocalVerb verb;
  std::string who;
  std::uint64_t when_ms = 0;  ///< since 1970, for people
  std::string why;
  bool operator==(const LocalCommand&) const = default;
};

/// Question is one of question_messages.h.
using LocalRequest = std::variant<LocalStatusQuery, LocalLeave, LocalCommand, Question>;

struct LocalDelta {
  std::string key;
  std::string kind;  ///< observed: "pending" ...; intended: its cause, "local" ...
  Sequence sequence;
  std::string text;
  bool operator==(const LocalDelta&) const = default;
};
struct LocalArtefact {
  std::string name;
  std::string version;
  ArtefactDigest digest;
  std::string run = {};  ///< as PlacedArtefact has it
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
/// A LocalCommand is answered by a JobState when it has been carried out.
using LocalReply = std::variant<LocalStatus, LocalLeft, Refused, Answer>;

Bytes encode(const LocalRequest& request);
Result<LocalRequest> decode_local_request(ByteView bytes);
Bytes encode(const LocalReply& reply);
Result<LocalReply> decode_local_reply(ByteView bytes);

}  // namespace groupctl
