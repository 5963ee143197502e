#include "bench/lmdb_limit.h"

#include <lmdb.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <vector>

namespace groupctl::bench {
namespace {

constexpr std::size_t kMapBytes = std::size_t{8} << 30;
constexpr unsigned kNamedDatabases = 8;  // as a log has them (log/lmdb_tables.h)

struct EnvCloser {
  void operator()(MDB_env* env) const { mdb_env_close(env); }
};
using Env = std::unique_ptr<MDB_env, EnvCloser>;

Status check(int rc, const char* what) {
  if (rc == MDB_SUCCESS) return {};
  return fail(ErrorCode::kIo, std::string(what) + ": " + mdb_strerror(rc));
}

Result<Env> open_env(const std::string& dir) {
  std::filesystem::create_directories(dir);
  MDB_env* raw = nullptr;
  mdb_env_create(&raw);
  Env env(raw);
  mdb_env_set_mapsize(raw, kMapBytes);
  mdb_env_set_maxdbs(raw, kNamedDatabases);
  if (auto opened = check(mdb_env_open(raw, dir.c_str(), 0, 0600), "open"); !opened) {
    return tl::unexpected<Error>(opened.error());
  }
  return env;
}

Status append_batch(MDB_env* env, std::uint64_t first, std::uint64_t batch) {
  MDB_txn* txn = nullptr;
  MDB_dbi dbi = 0;
  if (auto begun = check(mdb_txn_begin(env, nullptr, 0, &txn), "begin"); !begun) return begun;
  int rc = mdb_dbi_open(txn, nullptr, MDB_INTEGERKEY, &dbi);
  std::array<char, 256> record{};
  for (std::uint64_t i = 0; rc == MDB_SUCCESS && i < batch; ++i) {
    std::uint64_t key = first + i;
    record[i % record.size()] = static_cast<char>(key);
    MDB_val k{sizeof(key), &key};
    MDB_val v{record.size(), record.data()};
    rc = mdb_put(txn, dbi, &k, &v, MDB_APPEND);
  }
  if (rc != MDB_SUCCESS) {
    mdb_txn_abort(txn);
    return check(rc, "put");
  }
  return check(mdb_txn_commit(txn), "commit");
}

/// `work` in a read transaction, on a named database of a log; it answers with LMDB's codes.
template <class Work>
Status read_log(MDB_env* env, const char* database, unsigned flags, const Work& work) {
  MDB_txn* txn = nullptr;
  if (auto begun = check(mdb_txn_begin(env, nullptr, MDB_RDONLY, &txn), "begin"); !begun) {
    return begun;
  }
  MDB_dbi dbi = 0;
  int rc = mdb_dbi_open(txn, database, flags, &dbi);
  if (rc == MDB_SUCCESS) rc = work(txn, dbi);
  mdb_txn_abort(txn);
  return check(rc, database);
}

/// Bytes read.
int copy_all(MDB_txn* txn, MDB_dbi dbi, double& bytes) {
  MDB_cursor* cursor = nullptr;
  if (const int rc = mdb_cursor_open(txn, dbi, &cursor); rc != MDB_SUCCESS) return rc;
  MDB_val key, value;
  std::vector<char> copy;
  int rc = MDB_SUCCESS;
  while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == MDB_SUCCESS) {
    const auto* data = static_cast<const char*>(value.mv_data);
    copy.assign(data, data + value.mv_size);
    bytes += static_cast<double>(copy.size());
  }
  mdb_cursor_close(cursor);
  return rc == MDB_NOTFOUND ? MDB_SUCCESS : rc;
}

std::chrono::duration<double> since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::steady_clock::now() - begin;
}

}  // namespace

Result<double> lmdb_open_seconds(const std::string& dir) {
  const auto begin = std::chrono::steady_clock::now();
  auto env = open_env(dir);
  if (!env) return tl::unexpected<Error>(env.error());
  auto read = read_log(env->get(), "head", 0, [](MDB_txn* txn, MDB_dbi dbi) {
    std::string name = "head";
    MDB_val key{name.size(), name.data()};
    MDB_val value;
    return mdb_get(txn, dbi, &key, &value);
  });
  if (!read) return tl::unexpected<Error>(read.error());
  return since(begin).count();
}

Result<double> lmdb_read_bytes_per_second(const std::string& dir) {
  auto env = open_env(dir);
  if (!env) return tl::unexpected<Error>(env.error());
  double bytes = 0;
  const auto begin = std::chrono::steady_clock::now();
  auto read = read_log(env->get(), "frames", MDB_INTEGERKEY,
                       [&](MDB_txn* txn, MDB_dbi dbi) { return copy_all(txn, dbi, bytes); });
  if (!read) return tl::unexpected<Error>(read.error());
  return bytes / since(begin).count();
}

Result<double> lmdb_appends_per_second(const std::string& dir, std::uint64_t batch,
                                       double seconds) {
  auto env = open_env(dir);
  if (!env) return tl::unexpected<Error>(env.error());
  const auto begin = std::chrono::steady_clock::now();
  std::chrono::duration<double> took{};
  std::uint64_t written = 0;
  while (took.count() < seconds) {
    if (auto done = append_batch(env->get(), written, batch); !done) {
      return tl::unexpected<Error>(done.error());
    }
    written += batch;
    took = since(begin);
  }
  return static_cast<double>(written) / took.count();
}

}  // namespace groupctl::bench
