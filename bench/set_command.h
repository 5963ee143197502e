// The command that the works submit: SET of one of 1024 properties to 256 random characters.
#pragma once

#include "log/pcg.h"
#include "log/result.h"
#include "wire/admin_messages.h"

namespace groupctl::bench {

inline constexpr std::size_t kValueBytes = 256;

/// Commands with numbers that are less than 1024 apart do not supersede each other.
Result<SubmittedCommand> make_set_command(Pcg& pcg, std::uint64_t number);

}  // namespace groupctl::bench
