#include "log/lmdb_store.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "log/dir_lock.h"
#include "log/head_file.h"
#include "log/lmdb_probe.h"
#include "log/lmdb_tables.h"
#include "log/unique_fd.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kScarcePercent = 80;
constexpr std::uint64_t kReservePercent = 95;
/// LMDB writes in runs; one that fails for want of space leaves less than this.
constexpr std::uint64_t kSpaceMargin = 1024 * 1024;

/// Pages that LMDB may use again. Its list of them is database 0; a value starts with its length.
Result<std::uint64_t> free_pages(MDB_txn* txn) {
  auto cursor = LmdbCursor::open(txn, 0);
  if (!cursor) return tl::unexpected<Error>(cursor.error());
  std::uint64_t pages = 0;
  MDB_val key;
  MDB_val value;
  while (cursor->move(&key, &value, MDB_NEXT) == 0) {
    std::size_t count = 0;  // LMDB aligns values to 2 bytes only
    std::memcpy(&count, value.mv_data, sizeof count);
    pages += count;
  }
  return pages;
}

CommitResult refused(Error error) { return {CommitAnswer::kRefused, std::move(error)}; }
CommitResult unknown(Error error) { return {CommitAnswer::kUnknown, std::move(error)}; }

}  // namespace

struct LmdbStore::Parts {
  std::filesystem::path dir;
  DirLock lock;
  LmdbEnv env;
  LmdbTables tables;
  HeadFile head_file;
  std::chrono::milliseconds reader_check;
  std::chrono::steady_clock::time_point readers_checked{};
};

LmdbStore::LmdbStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
LmdbStore::~LmdbStore() = default;

namespace {

/// Runs `make_or_open` on a transaction and commits it, so that the tables stay open.
template <class MakeOrOpen>
Result<LmdbTables> tables_of(MDB_env* env, unsigned flags, MakeOrOpen make_or_open) {
  auto txn = LmdbTxn::begin(env, flags);
  if (!txn) return tl::unexpected<Error>(txn.error());
  Result<LmdbTables> tables = make_or_open(txn->get());
  if (!tables) return tables;
  if (int rc = txn->commit(); rc != 0) return lmdb_fail("tables", rc);
  return tables;
}

Status make_empty_dir(const std::filesystem::path& dir) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  bool empty = !error && std::filesystem::is_empty(dir, error);
  if (error) return fail(ErrorCode::kIo, dir.string() + ": " + error.message());
  if (!empty) return fail(ErrorCode::kConflict, dir.string() + ": not empty, nothing is made here");
  return {};
}

}  // namespace

Result<std::unique_ptr<LmdbStore>> LmdbStore::create(const std::filesystem::path& dir,
                                                     const LmdbOptions& options) {
  if (Status made = make_empty_dir(dir); !made) return tl::unexpected<Error>(made.error());
  auto lock = DirLock::take(dir);
  if (!lock) return tl::unexpected<Error>(lock.error());
  auto env = open_env(dir, options.map_bytes, 0);
  if (!env) return tl::unexpected<Error>(env.error());
  auto tables = tables_of(env->get(), 0, create_tables);
  if (!tables) return tl::unexpected<Error>(tables.error());
  auto head_file = HeadFile::create(dir / "HEAD");
  if (!head_file) return tl::unexpected<Error>(head_file.error());
  for (const auto& named : {dir, dir / ".."}) {
    if (Status synced = sync_names(named.string()); !synced)
      return tl::unexpected<Error>(synced.error());
  }
  return std::unique_ptr<LmdbStore>(new LmdbStore(
      std::unique_ptr<Parts>(new Parts{dir, std::move(*lock), std::move(*env), *tables,
                                       std::move(*head_file), options.reader_check})));
}

