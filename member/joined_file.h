// joined.toml in the state directory: what `group-member join` was told, which `run` reads behind
// all else.
#pragma once

#include <optional>
#include <string>

#include "daemon/flags.h"
#include "wire/key_messages.h"

namespace groupctl {

std::string joined_file(const ParsedFlags& flags);

/// Keeps what `join` was told, but for a token that has done its work. One that is there may have
/// let its member in, and stays: unless this key is let in, or waits and is the one that it is
/// about. `state`: how the key stands; nullopt: nobody has said. Gives whether it was kept. Errors:
/// kInvalid for one that cannot be read, kIo, kStorageFull.
Result<bool> keep_joined(const ParsedFlags& flags, std::optional<KeyState> state);

/// The command line by which `run` takes all that `join` was told, with what it would take
/// otherwise by itself, from the environment or a file say. Never with the token.
std::string run_line(const ParsedFlags& flags);

}  // namespace groupctl
