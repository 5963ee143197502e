#include "cli/own_keys.h"

#include "daemon/key_files.h"
#include "wire/endpoint.h"

namespace groupctl {
namespace {

/// kCorrupt is of what the coordinator keeps.
tl::unexpected<Error> cannot_be_used(Error error) {
  if (error.code == ErrorCode::kCorrupt) error.code = ErrorCode::kInvalid;
  return tl::unexpected(std::move(error));
}

}  // namespace

Result<KeyPair> read_own_key(const std::string& file) {
  auto own = read_secret_key(file);
  if (!own) return cannot_be_used(own.error());
  return own;
}

std::string own_key_file(const KeySettings& settings) {
  return settings.file.empty() ? secret_file(settings.dir, kGroupctlKey) : settings.file;
}

Result<PinnedServer> pinned_server(const KeySettings& settings) {
  auto key = pinned_server_key(settings.server, settings.dir);
  if (!key && settings.server.empty()) return cannot_be_used(key.error());
  if (!key) return fail(settings.server_from, key.error());
  const std::string file = public_file(settings.dir, kCoordinatorKey);
  return PinnedServer{*key, settings.server.empty() ? file : settings.server_from};
}

Result<std::optional<ClientKeys>> own_keys(const GlobalOptions& global) {
  if (is_ipc(global.endpoint)) return std::optional<ClientKeys>();
  const auto server = pinned_server(global.keys);
  if (!server) return tl::unexpected<Error>(server.error());
  if (!server->key) return std::optional<ClientKeys>();
  const std::string file = own_key_file(global.keys);
  const auto own = read_own_key(file);
  if (own) return std::optional(ClientKeys{*own, *server->key});
  if (own.error().code != ErrorCode::kNotFound) return tl::unexpected<Error>(own.error());
  return fail(ErrorCode::kKeysWanted, "there is no key of yours at " + file);
}

}  // namespace groupctl
