// The command that the works submit: SET of one of a few keys to 256 random characters.
#pragma once

#include "log/pcg.h"
#include "log/result.h"
#include "wire/admin_messages.h"

namespace groupctl::bench {

inline constexpr std::size_t kValueBytes = 256;

Result<SubmittedCommand> make_set_command(Pcg& pcg);

}  // namespace groupctl::bench
