// A file that is digested while it grows at its end: an archive on its way.
#pragma once

#include <memory>
#include <string>

#include "daemon/file_digest.h"
#include "log/unique_fd.h"

namespace groupctl {

/// Goes on where an earlier process stopped, after reading what that left. Moves, never copies.
class DigestedFile {
 public:
  /// How much is written between two syncs, so that the last one does not take long.
  static constexpr std::uint64_t kSyncBytes = 32 << 20;
  /// How much is written until the system is told to begin with it.
  static constexpr std::uint64_t kWriteBackBytes = 4 << 20;

  /// Makes the file (0600) if need be; follows no symbolic link. Errors: kIo, kStorageFull;
  /// kInvalid for what is no regular file.
  static Result<DigestedFile> open(const std::string& path);

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }
  /// What is digested. Below size() at first: check() reads what was there.
  std::uint64_t checked() const { return checked_; }
  /// Reads on, at most so many bytes. Errors: kIo.
  Status check(std::uint64_t most);
  /// Only when all is checked; syncs now and then. Errors: kIo, kStorageFull; the file is as it was
  /// before, unless it is broken().
  Status append(ByteView bytes);
  /// A sync has failed: what is on the disk may not be what was digested. Of no use any more.
  bool broken() const { return broken_; }
  /// Drops everything in it. Errors: kIo.
  Status clear();
  /// Errors: kIo, kStorageFull; then it is broken().
  Status sync();
  /// Of all that is checked; nothing may be added afterwards.
  ArtefactDigest finish() { return hash_->finish(); }

 private:
  DigestedFile(std::string path, UniqueFd file, std::uint64_t size);

  std::string path_;
  UniqueFd file_;
  std::uint64_t size_ = 0;
  std::uint64_t checked_ = 0;
  std::uint64_t unsynced_ = 0;
  bool broken_ = false;
  std::unique_ptr<Sha256> hash_;
};

}  // namespace groupctl
