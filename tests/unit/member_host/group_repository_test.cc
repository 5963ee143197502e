// Archives from the group's repository: a test's thread is the loop and the coordinator.
#include "member/host/group_repository.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "tests/unit/member_host/archives.h"
#include "tests/unit/member_host/temp_dir.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

Bytes content(std::size_t size, std::uint8_t first = 1) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(first + i * 7);
  return bytes;
}

ArtefactDigest digest_of(const Bytes& bytes) {
  Sha256 sha;
  sha.add(bytes);
  return sha.finish();
}

class GroupRepositoryTest : public ::testing::Test {
 protected:
  GroupRepositoryTest() : desk_([this] { wanted_.notify_one(); }) { open(1 << 30); }
  ~GroupRepositoryTest() override { stop_serving(); }

  void open(std::uint64_t cache_bytes) {
    repository_ =
        std::make_unique<GroupRepository>(*ArtefactCache::open(dir_ / "cache", cache_bytes), desk_);
  }
  /// Answers what is wanted; `answer` gives nullopt for what is lost.
  using AnswerFor = std::function<std::optional<ChunkAnswer>(const ChunkWanted&)>;
  void serve(AnswerFor answer) {
    stop_serving();
    server_ = std::jthread([this, answer](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        {
          std::unique_lock lock(mutex_);
          wanted_.wait_for(lock, std::chrono::milliseconds(5));
        }
        for (const ChunkWanted& chunk : desk_.take_wanted()) {
          ++asked_;
          if (auto given = answer(chunk)) desk_.deliver(*std::move(given));
        }
      }
    });
  }
  void stop_serving() { server_ = {}; }
  static ChunkAnswer chunk_of(const Bytes& bytes, const ChunkWanted& wanted) {
    const std::size_t offset = std::min<std::size_t>(wanted.offset, bytes.size());
    const std::size_t size = std::min(kChunkBytes, bytes.size() - offset);
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(offset);
    return ArtefactChunk{
        wanted.digest, bytes.size(), offset, {begin, begin + static_cast<std::ptrdiff_t>(size)}};
  }
  tl::expected<std::string, Miss> fetch(const Bytes& bytes, std::uint64_t patience_ms = 30'000) {
    return repository_->fetch(digest_of(bytes), patience_ms, [](int) {});
  }
  std::string cached(const Bytes& bytes, const char* suffix = "") const {
    return dir_ / ("cache/" + digest_of(bytes).hex() + suffix);
  }

  TempDir dir_;
  std::mutex mutex_;
  std::condition_variable wanted_;
  ArtefactDesk desk_;
  std::unique_ptr<GroupRepository> repository_;
  std::atomic<int> asked_ = 0;
  std::jthread server_;
};

TEST_F(GroupRepositoryTest, FetchesInChunksAndKeepsByDigest) {
  const Bytes bytes = content(10 * kChunkBytes + 3);
  serve([&](const ChunkWanted& wanted) { return chunk_of(bytes, wanted); });
  const auto path = fetch(bytes);
  ASSERT_TRUE(path) << path.error().text;
  EXPECT_EQ(as_text(bytes), content_of(*path));
  const int asked = asked_;
  EXPECT_EQ(asked, 11);
  EXPECT_EQ(*fetch(bytes), *path);
  EXPECT_EQ(asked_, asked);  // from the cache
  write_content(*path, "changed behind its back");
  ASSERT_TRUE(fetch(bytes));
  EXPECT_EQ(as_text(bytes), content_of(*path));
}

TEST_F(GroupRepositoryTest, F41_LostChunksAreAskedForAgain) {
  const Bytes bytes = content(12 * kChunkBytes);
  std::set<std::uint64_t> lost = {0, 5 * kChunkBytes, 11 * kChunkBytes};
  serve([&](const ChunkWanted& wanted) -> std::optional<ChunkAnswer> {
    if (lost.erase(wanted.offset) != 0) return std::nullopt;
    return chunk_of(bytes, wanted);
  });
  const auto path = fetch(bytes);
  ASSERT_TRUE(path) << path.error().text;
  EXPECT_EQ(as_text(bytes), content_of(*path));
}

