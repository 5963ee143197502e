// What each role may do: one table, and what is not in it nobody may.
#pragma once

#include <optional>
#include <string_view>

#include "wire/admin_messages.h"
#include "wire/key_messages.h"
#include "wire/member_messages.h"

namespace groupctl {

/// All that can be asked of a coordinator, as far as roles tell it apart.
enum class Verb : std::uint8_t {
  // the member plane
  kHello,
  kJoin,
  kReplay,
  kSnapshot,
  kAck,
  kLeave,
  kProbeReply,
  kAnswer,
  kFetch,
  // both planes
  kEnrol,
  kRotateKey,
  // the admin plane
  kGreet,
  kSubmit,
  kForesee,     ///< what a submit would do
  kPredict,     ///< what members foretell of it
  kPrediction,  ///< what was foretold
  kWatch,
  kStatus,
  kMembers,
  kLog,
  kMember,
  kAskLook,    ///< a question that changes nothing
  kAskChange,  ///< one that has a member reconcile or rehearse, or cannot be read
  kPut,
  kPutChunk,
  kVerify,
  kCollectLook,
  kCollect,
  kState,
  kGroups,
  kCreateGroup,
  kDeleteGroup,
  kRecoverLook,
  kRecover,
  kKeys,
  kChangeKey,
};
inline constexpr Verb kLastVerb = Verb::kChangeKey;

/// How it stands in the audit log and in the table.
std::string_view to_word(Verb verb);
/// What somebody who asks for it wants to do, in words for people: "who may not ...".
std::string_view to_phrase(Verb verb);
Verb verb_of(const MemberMessage& message);
Verb verb_of(const AdminRequest& request);

/// How a key stands when it is used.
enum class Standing : std::uint8_t { kUnknown, kPending, kAccepted, kRejected, kRevoked, kExpired };
inline constexpr Standing kLastStanding = Standing::kExpired;
std::string_view to_word(Standing standing);

/// The table.
bool is_allowed(KeyRole role, Standing standing, Verb verb);

}  // namespace groupctl
