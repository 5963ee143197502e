// Group commands as an admin would type them: built by the commands' own syntax.
#pragma once

#include <string>

#include "log/result.h"
#include "wire/admin_messages.h"

namespace groupctl::sim {

/// The digest of an archive with this content.
ArtefactDigest sim_digest(const std::string& content);

/// "DEPLOY shop@2", "SET mode=quick", "UNSET mode", "PING", "LABEL role=web rack-"; "EVICT m2",
/// which has no target. An artefact's digest follows from its name and version, or is left to the
/// catalogue: "DEPLOY shop@2 catalogued". Errors: kInvalid.
Result<SubmittedCommand> make_command(const std::string& text, Target target,
                                      std::uint64_t ttl_ms = 0);
/// "DEPLOY shop@2" again, from an entry's kind and payload.
std::string command_text(KindId kind, ByteView payload);

}  // namespace groupctl::sim