Result<std::unique_ptr<LmdbStore>> LmdbStore::open(const std::filesystem::path& dir,
                                                   const LmdbOptions& options) {
  if (!std::filesystem::exists(dir / "HEAD") && !std::filesystem::exists(dir / "data.mdb")) {
    return fail(ErrorCode::kNotFound, dir.string() + ": there is no log here");
  }
  auto lock = DirLock::take(dir);
  if (!lock) return tl::unexpected<Error>(lock.error());
  if (options.probed_by_child) {
    if (Status probed = probe(dir, ProbeDepth::kNewest); !probed) {
      return tl::unexpected<Error>(probed.error());
    }
  }
  auto head_file = HeadFile::open(dir / "HEAD");
  if (!head_file) return tl::unexpected<Error>(head_file.error());
  auto env = open_env(dir, options.map_bytes, 0);
  if (!env) return tl::unexpected<Error>(env.error());
  auto tables = tables_of(env->get(), MDB_RDONLY, open_tables);
  if (!tables) return tl::unexpected<Error>(tables.error());
  std::unique_ptr<LmdbStore> store(new LmdbStore(
      std::unique_ptr<Parts>(new Parts{dir, std::move(*lock), std::move(*env), *tables,
                                       std::move(*head_file), options.reader_check})));
  auto stored = store->head();
  if (!stored) return tl::unexpected<Error>(stored.error());
  if (Status same = store->parts_->head_file.check(*stored); !same) {
    return fail(dir.string(), same.error());
  }
  return store;
}

Status LmdbStore::verify_whole(const std::filesystem::path& dir) {
  auto lock = DirLock::take(dir);
  if (!lock) return tl::unexpected<Error>(lock.error());
  return probe(dir, ProbeDepth::kWhole);
}

void LmdbStore::forget_dead_readers() {
  const auto now = std::chrono::steady_clock::now();
  if (now - parts_->readers_checked < parts_->reader_check) return;
  parts_->readers_checked = now;
  mdb_reader_check(parts_->env.get(), nullptr);  // if it fails, the file grows: room() will tell
}

CommitResult LmdbStore::commit(const Batch& batch) {
  forget_dead_readers();
  if (!batch.frames.empty() && !batch.replace_all) {
    auto left = room();
    if (!left) return refused(left.error());
    if (*left == Room::kReserve) {
      return refused({ErrorCode::kLogFull, "95 % of the log's map is in use"});
    }
  }
  auto txn = LmdbTxn::begin(parts_->env.get(), 0);
  if (!txn) return refused(txn.error());
  auto row = read_head_row(txn->get(), parts_->tables);
  if (!row) return refused(row.error());
  check_contract(batch, row->head, row->frames_end);

  int rc = write_batch(txn->get(), parts_->tables, *row, batch);
  if (rc == 0) {
    rc = txn->commit();
  } else {
    txn->abort();
  }
  if (rc != 0) return after_failure(rc, row->head);
  if (Status marked = parts_->head_file.write(batch.head); !marked) return unknown(marked.error());
  return {CommitAnswer::kCommitted, {}};
}

/// LMDB says EIO for a full disk as for a broken one. Refused is only what space explains, and what
/// the head, read again, shows not to be there.
CommitResult LmdbStore::after_failure(int rc, const LogHead& before) {
  Error said = lmdb_fail("commit", rc).value();
  bool full = rc == MDB_MAP_FULL;
  if (!full && !space_explains(rc)) return unknown({ErrorCode::kIo, said.text});
  auto now = head();
  if (!now || *now != before) return unknown({ErrorCode::kIo, said.text});
  if (full) return refused(said);
  return refused({ErrorCode::kStorageFull,
                  parts_->dir.string() + ": no space left for the log (" + said.text + ")"});
}

bool LmdbStore::space_explains(int rc) const {
  if (rc == ENOSPC || rc == EDQUOT || rc == EFBIG) return true;
  if (rc != EIO) return false;
  struct statvfs disk {};
  if (::statvfs(parts_->dir.c_str(), &disk) == 0 &&
      std::uint64_t{disk.f_bavail} * disk.f_frsize < kSpaceMargin) {
    return true;
  }
  struct rlimit limit {};
  struct stat file {};
  return ::getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
         ::stat((parts_->dir / "data.mdb").c_str(), &file) == 0 &&
         static_cast<std::uint64_t>(file.st_size) + kSpaceMargin > limit.rlim_cur;
}

