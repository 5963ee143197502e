// An LMDB store in a temporary directory, and what a test does to its files.
#pragma once

#include <gtest/gtest.h>

#include <fstream>

#include "log/lmdb_store.h"
#include "tests/unit/log/builders.h"
#include "tests/unit/log/temp_dir.h"

namespace groupctl::fixtures {

inline constexpr LmdbOptions kSmallMap{16 << 20};

inline std::string read_all(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline void write_all(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class LmdbFixture : public ::testing::Test {
 protected:
  void create(LmdbOptions options = kSmallMap) {
    store_ = std::move(LmdbStore::create(dir(), options).value());
  }
  ErrorCode open_error() {
    store_.reset();
    auto opened = LmdbStore::open(dir(), kSmallMap);
    if (opened) {
      store_ = std::move(*opened);
      return ErrorCode::kOk;
    }
    said_ = opened.error().text;
    return opened.error().code;
  }
  Batch next(std::vector<std::size_t> frames) {
    return history_.batch_on(store_->head().value(), std::move(frames));
  }
  void commit(std::vector<std::size_t> frames, std::size_t row_bytes = 10) {
    Batch batch = next(std::move(frames));
    batch.rows[{Table::kState, "key" + std::to_string(batch.head.batch.value)}] =
        Bytes(row_bytes, 'v');
    CommitResult result = store_->commit(batch);
    ASSERT_EQ(result.answer, CommitAnswer::kCommitted) << result.error.text;
  }
  /// Commits batches with frames until one is not committed.
  CommitResult fill() {
    for (int i = 0; i < 10'000; ++i) {
      LogHead before = store_->head().value();
      History history = history_;
      Batch batch = next({200});
      CommitResult result = store_->commit(batch);
      if (result.answer == CommitAnswer::kCommitted) continue;
      history_ = history;
      EXPECT_EQ(store_->head().value(), before);
      return result;
    }
    return {CommitAnswer::kCommitted, {}};
  }
  std::size_t frames_readable() {
    auto frames = store_->read_frames(Sequence(1), SIZE_MAX);
    EXPECT_TRUE(frames) << frames.error().text;
    return frames ? frames->size() : 0;
  }
  virtual std::filesystem::path dir() const { return temp_.path() / "log"; }
  std::filesystem::path data() const { return dir() / "data.mdb"; }

  fixtures::TempDir temp_;
  History history_;
  std::unique_ptr<LmdbStore> store_;
  std::string said_;
};

}  // namespace groupctl::fixtures
