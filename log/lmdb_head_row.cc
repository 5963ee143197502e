#include "log/lmdb_head_row.h"

#include "log/little_endian.h"

namespace groupctl {
namespace {

/// Runs over the row's fields in the order in which they are stored.
template <class Row, class Visit>
void each_number(Row& row, Visit visit) {
  visit(row.head.batch.value);
  visit(row.head.epoch.value);
  visit(row.head.last.value);
  visit(row.head.group_time.value);
  visit(row.head.floor.value);
  visit(row.frames_end.value);
  for (auto& sum : row.sums) {
    visit(sum.count);
    visit(sum.lanes[0]);
    visit(sum.lanes[1]);
  }
}

template <class Row, class Visit>
void each_block(Row& row, Visit visit) {
  visit(row.head.log_id.bytes);
  visit(row.head.chain.bytes);
  visit(row.head.state_digest.bytes);
}

constexpr std::size_t kRowBytes = 8 * (6 + 3 * kTables) + 16 + 32 + 32;

}  // namespace

void RowSum::add(const Checksum& checksum) {
  ++count;
  lanes[0] += get_le<std::uint64_t>(checksum.bytes.data());
  lanes[1] += get_le<std::uint64_t>(checksum.bytes.data() + 8);
}

void RowSum::subtract(const Checksum& checksum) {
  --count;
  lanes[0] -= get_le<std::uint64_t>(checksum.bytes.data());
  lanes[1] -= get_le<std::uint64_t>(checksum.bytes.data() + 8);
}

Bytes encode(const HeadRow& row) {
  Bytes bytes(kRowBytes);
  std::uint8_t* at = bytes.data();
  each_number(row, [&](std::uint64_t number) {
    put_le(at, number);
    at += sizeof number;
  });
  each_block(row, [&](const auto& block) { at = std::copy(block.begin(), block.end(), at); });
  return bytes;
}

Result<HeadRow> decode_head_row(ByteView bytes) {
  if (bytes.size() != kRowBytes) return fail(ErrorCode::kCorrupt, "head row: wrong length");
  HeadRow row;
  const std::uint8_t* at = bytes.data();
  each_number(row, [&](std::uint64_t& number) {
    number = get_le<std::uint64_t>(at);
    at += sizeof number;
  });
  each_block(row, [&](auto& block) {
    std::copy(at, at + block.size(), block.begin());
    at += block.size();
  });
  return row;
}

}  // namespace groupctl
