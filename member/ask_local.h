// One question to the member that runs on this machine, over its own socket.
#pragma once

#include <string>

#include "wire/local_messages.h"

namespace groupctl {

/// Where `group-member status`, `local` and `leave` reach the member that runs on this directory.
std::string local_endpoint(const std::string& state_dir);

/// Errors: kUnreachable: no member runs there, nothing was sent; kTimeout: it was sent; what the
/// member refuses with.
Result<LocalReply> ask_local(const std::string& state_dir, const LocalRequest& request,
                             std::uint64_t timeout_ms);

}  // namespace groupctl
