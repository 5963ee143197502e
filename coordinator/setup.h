// The folders of a coordinator: one state directory, one folder a group below it.
//
//   DIR/identity ...             who this coordinator is (daemon/state_dir.h)
//   DIR/groups/GROUP/secret      the tag secret, 0600
//   DIR/groups/GROUP/log/        the store
//   DIR/groups/GROUP/repo/       the group's repository (coordinator/repo/blobs.h)
//   DIR/groups/GROUP/admin.sock  the local door to the admin plane: without keys, 0600
//   DIR/groups/GROUP/audit.jsonl who asked what (coordinator/audit_log.h)
//   DIR/groups/GROUP/endpoints   where a running coordinator can be reached: lines "plane endpoint"
//   beside these: coordinator/hosting/folders.h
#pragma once

#include <memory>
#include <string>

#include "coordinator/repo/repository.h"
#include "daemon/crash_mark.h"
#include "log/hash.h"
#include "log/lmdb_store.h"
#include "log/result.h"
#include "wire/group_messages.h"
#include "wire/key_messages.h"

namespace groupctl {

/// Makes the state directory if need be, and a new group with an empty log in it. Gives its log_id.
/// `planes`: where it is to be served, as far as that is chosen.
/// `keys`: who is let in. Errors: kConflict when the group is there already; kInvalid for a bad
/// name; kInUse while a coordinator runs; kIo.
Result<LogId> init_group(const std::string& state_dir, const std::string& group,
                         const PlaneEndpoints& planes, const std::vector<KeyInfo>& keys);
/// The same for whoever holds the state directory.
Result<LogId> make_group(const std::string& state_dir, const CreateGroup& wanted,
                         const std::vector<KeyInfo>& keys);
/// The key of all who know the server's: with it one may ask to be let in.
KeyInfo guest_key(const PublicKey& server);

struct OpenedGroup {
  std::string group;
  std::unique_ptr<CrashPlace> crash_place;  ///< for its threads
  TagSecret secret;
  std::unique_ptr<LmdbStore> store;
  std::unique_ptr<Repository> repository;
};
/// Opens what init_group() made; after a crash that left its mark, or the mark of the process, the
/// whole store is verified first. Errors: kNotFound, kCorrupt, kRollback, kUnsupported, kInUse, kIo
/// (also after three crashes, see CrashPlace).
Result<OpenedGroup> open_group(const std::string& state_dir, const std::string& group,
                               const LmdbOptions& options);

Status write_endpoints(const std::string& state_dir, const std::string& group,
                       const PlaneEndpoints& endpoints);

}  // namespace groupctl
