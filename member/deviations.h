// What this member has otherwise than the group wants, as rows for people and programs. Pure.
#pragma once

#include <optional>
#include <vector>

#include "commands/state/delta.h"
#include "wire/question_messages.h"

namespace groupctl {

/// A member as its deviations see it.
struct LocalView {
  const GroupState& state;
  const std::optional<MemberRow>& me;
  const Intended& intended;
  const Actual& actual;
};

/// Every deviation, by key: of one key the intended one first, then what was observed.
std::vector<Deviation> deviations(const LocalView& view);

}  // namespace groupctl
