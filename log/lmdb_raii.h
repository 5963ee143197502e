// LMDB's handles as values that close themselves. Included by the lmdb files of this folder alone.
#pragma once

#include <lmdb.h>

#include <filesystem>
#include <memory>
#include <utility>

#include "log/result.h"

namespace groupctl {

/// What LMDB or the system says, as an Error: kLogFull, kCorrupt, kUnsupported or kIo.
inline tl::unexpected<Error> lmdb_fail(std::string_view doing, int rc) {
  ErrorCode code = ErrorCode::kIo;
  if (rc == MDB_MAP_FULL) code = ErrorCode::kLogFull;
  if (rc == MDB_CORRUPTED || rc == MDB_PAGE_NOTFOUND || rc == MDB_INVALID ||
      rc == MDB_INCOMPATIBLE || rc == MDB_NOTFOUND || rc == MDB_BAD_VALSIZE) {
    code = ErrorCode::kCorrupt;
  }
  if (rc == MDB_VERSION_MISMATCH) code = ErrorCode::kUnsupported;
  return fail(code, std::string(doing) + ": " + mdb_strerror(rc));
}

struct CloseEnv {
  void operator()(MDB_env* env) const { mdb_env_close(env); }
};
using LmdbEnv = std::unique_ptr<MDB_env, CloseEnv>;

/// `map_bytes` 0: what the file says. The file is created if it is not there.
inline Result<LmdbEnv> open_env(const std::filesystem::path& dir, std::size_t map_bytes,
                                unsigned flags) {
  MDB_env* raw = nullptr;
  if (int rc = mdb_env_create(&raw); rc != 0) return lmdb_fail("LMDB", rc);
  LmdbEnv env(raw);
  mdb_env_set_maxdbs(raw, 8);
  mdb_env_set_mapsize(raw, map_bytes);
  if (int rc = mdb_env_open(raw, dir.c_str(), flags | MDB_NOTLS, 0600); rc != 0) {
    return lmdb_fail((dir / "data.mdb").string(), rc);
  }
  return env;
}

/// A transaction that is aborted unless it is committed.
class LmdbTxn {
 public:
  static Result<LmdbTxn> begin(MDB_env* env, unsigned flags) {
    MDB_txn* txn = nullptr;
    if (int rc = mdb_txn_begin(env, nullptr, flags, &txn); rc != 0) {
      return lmdb_fail("transaction", rc);
    }
    return LmdbTxn(txn);
  }
  LmdbTxn(LmdbTxn&& other) noexcept : txn_(std::exchange(other.txn_, nullptr)) {}
  LmdbTxn& operator=(LmdbTxn&&) = delete;
  ~LmdbTxn() { abort(); }

  MDB_txn* get() const { return txn_; }
  int commit() { return mdb_txn_commit(std::exchange(txn_, nullptr)); }
  void abort() {
    if (txn_ != nullptr) mdb_txn_abort(std::exchange(txn_, nullptr));
  }

 private:
  explicit LmdbTxn(MDB_txn* txn) : txn_(txn) {}
  MDB_txn* txn_;
};

/// A cursor of a transaction that outlives it.
class LmdbCursor {
 public:
  static Result<LmdbCursor> open(MDB_txn* txn, MDB_dbi dbi) {
    MDB_cursor* cursor = nullptr;
    if (int rc = mdb_cursor_open(txn, dbi, &cursor); rc != 0) return lmdb_fail("cursor", rc);
    return LmdbCursor(cursor);
  }
  LmdbCursor(LmdbCursor&& other) noexcept : cursor_(std::exchange(other.cursor_, nullptr)) {}
  LmdbCursor& operator=(LmdbCursor&&) = delete;
  ~LmdbCursor() {
    if (cursor_ != nullptr) mdb_cursor_close(cursor_);
  }

  MDB_cursor* get() const { return cursor_; }
  int move(MDB_val* key, MDB_val* value, MDB_cursor_op op) {
    return mdb_cursor_get(cursor_, key, value, op);
  }

 private:
  explicit LmdbCursor(MDB_cursor* cursor) : cursor_(cursor) {}
  MDB_cursor* cursor_;
};

}  // namespace groupctl
