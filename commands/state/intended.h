// What a member runs otherwise than the group wants, on purpose: because a private repository has
// its own build of it, or because somebody said so on that member.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "commands/state/desired.h"

namespace groupctl {

enum class Cause : std::uint8_t {
  kOverride,  ///< a private repository holds another build of what the group wants
  kLocal,     ///< a local command
  kHold,      ///< left as it is until it is released
};

struct LeftAsItIs {
  bool operator==(const LeftAsItIs&) const = default;
};
struct NoRelease {
  bool operator==(const NoRelease&) const = default;
};
struct NoValue {
  bool operator==(const NoValue&) const = default;
};
/// Whether it is to run; of a key run/NAME.
struct WantedRun {
  bool running = true;
  bool operator==(const WantedRun&) const = default;
};
/// What is wanted instead of what the group wants: of an artefact the first three, of a property
/// the next two.
using Wanted = std::variant<LeftAsItIs, Release, NoRelease, std::string, NoValue, WantedRun>;

struct IntendedDelta {
  Cause cause = Cause::kLocal;
  Wanted wanted;
  std::string who;
  std::uint64_t when_ms = 0;  ///< since 1970 by the member's clock; 0: not known; for people only
  std::string why;
  Sequence over = {};  ///< of an override: the group's assignment that it stands in for
  bool operator==(const IntendedDelta&) const = default;
};
using Intended = std::map<std::string, IntendedDelta, std::less<>>;  ///< by state key

/// Whether a group command for this key ends `overridden` and leaves the member as it is. An
/// override does not: every command looks along the repositories anew. What is held is not started
/// or stopped either.
bool stands_against_commands(const Intended& intended, std::string_view key);
/// The row that does; nullptr: none.
const IntendedDelta* standing_against(const Intended& intended, std::string_view key);

/// Where a member is going: what the group desires of it, with the intended deltas laid over.
/// Sequences are those of the group's assignments; zero where an intended delta says what counts.
struct Aim {
  Desired desired;
  std::set<std::string> left;  ///< artefacts that are held; not among the desired
  bool operator==(const Aim&) const = default;
};
Aim with_intended(Desired desired, const Intended& intended);
/// state + intended. A member that the roster does not have has its intended deltas alone.
Aim aim_for(const GroupState& state, const std::optional<MemberRow>& member,
            const Intended& intended);
/// The part of aim_for() that is about artefacts, which is all that an observed delta is about.
Aim artefact_aim_for(const GroupState& state, const std::optional<MemberRow>& member,
                     const Intended& intended);

/// Whether the state says for this member what the delta wants: then it is no deviation. A hold
/// always is one. Of a member that the roster does not have the state says nothing at all.
bool says_the_same(const GroupState& state, const std::optional<MemberRow>& member,
                   std::string_view key, const IntendedDelta& delta);

/// Whether the row means nothing (any more): the state says what it wants, or it is an override of
/// what is no longer wanted of this member. Nothing is void of one that the roster does not have.
bool is_void(const GroupState& state, const std::optional<MemberRow>& member, std::string_view key,
             const IntendedDelta& delta);

std::string_view to_word(Cause cause);

}  // namespace groupctl
