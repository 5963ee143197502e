// From the text of a configuration file to settings.
#pragma once

#include "daemon/expansion.h"
#include "daemon/settings.h"

namespace groupctl {

/// What a file sets. A key is a flag's key (key_of), its tables written as TOML likes; texts are
/// expanded. Of each kind: a text for a text or a duration, a whole number or a text that holds a
/// variable for a number, true or false for a switch, a list of texts for what is repeated, a table
/// of texts for pairs. Errors: kInvalid with FILE:LINE:COLUMN for bad TOML, an unknown key (with
/// the nearest known one), another type, an unknown variable, and a value that the flag refuses.
Result<Settings> settings_from_toml(std::string_view text, const std::string& file,
                                    const std::vector<FlagSpec>& flags, const Lookup& lookup);

}  // namespace groupctl
