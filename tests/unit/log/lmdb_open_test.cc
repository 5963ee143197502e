// Who may open a store, and what HEAD says against it.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <thread>

#include "tests/unit/log/lmdb_fixture.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;
using namespace fixtures;

class LmdbOpenTest : public LmdbFixture {};

TEST_F(LmdbOpenTest, F12_CreateRefusesADirectoryThatIsNotEmpty) {
  fs::create_directories(dir());
  write_all(dir() / "something", "here");
  EXPECT_EQ(LmdbStore::create(dir(), kSmallMap).error().code, ErrorCode::kConflict);
  EXPECT_EQ(read_all(dir() / "something"), "here");
  EXPECT_FALSE(fs::exists(data()));
}

TEST_F(LmdbOpenTest, F12_OpenMakesNothing) {
  EXPECT_EQ(open_error(), ErrorCode::kNotFound);
  EXPECT_FALSE(fs::exists(dir()));
  create();
  commit({2});
  store_.reset();
  fs::remove(data());
  EXPECT_EQ(open_error(), ErrorCode::kCorrupt);
  EXPECT_FALSE(fs::exists(data()));
}

TEST_F(LmdbOpenTest, WhatWasJustMadeIsOpenedWithoutAChild) {
  create();
  store_.reset();
  LmdbOptions options = kSmallMap;
  options.probed_by_child = false;
  std::atomic<bool> done = false;
  std::thread other([&] { done.wait(false); });
  EXPECT_TRUE(LmdbStore::open(dir(), options).has_value());
  done = true;
  done.notify_all();
  other.join();
}

TEST_F(LmdbOpenTest, F11_ALogThatWentBackIsARollback) {
  create();
  commit({2});
  store_.reset();
  fs::copy_file(data(), temp_.path() / "backup");
  ASSERT_EQ(open_error(), ErrorCode::kOk);
  commit({2});
  store_.reset();
  fs::copy_file(temp_.path() / "backup", data(), fs::copy_options::overwrite_existing);
  EXPECT_EQ(open_error(), ErrorCode::kRollback);
  EXPECT_NE(said_.find("sequence 4 was durable"), std::string::npos) << said_;
}

TEST_F(LmdbOpenTest, F11_AHeadFileThatIsBehindIsNormal) {
  create();
  commit({2});
  store_.reset();
  std::string behind = read_all(dir() / "HEAD");
  ASSERT_EQ(open_error(), ErrorCode::kOk);
  commit({2});
  store_.reset();
  write_all(dir() / "HEAD", behind);
  EXPECT_EQ(open_error(), ErrorCode::kOk) << said_;
}

TEST_F(LmdbOpenTest, F11_ADamagedSlotOfHeadLeavesTheOther) {
  create();
  commit({2});
  commit({2});
  store_.reset();
  std::string head = read_all(dir() / "HEAD");
  std::string bad = head;
  bad[5] = static_cast<char>(bad[5] ^ 1);
  write_all(dir() / "HEAD", bad);
  EXPECT_EQ(open_error(), ErrorCode::kOk) << said_;
  store_.reset();
  bad[128 + 60] = static_cast<char>(bad[128 + 60] ^ 1);
  write_all(dir() / "HEAD", bad);
  EXPECT_EQ(open_error(), ErrorCode::kCorrupt);
  fs::remove(dir() / "HEAD");
  EXPECT_EQ(open_error(), ErrorCode::kCorrupt);
}

TEST_F(LmdbOpenTest, F13_ASecondProcessIsToldThePid) {
  create();
  commit({1});
  std::array<int, 2> ends;
  ASSERT_EQ(::pipe(ends.data()), 0);
  pid_t child = ::fork();
  if (child == 0) {
    auto second = LmdbStore::open(dir(), kSmallMap);
    std::string text =
        second ? "opened" : std::string(to_word(second.error().code)) + " " + second.error().text;
    ::_exit(::write(ends[1], text.data(), text.size()) > 0 ? 0 : 1);
  }
  ::close(ends[1]);
  std::string said(1000, '\0');
  ssize_t length = ::read(ends[0], said.data(), said.size());
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  said.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  EXPECT_EQ(said, "in_use " + dir().string() + ": in use by pid " + std::to_string(::getpid()));
}

TEST_F(LmdbOpenTest, F13_WithoutLmdbsLockFileTheSecondIsStillKeptOut) {
  create();
  fs::remove(dir() / "lock.mdb");
  EXPECT_EQ(LmdbStore::open(dir(), kSmallMap).error().code, ErrorCode::kInUse);
  store_.reset();
  EXPECT_EQ(open_error(), ErrorCode::kOk);
}

TEST_F(LmdbOpenTest, F13_TheLockOfADeadProcessIsFree) {
  create();
  store_.reset();
  pid_t child = ::fork();
  if (child == 0) {
    auto held = LmdbStore::open(dir(), kSmallMap);
    if (held) ::kill(::getpid(), SIGKILL);
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(open_error(), ErrorCode::kOk) << said_;
}

TEST_F(LmdbOpenTest, ReadersSeeOneMomentWhileCommitsGoOn) {
  create();
  std::atomic<bool> done = false;
  std::atomic<int> reads = 0;
  std::thread reader([&] {
    while (!done) {
      std::uint64_t rows = 0;
      auto head = store_->read_state([&](std::string_view, ByteView) { ++rows; });
      EXPECT_TRUE(head);
      EXPECT_EQ(head->batch.value, rows) << "every batch writes one row";
      EXPECT_EQ(store_->read_frames(Sequence(1), SIZE_MAX).has_value(), true);
      ++reads;
    }
  });
  for (int i = 0; i < 30 || reads < 5; ++i) commit({1});
  done = true;
  reader.join();
}

}  // namespace
}  // namespace groupctl
