// The keys of a group-member; `group-member join`, which has them let in, and `key rotate`.
#pragma once

#include <optional>

#include "daemon/flags.h"
#include "log/keys.h"

namespace groupctl {

/// What a member connects with.
struct MemberKeys {
  ClientKeys client;
  std::optional<KeyPair> token;
};
/// Those that the settings speak of; its own are made where there are none. nullopt: without keys.
/// Errors: kKeysWanted when no server key is known; kRefused, kCorrupt, kInvalid, kIo.
Result<std::optional<MemberKeys>> member_keys(const ParsedFlags& flags);

/// Asks to be let in, and keeps what it was told for `run`. Gives the exit code.
int run_join(const ParsedFlags& flags);

/// Puts a new key in the place of the own one, with the coordinator and then on disk; what was cut
/// short goes on. Gives the exit code.
int run_rotate(const ParsedFlags& flags);

}  // namespace groupctl
