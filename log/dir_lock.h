// One process per directory, by a lock of our own: LMDB's does not keep a second writer out.
#pragma once

#include <filesystem>

#include "log/result.h"

namespace groupctl {

/// Holds a directory's LOCK file, in which its pid is written, until it is destroyed.
class DirLock {
 public:
  /// Errors: kInUse "DIR: in use by pid N"; kIo.
  static Result<DirLock> take(const std::filesystem::path& dir);
  DirLock(DirLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DirLock& operator=(DirLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~DirLock();

 private:
  explicit DirLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace groupctl
