// F10 and F11: whatever bit of the database flips, and whichever of its two heads is lost, what is
// read is what was written, or nothing.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>

#include "log/pcg.h"
#include "tests/unit/log/lmdb_fixture.h"

namespace groupctl {
namespace {

using namespace fixtures;

constexpr std::size_t kPage = 4096;
constexpr std::size_t kAtTransaction = 144;  // in a meta page; see log/lmdb_probe.cc

/// Everything that the store says, as one text; nullopt when it says that it does not verify.
std::optional<std::string> all_of(const LmdbStore& store) {
  std::string all;
  const auto head = store.head();
  if (!head) return std::nullopt;
  all += std::to_string(head->batch.value) + head->chain.hex() + head->state_digest.hex();
  const auto frames = store.read_frames(Sequence(1), SIZE_MAX);
  if (!frames) return std::nullopt;
  for (const FramePtr& frame : *frames) all += as_text(frame->bytes());
  for (const Table table :
       {Table::kState, Table::kLedger, Table::kRequests, Table::kMember, Table::kMeta}) {
    const Status read = store.for_each(table, "", [&](std::string_view key, ByteView value) {
      all += std::string(key) + "=" + std::string(as_text(value)) + ";";
    });
    if (!read) return std::nullopt;
  }
  return all;
}

enum FlipVerdict : int { kSame = 10, kRefused = 11, kOther = 12 };

class LmdbFlipTest : public LmdbFixture {
 protected:
  void fill_store() {
    create();
    for (int i = 0; i < 5; ++i) commit({5}, 200);
    Batch rows = next({});
    for (int i = 0; i < 40; ++i) {
      const std::string name = "row" + std::to_string(i);
      rows.rows[{Table::kLedger, name}] = copy_bytes(as_bytes("value of " + name));
    }
    rows.rows[{Table::kRequests, "large"}] = Bytes(9000, 'r');
    ASSERT_EQ(store_->commit(rows).answer, CommitAnswer::kCommitted);
    expected_ = all_of(*store_).value();
    store_.reset();
  }
  /// What a process of its own reads there; a signal may end that.
  int look() const {
    const pid_t child = ::fork();
    if (child == 0) {
      for (int signal : {SIGBUS, SIGSEGV, SIGABRT}) std::signal(signal, SIG_DFL);
      const struct rlimit no_core {};
      ::setrlimit(RLIMIT_CORE, &no_core);
      ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);  // LMDB's last words
      auto opened = LmdbStore::open(dir(), kSmallMap);
      const auto all = opened ? all_of(**opened) : std::nullopt;
      ::_exit(!all ? kRefused : *all == expected_ ? kSame : kOther);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }
  /// After a death by signal the next start reads everything first, and has to find it.
  FlipVerdict verdict() const {
    const int status = look();
    if (WIFEXITED(status)) return static_cast<FlipVerdict>(WEXITSTATUS(status));
    return LmdbStore::verify_whole(dir()) ? kOther : kRefused;
  }
  void flip(std::size_t bit) const {
    const int file = ::open(data().c_str(), O_RDWR);
    char byte = 0;
    const auto at = static_cast<off_t>(bit / 8);
    ASSERT_EQ(::pread(file, &byte, 1, at), 1);
    byte = static_cast<char>(byte ^ (1 << (bit % 8)));
    ASSERT_EQ(::pwrite(file, &byte, 1, at), 1);
    ::close(file);
  }
  /// The offset of the newer of the two meta pages.
  static std::size_t newest_meta(const std::string& bytes) {
    std::uint64_t transactions[2];
    std::memcpy(&transactions[0], bytes.data() + kAtTransaction, 8);
    std::memcpy(&transactions[1], bytes.data() + kPage + kAtTransaction, 8);
    return transactions[0] > transactions[1] ? 0 : kPage;
  }

  std::string expected_;
};

int flips() { return std::getenv("GROUPCTL_LONG") == nullptr ? 60 : 10'000; }

TEST_F(LmdbFlipTest, F10_AnyBitIsHarmlessOrRefusedAndNeverOtherData) {
  fill_store();
  const std::size_t bits = 8 * std::filesystem::file_size(data());
  Pcg random(10);
  int refused = 0;
  for (int i = 0; i < flips(); ++i) {
    const std::size_t bit = random.below(bits);
    flip(bit);
    const FlipVerdict found = verdict();
    EXPECT_TRUE(found == kSame || found == kRefused) << "bit " << bit << ": " << found;
    refused += found == kRefused ? 1 : 0;
    flip(bit);
  }
  EXPECT_GT(refused, flips() / 50);
  EXPECT_EQ(verdict(), kSame) << "flipped back it is as it was";
}

TEST_F(LmdbFlipTest, F10_ABitOfTheTwoHeadsIsHarmlessOrRefused) {
  fill_store();
  const int step = flips() > 1000 ? 1 : 29;
  for (std::size_t meta : {std::size_t{0}, kPage}) {
    for (std::size_t bit = 0; bit < 8 * 152; bit += static_cast<std::size_t>(step)) {
      flip(8 * meta + bit);
      const FlipVerdict found = verdict();
      EXPECT_TRUE(found == kSame || found == kRefused) << "bit " << bit << " of " << meta;
      flip(8 * meta + bit);
    }
  }
}

TEST_F(LmdbFlipTest, F11_TheNewestHeadMadeOlderIsARollback) {
  fill_store();
  const std::string good = read_all(data());
  std::string bad = good;
  const std::uint64_t zero = 0;
  std::memcpy(bad.data() + newest_meta(good) + kAtTransaction, &zero, 8);
  write_all(data(), bad);
  EXPECT_EQ(open_error(), ErrorCode::kRollback) << said_;
}

TEST_F(LmdbFlipTest, F11_TheNewestHeadOverwrittenByTheOlderIsARollback) {
  fill_store();
  const std::string good = read_all(data());
  std::string bad = good;
  const std::size_t newest = newest_meta(good);
  bad.replace(newest, kPage, good, kPage - newest, kPage);
  write_all(data(), bad);
  EXPECT_EQ(open_error(), ErrorCode::kRollback) << said_;
}

TEST_F(LmdbFlipTest, F11_SwappedHeadsAreHarmlessOrRefused) {
  fill_store();
  const std::string good = read_all(data());
  write_all(data(), good.substr(kPage, kPage) + good.substr(0, kPage) + good.substr(2 * kPage));
  const FlipVerdict found = verdict();
  EXPECT_TRUE(found == kSame || found == kRefused) << found;
}

}  // namespace
}  // namespace groupctl
