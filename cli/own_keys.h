// With which keys groupctl connects.
#pragma once

#include <optional>
#include <string>

#include "cli/invocation.h"
#include "log/keys.h"

namespace groupctl {

/// Where the key of who runs groupctl is, or is to be.
std::string own_key_file(const KeySettings& settings);

/// The coordinator's key as it is known here.
struct PinnedServer {
  std::optional<PublicKey> key;
  std::string from;  ///< who says so: "--server-key", a file
};
/// Errors: kInvalid, kCorrupt, kIo.
Result<PinnedServer> pinned_server(const KeySettings& settings);

/// nullopt: without, as to an ipc socket, or where no server key is known. Errors: kKeysWanted when
/// there is no own key; kRefused for one that others may read; kInvalid, kCorrupt, kIo.
Result<std::optional<ClientKeys>> own_keys(const GlobalOptions& global);

}  // namespace groupctl
