// Where files are unless somebody says otherwise, by the rules of systemd and XDG.
#pragma once

#include <optional>
#include <string>

namespace groupctl {

/// A variable of the environment; one that is empty counts as none.
std::optional<std::string> environment_variable(const std::string& name);

/// $CONFIGURATION_DIRECTORY if systemd set it, else /etc/groupctl.
std::string system_config_dir();
/// $STATE_DIRECTORY if systemd set it; else /var/lib/groupctl/NAME for root and
/// $XDG_STATE_HOME/groupctl/NAME for others.
std::string default_state_dir(const std::string& program_name);
/// Where keys are: for root $CONFIGURATION_DIRECTORY/keys, or /etc/groupctl/keys; for others
/// $XDG_CONFIG_HOME/groupctl/keys.
std::string default_key_dir();
/// $XDG_CONFIG_HOME/groupctl/config.toml, where groupctl keeps its contexts.
std::string user_config_file();
/// The folder of the running program's file; empty when the system does not say.
std::string program_dir();
/// The machine's name up to the first dot.
std::string short_host_name();

}  // namespace groupctl
