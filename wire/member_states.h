// What operators see of a member, in one word.
#pragma once

#include <cstdint>
#include <string_view>

namespace groupctl {

/// States of a member as operators see them; disjoint.
enum class MemberState : std::uint8_t {
  kJoining,
  kReplaying,
  kInStep,
  kBehind,
  kHeld,
  kDrifted,
  kFailed,
  kDrained,
  kLost,
  kLeft,
  kQuarantined,
};

/// lower_snake with '-' as operators see it: "in-step".
std::string_view to_word(MemberState state);

}  // namespace groupctl
