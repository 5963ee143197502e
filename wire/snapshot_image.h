// The snapshot image: what a joiner takes instead of the log below S. One zstd frame over
// header + rows + hash; named (log_id, S, digest), shared by all joiners, resumable by offset.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "log/hash.h"
#include "log/result.h"
#include "wire/member_messages.h"

namespace groupctl {

struct SnapshotHeader {
  LogId log_id;
  std::string group;
  Epoch epoch;
  Sequence at;        ///< S
  Hash chain;         ///< chain(S)
  Hash state_digest;  ///< of the rows
  GroupTime group_time;
  Tag tag;                          ///< over (log_id, epoch, S, chain)
  std::vector<KindId> state_kinds;  ///< every kind of class state ever sequenced
  bool operator==(const SnapshotHeader&) const = default;

  TagClaim tag_claim() const { return {log_id, epoch, at, chain, tag}; }
};

using SnapshotRows = std::vector<std::pair<std::string, Bytes>>;
struct Snapshot {
  SnapshotHeader header;
  SnapshotRows rows;  ///< of Table::kState, in byte order of keys
};

/// The compressed image.
Bytes encode_image(const SnapshotHeader& header, const SnapshotRows& rows);
ImageName image_name(const SnapshotHeader& header, ByteView image);
/// Errors: kCorrupt for anything that does not verify; kUnsupported for another format; kInvalid
/// when the image says it would unpack to more than `max_bytes`.
Result<Snapshot> decode_image(ByteView image, std::size_t max_bytes);

}  // namespace groupctl
