// Fetches a snapshot image in chunks, and checks it before it is swapped in.
#pragma once

#include <map>
#include <vector>

#include "commands/command.h"
#include "wire/snapshot_image.h"

namespace groupctl {

/// The chunks of one image, in any order, some lost, resumable.
class SnapshotFetch {
 public:
  explicit SnapshotFetch(std::size_t max_bytes, std::size_t chunk_bytes = kChunkBytes)
      : max_bytes_(max_bytes), chunk_bytes_(chunk_bytes) {}

  /// From the beginning, whatever image is the newest in that epoch.
  void start(const LogId& log_id, Epoch epoch);
  /// In a new session: goes on where it was if the epoch is still that of the image, whose maker
  /// may have it still; else starts. Whether there is something already.
  bool resume(const LogId& log_id, Epoch epoch);
  /// How much of the image is there.
  std::size_t bytes() const { return bytes_.size(); }
  void stop() { active_ = false; }
  bool active() const { return active_; }

  /// What to ask for now: a small window of chunks, each once.
  std::vector<SnapshotRequest> wanted(SessionNumber session);
  /// Nothing came for a while, or the session is new: asks again from what is there.
  void ask_again() { asked_ = bytes_.size(); }
  /// Asks for nothing until ask_again().
  void hold() { asked_ = chunk_bytes_; }

  enum class Took : std::uint8_t { kIgnored, kMore, kComplete, kTooBig };
  /// Of another image than the one begun, unless it is older, it begins that one: the former is
  /// gone, and no chunk of it would ever come.
  Took take(const SnapshotChunk& chunk);
  /// The whole image after kComplete; the fetch is over.
  Bytes take_image();

 private:
  void begin(const ImageName& image, std::uint64_t total);
  Took add(const SnapshotChunk& chunk);
  void append(const Bytes& bytes);

  std::size_t max_bytes_;
  std::size_t chunk_bytes_;
  Epoch epoch_;
  bool active_ = false;
  ImageName image_;  ///< at 0: not known yet
  std::uint64_t total_ = 0;
  std::uint64_t asked_ = 0;  ///< the next offset to ask for
  Bytes bytes_;
  std::map<std::uint64_t, Bytes> early_;  ///< within the window
};

/// What a snapshot must be for this member.
struct SnapshotNeeds {
  LogId log_id;
  std::string group;
  Epoch epoch;  ///< not older than the head's
  Sequence at;  ///< not before R
  std::size_t max_bytes = 0;
};
struct CheckedSnapshot {
  SnapshotHeader header;
  GroupState state;
  SnapshotRows rows;
};
/// Errors: kCorrupt for what does not verify; kUnsupported when it holds a state kind that this
/// build does not know; kWrongGroup; kStaleEpoch when older than what this member has.
Result<CheckedSnapshot> check_snapshot(ByteView image, const SnapshotNeeds& needs,
                                       const CommandTable& table);

}  // namespace groupctl