Result<LogHead> LmdbStore::head() const {
  auto txn = LmdbTxn::begin(parts_->env.get(), MDB_RDONLY);
  if (!txn) return tl::unexpected<Error>(txn.error());
  auto row = read_head_row(txn->get(), parts_->tables);
  if (!row) return tl::unexpected<Error>(row.error());
  return row->head;
}

Result<std::vector<FramePtr>> LmdbStore::read_frames(Sequence from, std::size_t max_bytes) const {
  auto txn = LmdbTxn::begin(parts_->env.get(), MDB_RDONLY);
  if (!txn) return tl::unexpected<Error>(txn.error());
  auto row = read_head_row(txn->get(), parts_->tables);
  if (!row) return tl::unexpected<Error>(row.error());
  if (from < row->head.floor) {
    return fail(ErrorCode::kCompacted,
                "the log starts at " + std::to_string(row->head.floor.value));
  }
  std::vector<FramePtr> page;
  std::size_t bytes = 0;
  Status walked = walk_frames(txn->get(), parts_->tables, *row, from, [&](FramePtr frame) {
    bytes += frame->held_bytes();
    if (!page.empty() && bytes > max_bytes) return false;
    page.push_back(std::move(frame));
    return true;
  });
  if (!walked) return tl::unexpected<Error>(walked.error());
  return page;
}

Result<std::optional<Bytes>> LmdbStore::get(const RowKey& key) const {
  auto txn = LmdbTxn::begin(parts_->env.get(), MDB_RDONLY);
  if (!txn) return tl::unexpected<Error>(txn.error());
  return read_row(txn->get(), parts_->tables, key);
}

Status LmdbStore::for_each(Table table, std::string_view prefix, const RowVisitor& visit) const {
  auto txn = LmdbTxn::begin(parts_->env.get(), MDB_RDONLY);
  if (!txn) return tl::unexpected<Error>(txn.error());
  auto row = read_head_row(txn->get(), parts_->tables);
  if (!row) return tl::unexpected<Error>(row.error());
  return walk_rows(txn->get(), parts_->tables, *row, table, prefix, visit);
}

Result<LogHead> LmdbStore::read_state(const RowVisitor& visit) const {
  auto txn = LmdbTxn::begin(parts_->env.get(), MDB_RDONLY);
  if (!txn) return tl::unexpected<Error>(txn.error());
  auto row = read_head_row(txn->get(), parts_->tables);
  if (!row) return tl::unexpected<Error>(row.error());
  Status walked = walk_rows(txn->get(), parts_->tables, *row, Table::kState, "", visit);
  if (!walked) return tl::unexpected<Error>(walked.error());
  return row->head;
}

Result<Room> LmdbStore::room() const {
  MDB_envinfo info;
  MDB_stat stat;
  if (mdb_env_info(parts_->env.get(), &info) != 0 || mdb_env_stat(parts_->env.get(), &stat) != 0) {
    return fail(ErrorCode::kIo, "LMDB does not say how full it is");
  }
  std::uint64_t pages = info.me_mapsize / stat.ms_psize;
  std::uint64_t used = info.me_last_pgno + 1;
  if (used * 100 < pages * kScarcePercent) return Room::kPlenty;
  auto txn = LmdbTxn::begin(parts_->env.get(), MDB_RDONLY);
  if (!txn) return tl::unexpected<Error>(txn.error());
  auto reusable = free_pages(txn->get());
  if (!reusable) return tl::unexpected<Error>(reusable.error());
  used -= std::min(used, *reusable);
  if (used * 100 >= pages * kReservePercent) return Room::kReserve;
  return used * 100 >= pages * kScarcePercent ? Room::kScarce : Room::kPlenty;
}

}  // namespace groupctl
