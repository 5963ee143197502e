// Full disks, full maps, limits, and a sync that fails.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "tests/unit/log/lmdb_fixture.h"

namespace {
bool fail_sync = false;
}

// Stands before libc's for LMDB as for everybody in this binary.
extern "C" int fdatasync(int fd) {
  if (fail_sync) {
    errno = EIO;
    return -1;
  }
  static const auto real = reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, "fdatasync"));
  return real(fd);
}

namespace groupctl {
namespace {

namespace fs = std::filesystem;
using namespace fixtures;

class LmdbSpaceTest : public LmdbFixture {};

TEST_F(LmdbSpaceTest, F6_AFullMapRefusesEntriesAndStillTakesTheLedger) {
  create({4 << 20});  // the last 5 % hold a batch and what is copied for it
  EXPECT_EQ(store_->room().value(), Room::kPlenty);
  bool scarce = false;
  CommitResult result;
  do {
    scarce = scarce || store_->room().value() == Room::kScarce;
    result = store_->commit(next({200, 200, 200, 200}));
  } while (result.answer == CommitAnswer::kCommitted);
  EXPECT_TRUE(scarce);
  EXPECT_EQ(result.answer, CommitAnswer::kRefused);
  EXPECT_EQ(result.error.code, ErrorCode::kLogFull);
  EXPECT_EQ(store_->room().value(), Room::kReserve);
  LogHead head = store_->head().value();
  for (int i = 0; i < 20; ++i) {
    Batch acks;
    acks.head = store_->head().value();
    acks.head.batch = acks.head.batch.next();
    acks.rows[{Table::kLedger, "watermarks"}] = Bytes(100, static_cast<std::uint8_t>(i));
    EXPECT_EQ(store_->commit(acks).answer, CommitAnswer::kCommitted);
  }
  EXPECT_EQ(store_->head()->last, head.last);

  Batch floor;
  floor.head = store_->head().value();
  floor.head.batch = floor.head.batch.next();
  floor.head.floor = head.last.next();
  EXPECT_EQ(store_->commit(floor).answer, CommitAnswer::kCommitted);
  EXPECT_EQ(store_->room().value(), Room::kPlenty) << "a raised floor makes room";
}

TEST_F(LmdbSpaceTest, F6_ABatchThatDoesNotFitTheMapIsRefused) {
  create({1 << 20});
  Batch batch = next({});
  batch.rows[{Table::kState, "big"}] = Bytes(2 << 20);
  CommitResult result = store_->commit(batch);
  EXPECT_EQ(result.answer, CommitAnswer::kRefused);
  EXPECT_EQ(result.error.code, ErrorCode::kLogFull);
  EXPECT_EQ(store_->head().value(), empty_head());
}

TEST_F(LmdbSpaceTest, F7_AFileSizeLimitIsStorageFull) {
  create();
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit small = before;
  small.rlim_cur = 512 * 1024;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  CommitResult result = fill();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(result.answer, CommitAnswer::kRefused) << result.error.text;
  EXPECT_EQ(result.error.code, ErrorCode::kStorageFull);
  EXPECT_GT(frames_readable(), 0U);
  commit({1});
  EXPECT_EQ(open_error(), ErrorCode::kOk) << said_;
}

TEST_F(LmdbSpaceTest, F8_AFailedSyncIsUnknown) {
  create();
  commit({1});
  Batch batch = next({1});
  fail_sync = true;
  CommitResult result = store_->commit(batch);
  fail_sync = false;
  EXPECT_EQ(result.answer, CommitAnswer::kUnknown);
  EXPECT_EQ(result.error.code, ErrorCode::kIo);
  EXPECT_EQ(open_error(), ErrorCode::kOk) << said_;
  EXPECT_EQ(store_->head()->last, Sequence(1)) << "the restart decides by reading";
}

/// A disk of 2 MiB.
class SmallDiskTest : public LmdbSpaceTest {
 protected:
  void SetUp() override {
    fs::create_directories(disk());
    if (::mount("tmpfs", disk().c_str(), "tmpfs", 0, "size=2m") != 0) {
      GTEST_SKIP() << "cannot mount a tmpfs here: " << std::strerror(errno);
    }
    mounted_ = true;
  }
  void TearDown() override {
    store_.reset();
    if (mounted_) ::umount2(disk().c_str(), MNT_DETACH);
  }
  fs::path disk() const { return temp_.path() / "disk"; }
  fs::path dir() const override { return disk() / "log"; }
  bool mounted_ = false;
};

TEST_F(SmallDiskTest, F5_AFullDiskRefusesReadsOnAndResumes) {
  create();
  write_all(disk() / "ballast", std::string(512 * 1024, 'b'));
  CommitResult result = fill();
  EXPECT_EQ(result.answer, CommitAnswer::kRefused) << result.error.text;
  EXPECT_EQ(result.error.code, ErrorCode::kStorageFull);
  std::size_t readable = frames_readable();
  EXPECT_GT(readable, 0U);
  EXPECT_EQ(fill().error.code, ErrorCode::kStorageFull) << "and again";
  fs::remove(disk() / "ballast");
  commit({1});
  EXPECT_EQ(frames_readable(), readable + 1);
  EXPECT_EQ(open_error(), ErrorCode::kOk) << said_;
}

}  // namespace
}  // namespace groupctl
