// Readers of other processes: a tool of LMDB's that looks at the running store, and dies.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "log/lmdb_raii.h"
#include "tests/unit/log/lmdb_fixture.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;
using namespace fixtures;

class LmdbReaderTest : public LmdbFixture {
 protected:
  /// A process that has a read transaction open when it is killed.
  void leave_a_dead_reader() const {
    std::array<int, 2> ends;
    ASSERT_EQ(::pipe(ends.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      auto env = open_env(dir(), 0, MDB_RDONLY);
      auto txn = env ? LmdbTxn::begin(env->get(), MDB_RDONLY)
                     : Result<LmdbTxn>(tl::unexpected<Error>(env.error()));
      if (!txn || ::write(ends[1], "r", 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    ::close(ends[1]);
    char reads = 0;
    EXPECT_EQ(::read(ends[0], &reads, 1), 1);
    ::close(ends[0]);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  void overwrite_rows(int times) {
    for (int i = 0; i < times; ++i) {
      Batch batch = next({});
      batch.rows[{Table::kLedger, "watermarks"}] = Bytes(20'000, static_cast<std::uint8_t>(i));
      ASSERT_EQ(store_->commit(batch).answer, CommitAnswer::kCommitted);
    }
  }
  /// How many times as large the file is after many commits.
  double growth_after_a_dead_reader(std::chrono::milliseconds check) {
    LmdbOptions options = kSmallMap;
    options.reader_check = check;
    create(options);
    overwrite_rows(8);
    const auto before = static_cast<double>(fs::file_size(data()));
    leave_a_dead_reader();
    overwrite_rows(40);
    return static_cast<double>(fs::file_size(data())) / before;
  }
};

TEST_F(LmdbReaderTest, F15_ADeadReaderDoesNotMakeTheFileGrow) {
  EXPECT_LT(growth_after_a_dead_reader(std::chrono::milliseconds(0)), 2.0);
}

TEST_F(LmdbReaderTest, F15_WithoutALookItWould) {
  EXPECT_GT(growth_after_a_dead_reader(std::chrono::hours(1)), 2.0);
}

TEST_F(LmdbReaderTest, F15_NoReadOutlivesItsCall) {
  create();
  commit({2});
  commit({2});
  ASSERT_TRUE(store_->read_frames(Sequence(1), 1));
  ASSERT_TRUE(store_->head());
  ASSERT_TRUE(store_->get({Table::kState, "key1"}));
  ASSERT_TRUE(store_->read_state([](std::string_view, ByteView) {}));
  EXPECT_FALSE(store_->read_frames(Sequence(0), 1));
  overwrite_rows(8);
  const auto before = static_cast<double>(fs::file_size(data()));
  overwrite_rows(40);
  EXPECT_LT(static_cast<double>(fs::file_size(data())) / before, 2.0);
}

}  // namespace
}  // namespace groupctl
