// A call as the contract of docs/deployer.md words it: whoever calls a deployer, it is told the
// same.
#pragma once

#include <string>
#include <string_view>

#include "deployers/call.h"

namespace groupctl::deployers {

/// What a call is about. The paths are absolute.
struct Subject {
  std::string artefact;
  std::string version;
  std::string digest;       ///< "sha256:", and 64 hex digits
  std::string release_dir;  ///< with the release's files; a `plan` is not told
  std::string current_link;
  std::string config_file;
  std::string config;     ///< what is in that file
  std::string state_dir;  ///< where the program runs
  std::string handle;     ///< the last one that it said
};

/// Whether it is a sub-command that changes nothing, which has kQuickMs.
bool only_asks(std::string_view command);

/// The environment gets the first attempt's variables of the subject; the caller adds the rest. A
/// configuration that is JSON, kMaxJsonDepth deep at most, is given as such in the input; another
/// one is in its file alone.
Call call_about(const std::string& command, const Subject& subject);

}  // namespace groupctl::deployers
