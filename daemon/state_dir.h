// A state directory: who this process is, and how often it has been started.
#pragma once

#include <string>
#include <string_view>

#include "log/dir_lock.h"
#include "log/result.h"
#include "log/types.h"

namespace groupctl {

struct Identity {
  ServerId server_id;  ///< drawn once, when the directory was made
  std::string group;   ///< to which the directory is bound for ever; empty: to none
  bool operator==(const Identity&) const = default;
};

/// An opened state directory. It is locked for as long as this lives: a second process is refused.
/// Stores live in folders of their own below it, since they lock what they open themselves.
class StateDir {
 public:
  /// Makes the directory (0700) if need be, and the identity in it. Errors: kConflict when it has
  /// one already, kIo.
  static Status create(const std::string& path, std::string_view group);
  /// Locks the directory, reads its identity and counts the incarnation up, synced. Errors:
  /// kNotFound without an identity, kInUse with the other's pid, kCorrupt, kIo.
  static Result<StateDir> open(const std::string& path);
  /// The same, after create() where there is no identity. Error besides: kWrongGroup when it is
  /// bound to another group.
  static Result<StateDir> open_or_create(const std::string& path, std::string_view group);

  const std::string& path() const { return path_; }
  const Identity& identity() const { return identity_; }
  Incarnation incarnation() const { return incarnation_; }

 private:
  StateDir(std::string path, DirLock lock, Identity identity, Incarnation incarnation);

  std::string path_;
  DirLock lock_;
  Identity identity_;
  Incarnation incarnation_;
};

}  // namespace groupctl
