// A file descriptor with one owner, and what else files need everywhere.
#pragma once

#include <unistd.h>

#include <string>
#include <string_view>
#include <utility>

#include "log/result.h"
#include "log/strong.h"

namespace groupctl {

/// Closes its descriptor when it dies. Moves, never copies.
class UniqueFd {
 public:
  UniqueFd() = default;
  /// Takes over what an open() returned; negative means that it failed.
  explicit UniqueFd(int fd) : fd_(fd) {}
  ~UniqueFd() { reset(); }
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;

  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }
  void reset() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

/// `errno` after a call that failed on a file, behind `what` and a colon: kNotFound, kStorageFull
/// where the disk, a quota or a size limit is reached, else kIo.
tl::unexpected<Error> errno_error(std::string_view what);

/// Writes all of it where the file stands. Errors: those of errno_error, behind `path`.
Status write_all(const UniqueFd& file, ByteView bytes, std::string_view path);

/// Makes the names in a folder durable: what was made, renamed or removed there; "" is the current
/// one. Errors: those of errno_error.
Status sync_names(const std::string& folder);

}  // namespace groupctl