TEST_F(GroupRepositoryTest, GoesOnWithWhatAnEarlierProcessLeft) {
  const Bytes bytes = content(6 * kChunkBytes);
  write_content(cached(bytes, ".part"), std::string(as_text(bytes).substr(0, 4 * kChunkBytes)));
  write_content(cached(content(5), ".part"), "of another archive");
  std::uint64_t lowest = UINT64_MAX;
  serve([&](const ChunkWanted& wanted) {
    lowest = std::min(lowest, wanted.offset);
    return chunk_of(bytes, wanted);
  });
  ASSERT_TRUE(fetch(bytes));
  stop_serving();
  EXPECT_EQ(lowest, 4 * kChunkBytes);
  EXPECT_FALSE(fs::exists(cached(content(5), ".part")));
}

TEST_F(GroupRepositoryTest, F41_AWrongPartIsDroppedAndFetchedFromTheBeginning) {
  const Bytes bytes = content(3 * kChunkBytes);
  write_content(cached(bytes, ".part"), std::string(kChunkBytes, 'x'));
  serve([&](const ChunkWanted& wanted) { return chunk_of(bytes, wanted); });
  ASSERT_TRUE(fetch(bytes));
  EXPECT_EQ(as_text(bytes), content_of(cached(bytes)));
}

TEST_F(GroupRepositoryTest, WhatIsDamagedThereIsSaidAndNotKept) {
  const Bytes bytes = content(2 * kChunkBytes);
  Bytes damaged = bytes;
  damaged[7] ^= 1;
  serve([&](const ChunkWanted& wanted) { return chunk_of(damaged, wanted); });
  const auto path = fetch(bytes);
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().why, Miss::Why::kDamaged);
  EXPECT_TRUE(fs::is_empty(dir_ / "cache"));
}

TEST_F(GroupRepositoryTest, TellsAbsentFromUnreachable) {
  const Bytes bytes = content(5);
  serve([&](const ChunkWanted& wanted) {
    return NoArtefact{wanted.digest, ErrorCode::kNotFound, "not there"};
  });
  EXPECT_EQ(fetch(bytes).error().why, Miss::Why::kAbsent);
  stop_serving();
  EXPECT_EQ(fetch(bytes, 1).error().why, Miss::Why::kUnreachable);
}

TEST_F(GroupRepositoryTest, WhoeverWaitsStopsWhenTheProcessEnds) {
  std::jthread ends([this] { desk_.close(); });
  EXPECT_EQ(fetch(content(5)).error().why, Miss::Why::kFailed);
}

TEST_F(GroupRepositoryTest, KeepsNoMoreThanItsBound) {
  open(5 * kChunkBytes);
  const Bytes first = content(3 * kChunkBytes, 1);
  const Bytes second = content(3 * kChunkBytes, 2);
  const Bytes large = content(9 * kChunkBytes, 3);
  serve([&](const ChunkWanted& wanted) {
    for (const Bytes& bytes : {first, second, large}) {
      if (wanted.digest == digest_of(bytes)) return chunk_of(bytes, wanted);
    }
    return ChunkAnswer(NoArtefact{});
  });
  ASSERT_TRUE(fetch(first));
  ASSERT_TRUE(fetch(second));
  EXPECT_FALSE(fs::exists(cached(first)));
  EXPECT_TRUE(fs::exists(cached(second)));
  // Larger than the bound: it stays until the next one is fetched.
  ASSERT_TRUE(fetch(large));
  EXPECT_TRUE(fs::exists(cached(large)));
  EXPECT_FALSE(fs::exists(cached(second)));
  ASSERT_TRUE(fetch(first));
  EXPECT_FALSE(fs::exists(cached(large)));
}

}  // namespace
}  // namespace groupctl
