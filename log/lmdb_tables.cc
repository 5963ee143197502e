#include "log/lmdb_tables.h"

#include <cstring>

#include "log/little_endian.h"

namespace groupctl {
namespace {

constexpr std::uint8_t kHeadTable = 0;  // no Table has the number 0
constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kSumBytes = sizeof(Checksum::bytes);

MDB_val val_of(std::string_view text) {
  return {text.size(), const_cast<char*>(text.data())};  // LMDB does not write to keys
}
std::string_view text_of_val(const MDB_val& val) {
  return {static_cast<const char*>(val.mv_data), val.mv_size};
}
ByteView bytes_of_val(const MDB_val& val) {
  return {static_cast<const std::uint8_t*>(val.mv_data), val.mv_size};
}

std::string place(std::uint8_t table, std::string_view key) {
  return "row " + std::to_string(table) + ":" + to_hex(as_bytes(key));
}

/// The row's bytes behind the checksum. The size is looked at first: a damaged one leads far away.
Result<ByteView> verified(std::uint8_t table, std::string_view key, const MDB_val& stored) {
  if (stored.mv_size < kSumBytes || stored.mv_size > kSumBytes + kMaxRowBytes) {
    return fail(ErrorCode::kCorrupt, place(table, key) + ": impossible size");
  }
  ByteView value = bytes_of_val(stored).subspan(kSumBytes);
  Checksum expected = row_checksum(table, key, value);
  if (std::memcmp(stored.mv_data, expected.bytes.data(), kSumBytes) != 0) {
    return fail(ErrorCode::kCorrupt, place(table, key) + ": checksum does not match");
  }
  return value;
}

/// Puts a row behind its checksum, which is given back in `checksum`.
int put_checked(MDB_txn* txn, MDB_dbi dbi, std::uint8_t table, std::string_view key, ByteView value,
                Checksum& checksum) {
  checksum = row_checksum(table, key, value);
  MDB_val at = val_of(key);
  MDB_val stored{kSumBytes + value.size(), nullptr};
  if (int rc = mdb_put(txn, dbi, &at, &stored, MDB_RESERVE); rc != 0) return rc;
  auto* out = static_cast<std::uint8_t*>(stored.mv_data);
  std::copy(checksum.bytes.begin(), checksum.bytes.end(), out);
  std::copy(value.begin(), value.end(), out + kSumBytes);
  return 0;
}

Result<ByteView> get_head_value(MDB_txn* txn, MDB_dbi dbi, std::string_view key) {
  MDB_val at = val_of(key);
  MDB_val stored;
  if (int rc = mdb_get(txn, dbi, &at, &stored); rc != 0) return lmdb_fail(key, rc);
  return verified(kHeadTable, key, stored);
}

int put_head_value(MDB_txn* txn, MDB_dbi dbi, std::string_view key, ByteView value) {
  Checksum checksum;
  return put_checked(txn, dbi, kHeadTable, key, value, checksum);
}

Result<LmdbTables> open_all(MDB_txn* txn, unsigned flags) {
  LmdbTables tables;
  int rc = mdb_dbi_open(txn, "head", flags, &tables.head);
  if (rc == 0) rc = mdb_dbi_open(txn, "frames", flags | MDB_INTEGERKEY, &tables.frames);
  for (std::size_t i = 0; i < kTables && rc == 0; ++i) {
    rc = mdb_dbi_open(txn, ("rows" + std::to_string(i + 1)).c_str(), flags, &tables.rows[i]);
  }
  if (rc == MDB_NOTFOUND) return fail(ErrorCode::kCorrupt, "this is not a log of groupctl");
  if (rc != 0) return lmdb_fail("tables", rc);
  return tables;
}

tl::unexpected<Error> bad_sequence(std::uint64_t sequence, const std::string& why) {
  return fail(ErrorCode::kCorrupt, "sequence " + std::to_string(sequence) + ": " + why);
}

/// The key of a frame, 0 when it has not the size of one.
std::uint64_t frame_key(const MDB_val& key) {
  std::uint64_t number = 0;
  if (key.mv_size == sizeof number) std::memcpy(&number, key.mv_data, sizeof number);
  return number;
}

Result<FramePtr> read_frame(const MDB_val& key, const MDB_val& value) {
  if (value.mv_size > kMaxFrameBytes) return fail(ErrorCode::kCorrupt, "frame: impossible size");
  auto frame = Frame::parse(copy_bytes(bytes_of_val(value)));
  if (frame && (*frame)->header().last.value != frame_key(key)) {
    return fail(ErrorCode::kCorrupt, "frame: in another's place");
  }
  return frame;
}

/// Whether the frame is the next of a walk that starts at `from`; `before` may be null.
bool continues(const Frame& frame, const FramePtr& before, Sequence from) {
  const FrameHeader& header = frame.header();
  if (!before) return header.first <= from;
  return header.first == before->header().last.next() &&
         header.chain_before == before->header().chain_after;
}

/// Where the first frame of a walk should begin: after the one before it. Moves the cursor.
std::uint64_t start_of_first(LmdbCursor& cursor, Sequence floor) {
  MDB_val key;
  MDB_val value;
  if (cursor.move(&key, &value, MDB_PREV) != 0) return floor.value;
  return std::max(floor.value, frame_key(key) + 1);
}

int put_row(MDB_txn* txn, const LmdbTables& tables, HeadRow& row, const RowKey& key,
            const std::optional<Bytes>& value) {
  MDB_dbi dbi = tables.of(key.table);
  RowSum& sum = row.sum(key.table);
  MDB_val at = val_of(key.key);
  MDB_val old;
  int rc = mdb_get(txn, dbi, &at, &old);
  if (rc != 0 && rc != MDB_NOTFOUND) return rc;
  if (rc == 0) {
    Checksum gone;
    if (!gone.assign(bytes_of_val(old).first(std::min(old.mv_size, kSumBytes)))) {
      return MDB_CORRUPTED;
    }
    sum.subtract(gone);
  }
  if (!value) return rc == 0 ? mdb_del(txn, dbi, &at, nullptr) : 0;
  Checksum checksum;
  rc = put_checked(txn, dbi, static_cast<std::uint8_t>(key.table), key.key, *value, checksum);
  sum.add(checksum);
  return rc;
}

int put_frames(MDB_txn* txn, const LmdbTables& tables, HeadRow& row, const Batch& batch) {
  for (const FramePtr& frame : batch.frames) {
    std::uint64_t last = frame->header().last.value;
    ByteView bytes = frame->bytes();
    MDB_val key{sizeof last, &last};
    MDB_val value{bytes.size(), nullptr};
    int rc = mdb_put(txn, tables.frames, &key, &value, MDB_APPEND | MDB_RESERVE);
    if (rc != 0) return rc;
    std::memcpy(value.mv_data, bytes.data(), bytes.size());
    row.frames_end = frame->header().last;
  }
  return 0;
}

/// Drops the frames wholly below the floor.
int drop_below(MDB_txn* txn, const LmdbTables& tables, HeadRow& row, Sequence floor) {
  auto cursor = LmdbCursor::open(txn, tables.frames);
  if (!cursor) return EIO;
  MDB_val key;
  MDB_val value;
  int rc = cursor->move(&key, &value, MDB_FIRST);
  while (rc == 0 && frame_key(key) < floor.value) {
    rc = mdb_cursor_del(cursor->get(), 0);
    if (rc == 0) rc = cursor->move(&key, &value, MDB_FIRST);
  }
  if (rc != MDB_NOTFOUND) return rc;
  row.frames_end = Sequence();
  return 0;
}

int drop_all(MDB_txn* txn, const LmdbTables& tables, HeadRow& row) {
  row.frames_end = Sequence();
  row.sum(Table::kState) = {};
  int rc = mdb_drop(txn, tables.frames, 0);
  return rc != 0 ? rc : mdb_drop(txn, tables.of(Table::kState), 0);
}

}  // namespace

Result<LmdbTables> create_tables(MDB_txn* txn) {
  auto tables = open_all(txn, MDB_CREATE);
  if (!tables) return tables;
  std::array<std::uint8_t, 4> format;
  put_le(format.data(), kFormat);
  int rc = put_head_value(txn, tables->head, "format", format);
  HeadRow row;
  row.head = empty_head();
  if (rc == 0) rc = put_head_value(txn, tables->head, "head", encode(row));
  if (rc != 0) return lmdb_fail("first rows", rc);
  return tables;
}

Result<LmdbTables> open_tables(MDB_txn* txn) {
  auto tables = open_all(txn, 0);
  if (!tables) return tables;
  auto stored = get_head_value(txn, tables->head, "format");
  if (!stored) return tl::unexpected<Error>(stored.error());
  std::uint32_t format = stored->size() == 4 ? get_le<std::uint32_t>(stored->data()) : 0;
  if (format != kFormat) {
    return fail(ErrorCode::kUnsupported, "the log has format " + std::to_string(format) +
                                             ", this version reads " + std::to_string(kFormat));
  }
  return tables;
}

Result<HeadRow> read_head_row(MDB_txn* txn, const LmdbTables& tables) {
  auto stored = get_head_value(txn, tables.head, "head");
  if (!stored) return tl::unexpected<Error>(stored.error());
  return decode_head_row(*stored);
}

Result<std::optional<Bytes>> read_row(MDB_txn* txn, const LmdbTables& tables, const RowKey& key) {
  MDB_val at = val_of(key.key);
  MDB_val stored;
  int rc = mdb_get(txn, tables.of(key.table), &at, &stored);
  if (rc == MDB_NOTFOUND) return std::nullopt;
  auto table = static_cast<std::uint8_t>(key.table);
  if (rc != 0) return lmdb_fail(place(table, key.key), rc);
  auto value = verified(table, key.key, stored);
  if (!value) return tl::unexpected<Error>(value.error());
  return copy_bytes(*value);
}

Status walk_rows(MDB_txn* txn, const LmdbTables& tables, const HeadRow& head, Table table,
                 std::string_view prefix, const Store::RowVisitor& visit) {
  auto cursor = LmdbCursor::open(txn, tables.of(table));
  if (!cursor) return tl::unexpected<Error>(cursor.error());
  auto number = static_cast<std::uint8_t>(table);
  RowSum sum;
  std::string before;
  MDB_val key = val_of(prefix);
  MDB_val stored;
  int rc = cursor->move(&key, &stored, prefix.empty() ? MDB_FIRST : MDB_SET_RANGE);
  for (; rc == 0; rc = cursor->move(&key, &stored, MDB_NEXT)) {
    std::string_view name = text_of_val(key);
    if (!name.starts_with(prefix)) break;
    if (name <= before) return fail(ErrorCode::kCorrupt, place(number, name) + ": out of order");
    auto value = verified(number, name, stored);
    if (!value) return tl::unexpected<Error>(value.error());
    Checksum checksum;
    checksum.assign(bytes_of_val(stored).first(kSumBytes));
    sum.add(checksum);
    before = name;
    visit(name, *value);
  }
  if (rc != 0 && rc != MDB_NOTFOUND) return lmdb_fail(place(number, before), rc);
  if (prefix.empty() && sum != head.sum(table)) {
    return fail(ErrorCode::kCorrupt, "table " + std::to_string(number) + ": rows are missing");
  }
  return {};
}

Status walk_frames(MDB_txn* txn, const LmdbTables& tables, const HeadRow& head, Sequence from,
                   const FrameVisitor& visit) {
  if (from > head.frames_end) return {};
  auto cursor = LmdbCursor::open(txn, tables.frames);
  if (!cursor) return tl::unexpected<Error>(cursor.error());
  FramePtr before;
  std::uint64_t at = from.value;
  MDB_val key{sizeof at, &at};
  MDB_val value;
  int rc = cursor->move(&key, &value, MDB_SET_RANGE);
  for (; rc == 0; rc = cursor->move(&key, &value, MDB_NEXT)) {
    auto frame = read_frame(key, value);
    if (!frame || !continues(**frame, before, from)) {
      std::uint64_t bad =
          before ? before->header().last.value + 1 : start_of_first(*cursor, head.head.floor);
      return bad_sequence(bad, frame ? "frame does not continue the log" : frame.error().text);
    }
    before = *frame;
    if (!visit(std::move(*frame))) return {};
  }
  std::uint64_t end = before ? before->header().last.value : from.previous().value;
  if (rc != MDB_NOTFOUND) return bad_sequence(end + 1, mdb_strerror(rc));
  if (end != head.frames_end.value) return bad_sequence(end + 1, "is missing");
  return {};
}

int write_batch(MDB_txn* txn, const LmdbTables& tables, HeadRow row, const Batch& batch) {
  bool floor_rises = batch.head.floor > row.head.floor;
  row.head = batch.head;
  int rc = batch.replace_all ? drop_all(txn, tables, row) : 0;
  if (rc == 0) rc = put_frames(txn, tables, row, batch);
  if (rc == 0 && floor_rises) rc = drop_below(txn, tables, row, batch.head.floor);
  for (auto it = batch.rows.begin(); rc == 0 && it != batch.rows.end(); ++it) {
    rc = put_row(txn, tables, row, it->first, it->second);
  }
  return rc != 0 ? rc : put_head_value(txn, tables.head, "head", encode(row));
}

}  // namespace groupctl
