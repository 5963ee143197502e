// Group commands as an admin would type them: built by the commands' own syntax.
#pragma once

#include <string>

#include "log/result.h"
#include "wire/admin_messages.h"

namespace groupctl::sim {

/// "DEPLOY shop@2", "SET mode=quick", "UNSET mode", "PING", "LABEL role=web rack-"; "EVICT m2",
/// which has no target. An artefact's digest follows from its name and version. Errors: kInvalid.
Result<SubmittedCommand> make_command(const std::string& text, Target target,
                                      std::uint64_t ttl_ms = 0);
/// The digest that a simulated release "shop@1" has.
ArtefactDigest digest_of_release(const std::string& release);
/// "DEPLOY shop@2" again, from an entry's kind and payload.
std::string command_text(KindId kind, ByteView payload);

}  // namespace groupctl::sim
