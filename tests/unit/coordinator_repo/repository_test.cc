// The group's repository on a disk: uploads in pieces, blobs, verifying, garbage.
#include "coordinator/repo/repository.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/member_host/temp_dir.h"

namespace groupctl {
namespace {

/// That a blob is not kept any more. Its file may be a second younger than the test thinks.
constexpr std::int64_t kLongEnough = Repository::kBlobKeptS + 60;

namespace fs = std::filesystem;

Bytes content(std::size_t size, std::uint8_t first = 1) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::uint8_t>(first + i * 7 + i / 251);
  }
  return bytes;
}

ArtefactDigest digest_of(const Bytes& bytes) {
  Sha256 sha;
  sha.add(bytes);
  return sha.finish();
}

class RepositoryTest : public ::testing::Test {
 protected:
  RepositoryTest() { restart(); }
  void restart() { repository_ = *Repository::open(dir_ / "repo"); }

  RepoDone ask(RepoRequest request) { return *repository_->answer(now_, wall_s_, request); }
  static PutArtefact put_of(const Bytes& bytes, std::string version = "1.0") {
    return {"shop", std::move(version), digest_of(bytes), bytes.size(), "ana@bastion", ""};
  }
  /// What is asked of `T` is what was answered to groupctl.
  template <class T>
  T open(const PutArtefact& put) {
    return std::get<T>(std::get<AdminAnswer>(ask(OpenPut{{}, AdminRequestId(1), put})).reply);
  }
  bool whole(const PutArtefact& put) {
    return std::holds_alternative<PutWhole>(ask(OpenPut{{}, AdminRequestId(1), put}));
  }
  AdminReply write(const Bytes& bytes, std::uint64_t from, std::uint64_t size) {
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(from);
    const PutChunk chunk{
        digest_of(bytes), from, {begin, begin + static_cast<std::ptrdiff_t>(size)}};
    return std::get<AdminAnswer>(ask(WritePut{{}, AdminRequestId(2), chunk})).reply;
  }
  void put(const Bytes& bytes, std::string version = "1.0") {
    ASSERT_EQ(open<PutState>(put_of(bytes, std::move(version))).wanted, 0U);
    ASSERT_TRUE(std::holds_alternative<PutState>(write(bytes, 0, bytes.size())));
  }
  VerifyReply verified(const ArtefactDigest& digest, std::uint64_t run) {
    while (true) {
      const auto done = ask(VerifyBlob{{}, AdminRequestId(3), {run, digest}});
      const auto reply = std::get<VerifyReply>(std::get<AdminAnswer>(done).reply);
      if (reply.done) return reply;
      EXPECT_TRUE(repository_->busy());
      repository_->work();
    }
  }
  MemberReply chunk(const ArtefactDigest& digest, std::uint64_t offset) {
    return std::get<BlobChunk>(ask(ReadBlob{{}, {SessionNumber(1), digest, offset}})).reply;
  }
  CollectReply collect(std::set<ArtefactDigest> named, bool dry_run = false) {
    const auto done = ask(CollectBlobs{{}, AdminRequestId(4), dry_run, std::move(named)});
    return std::get<CollectReply>(std::get<AdminAnswer>(done).reply);
  }
  std::string path(const char* folder, const Bytes& bytes) const {
    return dir_ / ("repo/" + std::string(folder) + "/" + digest_of(bytes).hex());
  }

  TempDir dir_;
  LocalTime now_{1000};
  std::int64_t wall_s_ = static_cast<std::int64_t>(::time(nullptr));
  std::unique_ptr<Repository> repository_;
};

