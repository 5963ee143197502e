// The storage seam: one verb to write, few to read. Twins: MemoryStore, LmdbStore (later etcd).
//
// Who may call what: commit() from one thread only; all readers from any thread at any time (each
// is one short read transaction of its own, none outlives the call). Values are verified when they
// are read; what does not verify is kCorrupt with the place in the text, never other data.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "log/frame.h"

namespace groupctl {

/// The rows beside the frames. A name's number is on disk: never renumber.
enum class Table : std::uint8_t {
  kState = 1,     ///< GroupState: key -> value
  kLedger = 2,    ///< coordinator: watermarks, exceptions, target sets, tombstones
  kRequests = 3,  ///< coordinator: client -> request row
  kMember = 4,    ///< member: intents, outcomes, what runs, its identity
  kMeta = 5,      ///< few rows: kinds ever sequenced, retention marks
};

/// Where a log ends. What commit() makes durable together with everything else in its Batch.
struct LogHead {
  BatchNumber batch;  ///< 0: nothing was ever committed
  LogId log_id;
  Epoch epoch;
  Sequence last;      ///< 0: no entry
  Hash chain;         ///< chain(last)
  Hash state_digest;  ///< of GroupState at `last`
  GroupTime group_time;
  Sequence floor;  ///< first sequence still in the log; last + 1 (or 1) when none is
  bool operator==(const LogHead&) const = default;
};

inline constexpr std::size_t kMaxRowKeyBytes = 500;
struct RowKey {
  Table table = Table::kState;
  std::string key;  ///< 1 to kMaxRowKeyBytes
  auto operator<=>(const RowKey&) const = default;
};
/// A row's value is at most this long.
inline constexpr std::size_t kMaxRowBytes = 16 * 1024 * 1024;
/// Last word on each row; nullopt erases it.
using RowChanges = std::map<RowKey, std::optional<Bytes>>;

/// The head of a store to which nothing was ever committed.
inline LogHead empty_head() {
  LogHead head;
  head.floor = Sequence(1);
  return head;
}

/// What is committed at once or not at all.
struct Batch {
  /// The head after this batch. `batch` is the former number + 1; `last`, `chain` and
  /// `state_digest` are those at the end of the entries (unchanged when there are none).
  LogHead head;
  /// 0 to 8 frames, each continuing the one before it, above every frame stored. A member may move
  /// head.last into a frame that it stores only with a later batch (it stopped before an entry it
  /// cannot apply).
  std::vector<FramePtr> frames;
  RowChanges rows;
  /// Snapshot swap: all frames and all kState rows are dropped before `rows` are written.
  bool replace_all = false;
};

enum class CommitAnswer : std::uint8_t {
  kCommitted,  ///< durable
  kRefused,    ///< proved not written: the store is as it was, the same numbers may be used again
  kUnknown,    ///< all else: the process must end; the next start decides by reading
};
struct CommitResult {
  CommitAnswer answer = CommitAnswer::kUnknown;
  Error error;  ///< meaningful unless kCommitted: kStorageFull, kLogFull, kIo ...
};

class Store {
 public:
  virtual ~Store() = default;

  /// Writes the batch, synced, all or nothing; frames wholly below head.floor are dropped. Contract
  /// (broken = abort): head.batch is one more than the stored head's; unless replace_all, head.last
  /// and head.floor never fall; head.floor is at most head.last + 1.
  virtual CommitResult commit(const Batch& batch) = 0;

  /// The durable head. Errors: kCorrupt, kIo.
  virtual Result<LogHead> head() const = 0;

  /// Frames whose last >= from, ascending, as many as hold at most `max_bytes`, unpacked, but at
  /// least one if there is one. Empty when `from` > head.last. Errors: kCompacted when from < floor;
  /// kCorrupt with the first bad sequence; kIo.
  virtual Result<std::vector<FramePtr>> read_frames(Sequence from, std::size_t max_bytes) const = 0;

  /// nullopt: no such row.
  virtual Result<std::optional<Bytes>> get(const RowKey& key) const = 0;

  /// Every row of a table whose key starts with `prefix`, in byte order of keys.
  using RowVisitor = std::function<void(std::string_view key, ByteView value)>;
  virtual Status for_each(Table table, std::string_view prefix, const RowVisitor& visit) const = 0;

  /// The head and every kState row, of one moment. The head given is that of the rows visited.
  virtual Result<LogHead> read_state(const RowVisitor& visit) const = 0;
};

/// Aborts when `batch` breaks the contract of commit(). `frames_end` is the last sequence of the
/// newest frame stored, 0 if there is none. For the implementations.
void check_contract(const Batch& batch, const LogHead& stored, Sequence frames_end);

}  // namespace groupctl
