// ${NAME} in the values of configuration files: how each replica runs from its own settings.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "log/result.h"

namespace groupctl {

/// The value of a variable; nullopt: there is none.
using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

/// `text` with every ${NAME} replaced and "$$" as "$". What a variable says is taken as it stands.
/// Error: kInvalid for an unknown variable and for any other "$".
Result<std::string> expanded(std::string_view text, const Lookup& lookup);

/// What expanded() reads back as `text`.
std::string with_dollars_doubled(std::string_view text);

/// The environment, and beside it, where the environment does not say otherwise: HOSTNAME, this
/// machine's name up to the first dot; PROGRAM_DIR, the folder of the running program;
/// STATE_DIRECTORY, /var/lib/groupctl/NAME for root and
/// $XDG_STATE_HOME/groupctl/NAME for others, where `program_name` is "member" or "coordinator". Of
/// the list that systemd may give as STATE_DIRECTORY this is the first.
Lookup surroundings(const std::string& program_name);

}  // namespace groupctl
