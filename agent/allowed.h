// Who may ask an agent: a file of lines "NAME KEY", by name. Whoever is in it may do all that an
// agent does.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "log/keys.h"
#include "log/result.h"
#include "wire/bus.h"

namespace groupctl {

/// As many as one agent knows.
inline constexpr std::size_t kMaxAgentKeys = 256;

using AllowedKeys = std::map<std::string, PublicKey>;

/// Error: kCorrupt with the line's number; nobody is let in by a file that is not understood.
Result<AllowedKeys> read_allowed(std::string_view text);
std::string allowed_text(const AllowedKeys& allowed);

/// Errors: kInvalid for what is no name, or when there are too many; kConflict when the name has
/// another key, or the key another name.
Status allow(AllowedKeys& allowed, const std::string& name, const PublicKey& key);

Admissions admissions_of(const AllowedKeys& allowed);

}  // namespace groupctl
