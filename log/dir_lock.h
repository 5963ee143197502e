// One process per directory, by a lock of our own: LMDB's does not keep a second writer out.
#pragma once

#include <filesystem>

#include "log/result.h"
#include "log/unique_fd.h"

namespace groupctl {

/// Holds a directory's LOCK file, in which its pid is written, until it is destroyed.
class DirLock {
 public:
  /// Errors: kInUse "DIR: in use by pid N"; kIo.
  static Result<DirLock> take(const std::filesystem::path& dir);

 private:
  explicit DirLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;  // its lock goes with it
};

}  // namespace groupctl
