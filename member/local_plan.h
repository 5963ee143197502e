// What a local command changes: decided before anything is written. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "member/deviations.h"
#include "wire/local_messages.h"

namespace groupctl {

struct LocalPlan {
  /// Intended deltas that are put, or go (nullopt).
  std::map<std::string, std::optional<IntendedDelta>> rows;
  std::vector<std::string> keys;  ///< what it is about: state keys
  std::vector<std::string> work;  ///< artefacts to bring to what is then wanted
};

/// Errors: kInvalid for words that are no name, version, property ...; kNotFound for a name that
/// neither the group nor this member has anything of; kRefused beyond Intentions::kMaxIntended.
Result<LocalPlan> plan_local(const LocalCommand& command, const LocalView& view);

}  // namespace groupctl
