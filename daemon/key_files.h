// Keys on disk: one folder, KEYDIR/NAME.secret (0600) and KEYDIR/NAME.public, each one line of 64
// hexadecimal digits.
#pragma once

#include <optional>
#include <string>

#include "log/keys.h"

namespace groupctl {

/// Names of files, without what stands behind the dot.
inline constexpr const char* kCoordinatorKey = "coordinator";
inline constexpr const char* kGroupctlKey = "groupctl";

std::string secret_file(const std::string& key_dir, const std::string& name);
std::string public_file(const std::string& key_dir, const std::string& name);

/// Errors: kNotFound; kInvalid for a folder; kRefused when others may read it, with what to do;
/// kCorrupt; kIo.
Result<KeyPair> read_secret_key(const std::string& file);
/// Never over one that is there; whole or not at all. Makes the folder (0700). Errors: kConflict,
/// kIo, kStorageFull.
Status write_new_secret_key(const std::string& file, const KeyPair& keys);
/// The one that is there, or else a new one. Errors: as of both.
Result<KeyPair> read_or_make_key(const std::string& key_dir, const std::string& name);
/// FILE.old: where the key is that was in FILE before.
std::string former_key_file(const std::string& file);
/// FILE.new: where a key is before it takes the place of the one in FILE, so that whoever has been
/// told of it need not be told of another one after a crash.
std::string next_key_file(const std::string& file);
/// The one that is there, or else a new one. Errors: those of reading and writing.
Result<KeyPair> read_or_make_next_key(const std::string& file);
bool has_next_key(const std::string& file);
/// Of a key that nobody has taken note of.
void drop_next_key(const std::string& file);
/// Puts the one in FILE.new in the place of the one in FILE, which is kept as FILE.old. Cut short,
/// it can be called again. Errors: those of reading; kIo, kStorageFull.
Status take_next_key(const std::string& file);

/// Errors: kNotFound, kCorrupt, kIo.
Result<PublicKey> read_public_key(const std::string& file);
/// Over one that is there. Errors: kIo, kStorageFull.
Status write_public_key(const std::string& file, const PublicKey& key);

/// The server key that `given` says (64 digits), or else what stands in KEYDIR/coordinator.public;
/// nullopt: neither is there. Errors: kInvalid, kCorrupt, kIo.
Result<std::optional<PublicKey>> pinned_server_key(const std::string& given,
                                                   const std::string& key_dir);

}  // namespace groupctl
