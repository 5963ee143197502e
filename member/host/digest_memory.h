// Digests of files, remembered as long as the files look unchanged.
#pragma once

#include <sys/stat.h>

#include <compare>
#include <map>

#include "daemon/file_digest.h"

namespace groupctl {

class DigestMemory {
 public:
  /// Beyond it everything is forgotten: reading a file anew does no harm.
  static constexpr std::size_t kMaxFiles = 1024;

  /// Of an open file, read from its beginning unless it is known. Errors: kIo.
  Result<ArtefactDigest> digest_of(int fd);

 private:
  struct Looks {
    dev_t device = 0;
    ino_t inode = 0;
    off_t bytes = 0;
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;
    auto operator<=>(const Looks&) const = default;
  };
  std::map<Looks, ArtefactDigest> known_;
};

}  // namespace groupctl
