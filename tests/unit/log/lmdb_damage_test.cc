// Damaged files: found, or harmless; never other data, and no crash.
#include <gtest/gtest.h>

#include "tests/unit/log/lmdb_fixture.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;
using namespace fixtures;

class LmdbDamageTest : public LmdbFixture {};

TEST_F(LmdbDamageTest, F12_EmptyForeignAndZeroedFilesAreRefusedAndLeftAlone) {
  create();
  commit({2});
  store_.reset();
  std::string good = read_all(data());
  for (const std::string& bad : {std::string(), std::string("hello"), std::string(100'000, 'x'),
                                 std::string(good.size(), 0)}) {
    write_all(data(), bad);
    EXPECT_EQ(open_error(), ErrorCode::kCorrupt) << said_;
    EXPECT_EQ(said_.find('\n'), std::string::npos);
    EXPECT_EQ(read_all(data()), bad);
  }
  write_all(data(), good);
  EXPECT_EQ(open_error(), ErrorCode::kOk) << said_;
}

TEST_F(LmdbDamageTest, F12_AnotherVersionOfLmdbIsNotSupported) {
  create();
  commit({1});
  store_.reset();
  std::string bytes = read_all(data());
  bytes[20] = 2;
  write_all(data(), bytes);
  EXPECT_EQ(open_error(), ErrorCode::kUnsupported);
}

TEST_F(LmdbDamageTest, F12_TruncationAtEveryPageIsFoundOrHarmless) {
  create();
  for (int i = 0; i < 4; ++i) commit({100}, 3000);
  store_.reset();
  std::string good = read_all(data());
  std::size_t found = 0;
  for (std::size_t size = 0; size < good.size(); size += 4096) {
    write_all(data(), good.substr(0, size));
    if (ErrorCode code = open_error(); code != ErrorCode::kOk) {
      EXPECT_EQ(code, ErrorCode::kCorrupt) << said_;
      ++found;
      continue;
    }
    EXPECT_EQ(frames_readable(), 4U) << "only free pages are gone";
    store_.reset();
  }
  EXPECT_GE(found + 2, good.size() / 4096);
}

TEST_F(LmdbDamageTest, F12_AZeroedPageIsFoundOrHarmless) {
  create();
  for (int i = 0; i < 4; ++i) commit({20}, 3000);
  Bytes last = copy_bytes(store_->read_frames(Sequence(80), 1).value().at(0)->bytes());
  store_.reset();
  std::string good = read_all(data());
  for (std::size_t at = 0; at < good.size(); at += 4096) {
    std::string bad = good;
    store_.reset();
    std::fill_n(bad.begin() + static_cast<std::ptrdiff_t>(at), 4096, '\0');
    write_all(data(), bad);
    if (Status whole = LmdbStore::verify_whole(dir()); !whole) {
      EXPECT_EQ(whole.error().code, ErrorCode::kCorrupt) << whole.error().text;
      continue;
    }
    ErrorCode code = open_error();
    if (code != ErrorCode::kOk) {
      EXPECT_TRUE(code == ErrorCode::kRollback || code == ErrorCode::kCorrupt) << said_;
      continue;
    }
    EXPECT_EQ(copy_bytes(store_->read_frames(Sequence(80), 1).value().at(0)->bytes()), last);
  }
}

TEST_F(LmdbDamageTest, F10_ABitFlipInAStoredValueNamesTheFirstBadSequence) {
  create();
  commit({3});
  commit({3});
  commit({3});
  std::string needle(as_text(store_->read_frames(Sequence(4), 1).value().at(0)->entry_bytes(1)));
  store_.reset();
  std::string bytes = read_all(data());
  std::size_t at = bytes.find(needle);
  ASSERT_NE(at, std::string::npos);
  bytes[at + needle.size() / 2] = static_cast<char>(bytes[at + needle.size() / 2] ^ 4);
  write_all(data(), bytes);
  EXPECT_EQ(open_error(), ErrorCode::kCorrupt);
  EXPECT_NE(said_.find("sequence 4: frame: checksum"), std::string::npos) << said_;
}

TEST_F(LmdbDamageTest, F10_AFlippedRowOrKeyIsNeverReadAsOther) {
  create();
  Batch batch = next({1});
  batch.rows[{Table::kLedger, "NEEDLEKEY"}] = copy_bytes(as_bytes("NEEDLEVALUE"));
  batch.rows[{Table::kLedger, "other"}] = copy_bytes(as_bytes("value"));
  ASSERT_EQ(store_->commit(batch).answer, CommitAnswer::kCommitted);
  store_.reset();
  std::string good = read_all(data());
  for (const char* needle : {"NEEDLEKEY", "NEEDLEVALUE"}) {
    std::string bad = good;
    for (std::size_t at = bad.find(needle); at != std::string::npos; at = bad.find(needle, at)) {
      bad[at] = static_cast<char>(bad[at] ^ 1);
    }
    write_all(data(), bad);
    EXPECT_EQ(LmdbStore::verify_whole(dir()).error().code, ErrorCode::kCorrupt) << needle;
    ASSERT_EQ(open_error(), ErrorCode::kOk) << said_;
    auto rows = store_->for_each(Table::kLedger, "", [](std::string_view, ByteView) {});
    ASSERT_FALSE(rows) << needle;
    EXPECT_EQ(rows.error().code, ErrorCode::kCorrupt);
    store_.reset();
  }
}

TEST_F(LmdbDamageTest, F10_RandomBitFlipsAreFoundOrHarmless) {
  create();
  for (int i = 0; i < 3; ++i) commit({5}, 200);
  store_.reset();
  std::string good = read_all(data());
  std::uint64_t random = 42;
  int found = 0;
  for (int i = 0; i < 60; ++i) {
    random = random * 6364136223846793005ULL + 1442695040888963407ULL;
    std::size_t bit = (random >> 20) % (8 * good.size());
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    write_all(data(), bad);
    Status whole = LmdbStore::verify_whole(dir());
    if (!whole || open_error() != ErrorCode::kOk) {
      ++found;
      continue;
    }
    EXPECT_EQ(store_->head()->last, Sequence(15)) << "bit " << bit;
    EXPECT_EQ(frames_readable(), 3U) << "bit " << bit;
    store_.reset();
  }
  EXPECT_GT(found, 0);
}

TEST_F(LmdbDamageTest, ACommitWithAHeadThatDoesNotVerifyWritesNothing) {
  create();
  commit({1});
  std::fstream file(data(), std::ios::in | std::ios::out | std::ios::binary);
  std::string bytes = read_all(data());
  std::string needle(as_text(store_->head()->chain.view()));
  ASSERT_NE(bytes.find(needle), std::string::npos);
  for (std::size_t at = bytes.find(needle); at != std::string::npos;
       at = bytes.find(needle, at + 1)) {
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(bytes[at] ^ 1));
  }
  file.close();
  EXPECT_EQ(store_->head().error().code, ErrorCode::kCorrupt);
  Batch batch;
  batch.head = empty_head();
  batch.head.batch = BatchNumber(2);
  CommitResult result = store_->commit(batch);
  EXPECT_EQ(result.answer, CommitAnswer::kRefused);
  EXPECT_EQ(result.error.code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace groupctl
