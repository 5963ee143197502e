// SIGHUP: reads the settings again while the process runs.
#pragma once

#include "daemon/flags.h"

namespace groupctl {

/// What another reading of the settings means for a running process.
struct SettingChanges {
  std::vector<std::string> taken;    ///< keys of live settings that are others now
  std::vector<std::string> restart;  ///< keys of the others: the process runs as before
};
/// Both by ParsedFlags of the same verb. The values count, not their sources.
SettingChanges changes_between(const std::vector<FlagSpec>& flags, const ParsedFlags& running,
                               const ParsedFlags& read);

/// Keeps how the process was started.
class Rereader {
 public:
  /// `argv` is that of main; all of it outlives this.
  Rereader(ProgramSpec program, int argc, const char* const* argv, ParsedFlags running)
      : program_(std::move(program)), argc_(argc), argv_(argv), running_(std::move(running)) {}

  /// Reads flags, variables and files again, takes the log level, and logs which keys are others
  /// and which of them need a restart. What cannot be read changes nothing, and is logged.
  void reread(std::string_view component);

 private:
  const ProgramSpec program_;
  const int argc_;
  const char* const* const argv_;
  ParsedFlags running_;  ///< the settings that the process runs by
};

}  // namespace groupctl
