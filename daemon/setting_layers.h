// Settings from everywhere, and which of them counts.
#pragma once

#include "daemon/settings.h"

namespace groupctl {

/// What a command line says about settings.
struct GivenSettings {
  Settings flags;                 ///< by --flag
  std::vector<std::string> sets;  ///< the values of --set, in order
  std::string config;             ///< of --config; empty: not given
  std::string kept = {};          ///< ProgramSpec::kept
};

/// Merges the layers for a verb with these flags; see parse_flags() for their order. `known` are
/// the flags that have variables and keys; the others come from the command line or their defaults.
/// `program` is "member" or "coordinator"; empty: there are no files. Errors: kInvalid, kNotFound,
/// kIo, one line.
Result<Settings> merged_settings(const std::vector<FlagSpec>& flags,
                                 const std::vector<FlagSpec>& known, const std::string& program,
                                 const GivenSettings& given);

}  // namespace groupctl
