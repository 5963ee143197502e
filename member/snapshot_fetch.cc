#include "member/snapshot_fetch.h"

#include <fmt/format.h>

namespace groupctl {
namespace {

constexpr std::uint64_t kWindowChunks = 4;

}  // namespace

void SnapshotFetch::start(const LogId& log_id, Epoch epoch) {
  active_ = true;
  epoch_ = epoch;
  begin({log_id, Sequence{}, {}}, 0);
}

bool SnapshotFetch::resume(const LogId& log_id, Epoch epoch) {
  if (!active_ || epoch != epoch_) {
    start(log_id, epoch);
    return false;
  }
  ask_again();
  return !bytes_.empty();
}

void SnapshotFetch::begin(const ImageName& image, std::uint64_t total) {
  image_ = image;
  total_ = total;
  asked_ = 0;
  bytes_.clear();
  early_.clear();
}

std::vector<SnapshotRequest> SnapshotFetch::wanted(SessionNumber session) {
  std::vector<SnapshotRequest> requests;
  if (!active_) return requests;
  const std::uint64_t window_end = bytes_.size() + kWindowChunks * chunk_bytes_;
  // Until the first chunk has said how long the image is, one is enough.
  const std::uint64_t end = total_ == 0 ? 1 : std::min(total_, window_end);
  for (; asked_ < end; asked_ += chunk_bytes_) {
    if (!early_.contains(asked_)) requests.push_back({session, image_, asked_});
  }
  return requests;
}

SnapshotFetch::Took SnapshotFetch::take(const SnapshotChunk& chunk) {
  if (!active_ || chunk.image.log_id != image_.log_id) return Took::kIgnored;
  if (chunk.image == image_ && chunk.total == total_) return add(chunk);
  if (chunk.image.at < image_.at) return Took::kIgnored;
  if (chunk.total > max_bytes_) return Took::kTooBig;
  begin(chunk.image, chunk.total);
  if (chunk.offset != 0) return Took::kMore;
  asked_ = chunk_bytes_;
  return add(chunk);
}

SnapshotFetch::Took SnapshotFetch::add(const SnapshotChunk& chunk) {
  if (chunk.offset + chunk.bytes.size() > total_) return Took::kIgnored;
  if (chunk.offset > bytes_.size()) {
    if (chunk.offset < asked_) early_[chunk.offset] = chunk.bytes;
    return Took::kIgnored;
  }
  if (chunk.offset < bytes_.size()) return Took::kIgnored;
  append(chunk.bytes);
  for (auto next = early_.find(bytes_.size()); next != early_.end();
       next = early_.find(bytes_.size())) {
    append(early_.extract(next).mapped());
  }
  return bytes_.size() == total_ ? Took::kComplete : Took::kMore;
}

/// After a chunk shorter than usual the offsets asked for no longer fit.
void SnapshotFetch::append(const Bytes& bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  if (bytes.size() != chunk_bytes_ && bytes_.size() != total_) {
    asked_ = bytes_.size();
    early_.clear();
  }
}

Bytes SnapshotFetch::take_image() {
  active_ = false;
  return std::move(bytes_);
}

Result<CheckedSnapshot> check_snapshot(ByteView image, const SnapshotNeeds& needs,
                                       const CommandTable& table) {
  auto snapshot = decode_image(image, needs.max_bytes);
  if (!snapshot) return tl::unexpected(snapshot.error());
  const SnapshotHeader& header = snapshot->header;
  if (header.group != needs.group) {
    return fail(ErrorCode::kWrongGroup, "the snapshot is of group " + header.group);
  }
  if (header.log_id != needs.log_id) {
    return fail(ErrorCode::kCorrupt, "the snapshot is of another log");
  }
  if (header.epoch < needs.epoch || header.at < needs.at) {
    return fail(ErrorCode::kStaleEpoch,
                fmt::format("the snapshot of epoch {} at {} is older than what is here",
                            header.epoch.value, header.at.value));
  }
  for (const KindId kind : header.state_kinds) {
    if (table.find(kind) != nullptr) continue;
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("the snapshot holds kind {:016x}: needs a newer group-member", kind.value));
  }
  CheckedSnapshot checked{header, {}, std::move(snapshot->rows)};
  for (const auto& [key, value] : checked.rows) {
    if (auto row = check_state_row(key, value); !row) return fail("snapshot", row.error());
    checked.state.load_row(key, value);
  }
  if (checked.state.digest() != header.state_digest) {
    return fail(ErrorCode::kCorrupt, "the snapshot's rows do not have the digest it says");
  }
  return checked;
}

}  // namespace groupctl
