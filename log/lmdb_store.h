// The storage seam on LMDB, in a directory of its own: data.mdb, lock.mdb, LOCK, HEAD.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "log/store.h"

namespace groupctl {

struct LmdbOptions {
  /// Upper bound of the file, which is sparse.
  std::size_t map_bytes = std::size_t{1} << 30;
  /// Between looks, at a commit, for readers that died in a read transaction: a tool of LMDB's that
  /// looked at the running store. What they saw could not be used again.
  std::chrono::milliseconds reader_check{60000};
  /// open() lets a child process read it first. Off only for what this process has just made: a
  /// process with threads cannot fork.
  bool probed_by_child = true;
};

/// How much of the map is in use.
enum class Room : std::uint8_t {
  kPlenty,
  kScarce,   ///< from 80 %: somebody should be told
  kReserve,  ///< from 95 %: batches with frames are refused (kLogFull), others still pass
};

class LmdbStore final : public Store {
 public:
  /// Makes an empty store. The directory is made, or must be empty. Errors: kConflict, kIo.
  static Result<std::unique_ptr<LmdbStore>> create(const std::filesystem::path& dir,
                                                   const LmdbOptions& options);
  /// Opens what create() made; never makes anything. The head and the newest frames are read in a
  /// child process first. Forks, so call it before threads are started. Errors: kNotFound, kInUse,
  /// kCorrupt, kUnsupported (a newer format), kRollback (HEAD is ahead of the log), kIo.
  static Result<std::unique_ptr<LmdbStore>> open(const std::filesystem::path& dir,
                                                 const LmdbOptions& options);
  /// Reads every value of a store that is not open, in a child process: for a start after SIGBUS,
  /// SIGSEGV or SIGABRT. Errors: as open().
  static Status verify_whole(const std::filesystem::path& dir);
  ~LmdbStore() override;

  CommitResult commit(const Batch& batch) override;
  Result<LogHead> head() const override;
  Result<std::vector<FramePtr>> read_frames(Sequence from, std::size_t max_bytes) const override;
  Result<std::optional<Bytes>> get(const RowKey& key) const override;
  Status for_each(Table table, std::string_view prefix, const RowVisitor& visit) const override;
  Result<LogHead> read_state(const RowVisitor& visit) const override;

  /// Errors: kIo.
  Result<Room> room() const;

 private:
  struct Parts;
  explicit LmdbStore(std::unique_ptr<Parts> parts);
  CommitResult after_failure(int rc, const LogHead& before);
  bool space_explains(int rc) const;
  void forget_dead_readers();

  std::unique_ptr<Parts> parts_;
};

}  // namespace groupctl
