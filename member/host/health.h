// Whether what was put in place or started is well: a release says which program tells.
#pragma once

#include <string>

#include "member/host/programs.h"
#include "member/host/release_files.h"

namespace groupctl {

/// As what the program that tells is run.
struct HealthAs {
  Environment environment = {};  ///< beside what a release's programs are told
  std::string user = {};         ///< empty: the member's own
};

class HealthChecks {
 public:
  /// `programs` outlives it.
  explicit HealthChecks(const Programs& programs) : programs_(&programs) {}

  /// Asks until the release's program ends with 0, again after every_ms, for within_ms at most. Of
  /// a release without one nothing is asked. Step: "health", with how it ended last.
  StepResult<void> await(const ReleaseRecord& record, const std::string& folder,
                         const HealthAs& as = {}) const;

 private:
  const Programs* programs_;
};

/// What programs of a release are told of it: GROUP_ARTEFACT, GROUP_VERSION, GROUP_DIGEST,
/// GROUP_RELEASE_DIR.
Environment environment_of(const ReleaseRecord& record, const std::string& folder);

}  // namespace groupctl
