// Deployers as tests make them.
#pragma once

#include "member/host/dir_deployer.h"

namespace groupctl::testing {

/// There is no keeper: nothing can be run.
inline const Programs& no_programs() {
  static const Programs none({}, [] { return false; });
  return none;
}

inline DirDeployer dir_deployer(std::string root,
                                std::size_t keep_versions = Releases::kKeepVersions) {
  return {Releases(std::move(root), "dir", keep_versions), HealthChecks(no_programs())};
}

/// What a deployer that runs nothing says of a release in place.
inline Placed placed(const Release& release) {
  return {release.version, release.digest, recipe_of(release)};
}

}  // namespace groupctl::testing
