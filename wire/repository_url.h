// Where artefacts come from, as it is configured and travels.
#pragma once

#include <string_view>
#include <vector>

#include "log/result.h"

namespace groupctl {

/// The coordinator's own: what `groupctl repo put` was given.
inline constexpr std::string_view kGroupRepository = "group:";

/// A folder of the machine itself.
inline constexpr std::string_view kFile = "file:";

/// `file:DIR`, DIR absolute. Error: kInvalid.
Status check_file_url(std::string_view url);

/// What may stand in a chain: `group:`, `file:DIR`, or a web server's folder (check_http_url()).
/// Error: kInvalid.
Status check_repository(std::string_view url);

/// The repositories that all members share, in order: `group:` first, then others, none twice.
/// Error: kInvalid.
Status check_shared_tail(const std::vector<std::string>& urls);

/// A member's chain as it is configured, cut in two.
struct RepositoryChain {
  std::vector<std::string> own;     ///< private, asked first
  std::vector<std::string> shared;  ///< from `group:` on; empty: as the coordinator says
};
/// Error: kInvalid.
Result<RepositoryChain> cut_chain(const std::vector<std::string>& urls);

}  // namespace groupctl