TEST_F(RepositoryTest, TakesAnArchiveInPiecesAndGivesItBack) {
  const Bytes bytes = content(3 * kChunkBytes + 17);
  EXPECT_EQ(open<PutState>(put_of(bytes)), (PutState{digest_of(bytes), 0, 0}));
  EXPECT_EQ(std::get<PutState>(write(bytes, 0, kChunkBytes)).wanted, kChunkBytes);
  // Repeated, or out of its turn: nothing happens, and the answer says from where it goes on.
  EXPECT_EQ(std::get<PutState>(write(bytes, 0, kChunkBytes)).wanted, kChunkBytes);
  EXPECT_EQ(std::get<PutState>(write(bytes, 2 * kChunkBytes, 5)).wanted, kChunkBytes);
  write(bytes, kChunkBytes, kChunkBytes);
  EXPECT_FALSE(fs::exists(path("blobs", bytes)));
  EXPECT_EQ(std::get<PutState>(write(bytes, 2 * kChunkBytes, kChunkBytes + 17)).wanted,
            bytes.size());
  EXPECT_TRUE(whole(put_of(bytes)));

  Bytes read;
  while (read.size() < bytes.size()) {
    const auto piece = std::get<ArtefactChunk>(chunk(digest_of(bytes), read.size()));
    EXPECT_EQ(piece.total, bytes.size());
    read.insert(read.end(), piece.bytes.begin(), piece.bytes.end());
  }
  EXPECT_EQ(read, bytes);
  EXPECT_TRUE(std::get<ArtefactChunk>(chunk(digest_of(bytes), bytes.size() + 9)).bytes.empty());
}

TEST_F(RepositoryTest, GoesOnWhereAnEarlierProcessStopped) {
  const Bytes bytes = content(5 * kChunkBytes);
  open<PutState>(put_of(bytes));
  write(bytes, 0, 2 * kChunkBytes);
  restart();
  EXPECT_EQ(open<PutState>(put_of(bytes)), (PutState{digest_of(bytes), 2 * kChunkBytes, 0}));
  // While that is read nothing is taken.
  EXPECT_EQ(std::get<PutState>(write(bytes, 2 * kChunkBytes, kChunkBytes)).wanted, 2 * kChunkBytes);
  while (repository_->busy()) repository_->work();
  EXPECT_EQ(open<PutState>(put_of(bytes)).checked, 2 * kChunkBytes);
  write(bytes, 2 * kChunkBytes, 3 * kChunkBytes);
  EXPECT_TRUE(whole(put_of(bytes)));
}

