// Frames: the packed, checksummed, immutable runs of entries that are stored, published, replayed
// and put into etcd, always the same bytes.
//
// Layout, little-endian, entries 8-aligned once unpacked (docs/protocol.md has the table):
//   header   384 bytes: magic, format, count of entries, log_id, epoch, batch, first, last, group
//            time, chain before and after, state digest after, tag, packing; zeroes kept for seal,
//            signature
//   body     per entry: u32 length, u32 zero, the entry's bytes, zeroes to a multiple of 8; packed
//            by zstd where the header says so: the headers of entries are much alike
//   checksum BLAKE2b-256 of all before it
// Magic and checksum stand in their places in every format, so that damage is told from novelty.
#pragma once

#include <memory>
#include <vector>

#include "log/entry.h"
#include "log/hash.h"

namespace groupctl {

struct FrameHeader {
  LogId log_id;
  Epoch epoch;  ///< of the coordinator that made the frame
  BatchNumber batch;
  Sequence first;
  Sequence last;
  GroupTime group_time;
  Hash chain_before;        ///< chain(first - 1)
  Hash chain_after;         ///< chain(last)
  Hash state_digest_after;  ///< of GroupState at `last`
  Tag tag;                  ///< over (log_id, epoch, last, chain_after)
  bool operator==(const FrameHeader&) const = default;

  TagClaim tag_claim() const { return {log_id, epoch, last, chain_after, tag}; }
};

inline constexpr std::size_t kFrameHeaderBytes = 384;
inline constexpr std::size_t kFrameChecksumBytes = 32;

/// An immutable frame whose checksum and shape have been verified.
class Frame {
 public:
  /// Checks length, magic, format, counts, contiguity of the body and the checksum.
  /// Errors: kCorrupt; kUnsupported for another format or packing, or a sealed frame.
  static Result<std::shared_ptr<const Frame>> parse(Bytes bytes);

  const FrameHeader& header() const { return header_; }
  ByteView bytes() const { return bytes_; }
  /// What it takes in memory, but for its entries' places.
  std::size_t held_bytes() const { return bytes_.size() + unpacked_.size(); }
  std::size_t size() const { return entries_.size(); }
  /// The stored bytes of the entry with sequence first + index.
  ByteView entry_bytes(std::size_t index) const;

 private:
  friend class FrameBuilder;
  Frame() = default;
  Status find_entries(std::uint32_t count);
  ByteView body() const;
  struct Span {
    std::uint32_t offset, length;  ///< in the body
  };
  FrameHeader header_;
  Bytes bytes_;
  Bytes unpacked_;  ///< the body, when it is packed in `bytes_`
  std::vector<Span> entries_;
};
using FramePtr = std::shared_ptr<const Frame>;

/// How full a frame is: whether more entries fit, by their sizes alone.
class FrameRoom {
 public:
  /// Whether an entry of this many bytes still fits (64 KiB, 1000 entries).
  bool fits(std::size_t entry_bytes) const;
  /// False, and nothing added, when it does not fit.
  bool add(std::size_t entry_bytes);
  std::size_t bytes() const { return bytes_; }
  std::size_t entries() const { return entries_; }

 private:
  std::size_t bytes_ = kFrameHeaderBytes + kFrameChecksumBytes;
  std::size_t entries_ = 0;
};

/// Collects entries until a frame is full.
class FrameBuilder {
 public:
  const FrameRoom& room() const { return room_; }
  bool empty() const { return room_.entries() == 0; }
  /// The entry must fit.
  void add(ByteView entry_bytes);
  /// The frame, and the builder is empty again. `header.last - header.first + 1` must be the count
  /// of entries.
  FramePtr seal(const FrameHeader& header);

 private:
  FrameRoom room_;
  Bytes body_;
};

/// Bytes that an entry takes in a frame's body.
std::size_t framed_size(std::size_t entry_bytes);

}  // namespace groupctl
