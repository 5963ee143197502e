// With which keys groupctl connects.
#pragma once

#include <optional>
#include <string>

#include "cli/invocation.h"
#include "log/keys.h"

namespace groupctl {

/// Where the key of who runs groupctl is, or is to be.
std::string own_key_file(const KeySettings& settings);

/// As read_secret_key() has it, but what is no key is kInvalid: whoever named it may name another.
Result<KeyPair> read_own_key(const std::string& file);

/// The coordinator's key as it is known here.
struct PinnedServer {
  std::optional<PublicKey> key;
  std::string from;  ///< who says so: "--server-key", a file
};
/// Errors: kInvalid, kIo.
Result<PinnedServer> pinned_server(const KeySettings& settings);

/// nullopt: without, as to an ipc socket, or where no server key is known. Errors: kKeysWanted when
/// there is no own key; kRefused for one that others may read; kInvalid, kIo.
Result<std::optional<ClientKeys>> own_keys(const GlobalOptions& global);

}  // namespace groupctl
