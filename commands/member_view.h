// A member at one moment, by its own word: what a command is given that asks for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/state/delta.h"
#include "log/outcome.h"
#include "log/store.h"

namespace groupctl {

/// A copy: state, deltas and marks belong together, and stay as they are.
struct MemberView {
  std::string group;
  std::string member;
  std::string product;
  std::string phase;  ///< where it is with its coordinator
  std::string note;   ///< why it is there, if that is not as it should be
  Epoch epoch;
  Sequence executed;
  Sequence known_head;
  LogHead head;  ///< of its own log: R and the digest of the state
  GroupState state;
  std::optional<MemberRow> me;
  Actual actual;
  Intended intended;
  std::vector<OutcomeReport> outcomes;  ///< not recorded by the coordinator yet
};

}  // namespace groupctl