TEST_F(RepositoryTest, FinishesWhatACrashLeftWholeButNotTakenIn) {
  const Bytes bytes = content(kChunkBytes);
  std::ofstream(path("partial", bytes), std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  EXPECT_EQ(open<PutState>(put_of(bytes)).checked, 0U);
  while (repository_->busy()) repository_->work();
  EXPECT_TRUE(whole(put_of(bytes)));
}

TEST_F(RepositoryTest, OtherContentThanItsDigestLeavesNothing) {
  const Bytes bytes = content(1000);
  Bytes other = bytes;
  other[500] ^= 1;
  open<PutState>(put_of(bytes));
  const PutChunk lie{digest_of(bytes), 0, other};
  const auto answer = std::get<AdminAnswer>(ask(WritePut{{}, AdminRequestId(2), lie})).reply;
  EXPECT_EQ(std::get<QueryRefused>(answer).code, ErrorCode::kDigestMismatch);
  EXPECT_FALSE(fs::exists(path("partial", bytes)));
  EXPECT_FALSE(fs::exists(path("blobs", bytes)));
  EXPECT_EQ(open<PutState>(put_of(bytes)).wanted, 0U);
}

TEST_F(RepositoryTest, RefusesWhatIsBeyondItsBounds) {
  const Bytes bytes = content(1000);
  PutArtefact empty = put_of(bytes);
  empty.bytes = 0;
  EXPECT_EQ(open<QueryRefused>(empty).code, ErrorCode::kInvalid);
  PutArtefact huge = put_of(bytes);
  huge.bytes = kMaxArtefactBytes + 1;
  EXPECT_EQ(open<QueryRefused>(huge).code, ErrorCode::kInvalid);
  EXPECT_EQ(std::get<QueryRefused>(write(bytes, 0, 10)).code, ErrorCode::kNotFound);
  PutArtefact short_one = put_of(bytes);
  short_one.bytes = 5;
  open<PutState>(short_one);
  EXPECT_EQ(std::get<QueryRefused>(write(bytes, 0, 10)).code, ErrorCode::kInvalid);
}

TEST_F(RepositoryTest, AnIdleUploadGivesItsPlaceToAnother) {
  for (std::uint8_t i = 0; i < kMaxUploads; ++i) {
    open<PutState>(put_of(content(100, static_cast<std::uint8_t>(10 + i))));
  }
  const PutArtefact one_more = put_of(content(100, 200));
  EXPECT_EQ(open<QueryRefused>(one_more).code, ErrorCode::kBusy);
  now_ = LocalTime(now_.value + 31'000);
  EXPECT_EQ(open<PutState>(one_more).wanted, 0U);
  EXPECT_TRUE(fs::exists(path("partial", content(100, 10))));
}

TEST_F(RepositoryTest, VerifyFindsDamageAndPutsItAside) {
  const Bytes bytes = content(9 << 20);
  ASSERT_NO_FATAL_FAILURE(put(bytes));
  const VerifyReply sound = verified(digest_of(bytes), 1);
  EXPECT_EQ(sound.fault, "");
  EXPECT_EQ(sound.checked, bytes.size());
  {
    std::fstream file(path("blobs", bytes), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(1234);
    file.put(static_cast<char>(bytes[1234] ^ 1));
  }
  EXPECT_EQ(verified(digest_of(bytes), 1), sound);  // the same run: it is not read again
  EXPECT_NE(verified(digest_of(bytes), 2).fault.find("put it again"), std::string::npos);
  EXPECT_EQ(std::get<NoArtefact>(chunk(digest_of(bytes), 0)).code, ErrorCode::kNotFound);
  EXPECT_EQ(verified(digest_of(bytes), 3).fault, "it is not there");
  ASSERT_NO_FATAL_FAILURE(put(bytes));
  EXPECT_EQ(verified(digest_of(bytes), 4).fault, "");
}

TEST_F(RepositoryTest, ABlobOfAnotherLengthIsWantedAnew) {
  const Bytes bytes = content(1000);
  ASSERT_NO_FATAL_FAILURE(put(bytes));
  fs::resize_file(path("blobs", bytes), 10);
  EXPECT_EQ(open<PutState>(put_of(bytes)).wanted, 0U);
}

TEST_F(RepositoryTest, CollectsWhatNothingNames) {
  const Bytes named = content(1000, 1);
  const Bytes unnamed = content(2000, 2);
  const Bytes fresh = content(3000, 3);
  ASSERT_NO_FATAL_FAILURE(put(named));
  ASSERT_NO_FATAL_FAILURE(put(unnamed));
  open<PutState>(put_of(fresh));
  write(fresh, 0, 500);
  std::ofstream(path("partial", content(1, 9))) << "old";
  restart();
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(25);
  fs::last_write_time(path("partial", content(1, 9)), old);

  EXPECT_EQ(collect({digest_of(named)}, true).blobs, 0U) << "it may be about to be named";
  wall_s_ += kLongEnough;
  const CollectReply dry = collect({digest_of(named)}, true);
  EXPECT_EQ(dry, (CollectReply{1, 1, 2003, 1, 1000}));
  EXPECT_TRUE(fs::exists(path("blobs", unnamed)));
  EXPECT_EQ(collect({digest_of(named)}), dry);
  EXPECT_FALSE(fs::exists(path("blobs", unnamed)));
  EXPECT_TRUE(fs::exists(path("blobs", named)));
  EXPECT_TRUE(fs::exists(path("partial", fresh)));
  EXPECT_EQ(collect({digest_of(named)}).bytes, 0U);
}

TEST_F(RepositoryTest, WhatIsOnItsWayIntoTheCatalogueStays) {
  const Bytes bytes = content(1000);
  ASSERT_NO_FATAL_FAILURE(put(bytes));
  ASSERT_TRUE(whole(put_of(bytes)));
  wall_s_ += kLongEnough;
  EXPECT_EQ(collect({}).blobs, 0U);
  EXPECT_FALSE(repository_->answer(now_, wall_s_, SettlePut{digest_of(bytes)}).has_value());
  EXPECT_EQ(collect({}).blobs, 1U);
}

TEST_F(RepositoryTest, F48_AFolderThatCannotBeWrittenIsNamed) {
  std::ofstream(dir_ / "file") << "x";
  const auto opened = Repository::open(dir_ / "file/repo");
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().text.find(dir_ / "file"), std::string::npos) << opened.error().text;
}

}  // namespace
}  // namespace groupctl
