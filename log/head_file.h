// The HEAD file: what the log once said was durable, kept outside LMDB, so that a database that
// went back in time is noticed. Two slots of 128 bytes, each with its own checksum.
#pragma once

#include <chrono>
#include <filesystem>

#include "log/store.h"
#include "log/unique_fd.h"

namespace groupctl {

class HeadFile {
 public:
  /// Errors: kIo.
  static Result<HeadFile> create(const std::filesystem::path& path);
  /// Errors: kCorrupt when it is missing or neither slot verifies.
  static Result<HeadFile> open(const std::filesystem::path& path);
  HeadFile(HeadFile&&) noexcept = default;
  HeadFile& operator=(HeadFile&&) = delete;
  /// Syncs.
  ~HeadFile();

  /// kRollback when this file is ahead of `stored`, the log's own head; kCorrupt when the two name
  /// different histories. A file that is behind is normal: it is written after the commit.
  Status check(const LogHead& stored) const;

  /// One pwrite into the older slot, and a sync when the last is a second or longer ago.
  Status write(const LogHead& head);

 private:
  struct Mark {
    BatchNumber batch;
    LogId log_id;
    Epoch epoch;
    Sequence last;
    Hash chain;
  };
  HeadFile(UniqueFd fd, std::filesystem::path path) : fd_(std::move(fd)), path_(std::move(path)) {}
  Status read();
  Status sync();

  UniqueFd fd_;
  std::filesystem::path path_;
  Mark mark_;
  bool unsynced_ = false;
  std::chrono::steady_clock::time_point synced_at_ = std::chrono::steady_clock::now();
};

}  // namespace groupctl
