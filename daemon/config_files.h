// Which configuration files a program reads.
#pragma once

#include "daemon/toml_settings.h"

namespace groupctl {

struct ConfigFiles {
  std::string named;       ///< by --config or its variable; empty: none
  std::string system_dir;  ///< "/etc/groupctl"
  std::string program;     ///< "member", for member.toml and member.toml.d/
};

/// The settings of every file there is, those that win first: the named one, the files of
/// DIR/PROGRAM.toml.d whose names end in .toml, last name first, and DIR/PROGRAM.toml. Errors:
/// kInvalid as settings_from_toml() has it; kNotFound when there is no named file; kIo.
Result<std::vector<Settings>> read_config_files(const ConfigFiles& files,
                                                const std::vector<FlagSpec>& flags,
                                                const Lookup& lookup);

}  // namespace groupctl
