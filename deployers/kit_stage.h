// The stage on which the kit has a deployer play: releases, folders, and calls as a member's.
#pragma once

#include <map>
#include <string>

#include "deployers/call.h"
#include "deployers/kit.h"

namespace groupctl::deployers {

class KitStage {
 public:
  KitStage(const KitConfig& config, const std::function<bool()>& cancelled)
      : config_(&config), cancelled_(&cancelled) {}

  /// Makes two releases and the deployer's own folder. Errors: kIo.
  Status set_up() const;
  /// The call of that sub-command for a release: "1.0" or "2.0".
  CallEnd call(const std::string& command, const std::string& version);
  /// The same, refused when others could change the program.
  CallEnd call_checked(const std::string& command);
  /// Kills it with all that it started after so long, if it has not ended.
  CallEnd call_killed(const std::string& command, const std::string& version,
                      std::uint64_t after_ms);
  /// What `status` says, with its version; "nothing" if it has no such sub-command.
  Result<std::string> status(const std::string& version);
  /// What the files of the releases are, to compare.
  std::map<std::string, std::string> releases() const;

 private:
  Call call_of(const std::string& command, const std::string& version) const;
  CallEnd run(const Call& call, bool checked);

  const KitConfig* config_;
  const std::function<bool()>* cancelled_;
  std::string handle_;  // the last one that it said
};

}  // namespace groupctl::deployers
