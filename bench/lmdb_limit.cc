#include "bench/lmdb_limit.h"

#include <lmdb.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <memory>

namespace groupctl::bench {
namespace {

constexpr std::size_t kMapBytes = std::size_t{8} << 30;

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

}  // namespace

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
    took = std::chrono::steady_clock::now() - begin;
  }
  return static_cast<double>(written) / took.count();
}

}  // namespace groupctl::bench
