// Where artefacts come from, as it is configured and travels.
#pragma once

#include <string_view>
#include <vector>

#include "log/result.h"

namespace groupctl {

/// The coordinator's own: what `groupctl repo put` was given.
inline constexpr std::string_view kGroupRepository = "group:";

/// The repositories that all members share, in order: `group:` first, then `file:DIR` (DIR
/// absolute), none twice. Errors: kInvalid, kUnsupported.
Status check_shared_tail(const std::vector<std::string>& urls);

/// A member's chain as it is configured, cut in two.
struct RepositoryChain {
  std::vector<std::string> own;     ///< private, asked first
  std::vector<std::string> shared;  ///< from `group:` on; empty: as the coordinator says
};
/// Errors: those of check_shared_tail().
Result<RepositoryChain> cut_chain(const std::vector<std::string>& urls);

}  // namespace groupctl
