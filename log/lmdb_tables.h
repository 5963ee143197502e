// How frames and rows lie in LMDB, and how they are verified when they are read.
//
// Named databases: "head" (rows "format" and "head"), "frames" (integer key: the last sequence;
// value: the frame's bytes, which carry their own checksum), "rows1" to "rows5" (one a Table).
// Every value but a frame is its row_checksum() followed by the bytes.
#pragma once

#include "log/lmdb_head_row.h"
#include "log/lmdb_raii.h"

namespace groupctl {

struct LmdbTables {
  MDB_dbi head = 0;
  MDB_dbi frames = 0;
  std::array<MDB_dbi, kTables> rows{};

  MDB_dbi of(Table table) const { return rows[static_cast<std::size_t>(table) - 1]; }
};

/// Makes the databases, and the rows of an empty store.
Result<LmdbTables> create_tables(MDB_txn* txn);
/// Errors: kCorrupt when this is no log of ours; kUnsupported for another format.
Result<LmdbTables> open_tables(MDB_txn* txn);

Result<HeadRow> read_head_row(MDB_txn* txn, const LmdbTables& tables);
Result<std::optional<Bytes>> read_row(MDB_txn* txn, const LmdbTables& tables, const RowKey& key);

/// Visits the rows with this prefix. Without a prefix the table must also sum up to what the head
/// row says.
Status walk_rows(MDB_txn* txn, const LmdbTables& tables, const HeadRow& head, Table table,
                 std::string_view prefix, const Store::RowVisitor& visit);

/// Visits the frames from the one that holds `from` on, until `visit` answers false. Every one must
/// continue the one before it, up to the end that the head row names. Errors: kCorrupt with the
/// first bad sequence.
using FrameVisitor = std::function<bool(FramePtr)>;
Status walk_frames(MDB_txn* txn, const LmdbTables& tables, const HeadRow& head, Sequence from,
                   const FrameVisitor& visit);

/// Writes all of the batch into the transaction, and its head row. The answer is LMDB's.
int write_batch(MDB_txn* txn, const LmdbTables& tables, HeadRow row, const Batch& batch);

}  // namespace groupctl
