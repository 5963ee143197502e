// What store.h promises, asked of every implementation.
#include <gtest/gtest.h>

#include "log/lmdb_store.h"
#include "log/memory_store.h"
#include "tests/unit/log/builders.h"
#include "tests/unit/log/temp_dir.h"

namespace groupctl {
namespace {

using fixtures::History;

class MemoryWorld {
 public:
  Store& store() { return store_; }
  void reopen() {
    MemoryStore image = store_;
    store_ = MemoryStore();
    store_ = image;
  }

 private:
  MemoryStore store_;
};

class LmdbWorld {
 public:
  LmdbWorld() { store_ = std::move(LmdbStore::create(dir_.path() / "log", options_).value()); }
  Store& store() { return *store_; }
  void reopen() {
    store_.reset();
    store_ = std::move(LmdbStore::open(dir_.path() / "log", options_).value());
  }

 private:
  fixtures::TempDir dir_;
  LmdbOptions options_{16 << 20};
  std::unique_ptr<LmdbStore> store_;
};

template <class World>
class StoreConformance : public ::testing::Test {
 protected:
  Store& store() { return world_.store(); }
  LogHead head() { return store().head().value(); }
  Batch next(std::vector<std::size_t> frames = {}) { return history_.batch_on(head(), frames); }
  void commit(const Batch& batch) {
    CommitResult result = store().commit(batch);
    ASSERT_EQ(result.answer, CommitAnswer::kCommitted) << result.error.text;
  }
  /// "first-last first-last ..." of what read_frames gives, or the word of its error.
  std::string frames(std::uint64_t from, std::size_t max_bytes = 1 << 20) {
    auto page = store().read_frames(Sequence(from), max_bytes);
    if (!page) return std::string(to_word(page.error().code));
    std::string text;
    for (const FramePtr& frame : *page) {
      if (!text.empty()) text += ' ';
      text += std::to_string(frame->header().first.value) + '-' +
              std::to_string(frame->header().last.value);
    }
    return text;
  }
  /// "key=value ..." of the rows with this prefix.
  std::string rows(Table table, std::string_view prefix = "") {
    std::string text;
    Status status = store().for_each(table, prefix, row_printer(text));
    return status ? text : std::string(to_word(status.error().code));
  }
  static Store::RowVisitor row_printer(std::string& text) {
    return [&text](std::string_view key, ByteView value) {
      if (!text.empty()) text += ' ';
      text += std::string(key) + '=' + std::string(as_text(value));
    };
  }
  static void put(Batch& batch, Table table, const std::string& key, std::string_view value) {
    batch.rows[{table, key}] = copy_bytes(as_bytes(value));
  }

  World world_;
  History history_;
};

using Worlds = ::testing::Types<MemoryWorld, LmdbWorld>;
TYPED_TEST_SUITE(StoreConformance, Worlds);

TYPED_TEST(StoreConformance, AFreshStoreIsEmpty) {
  EXPECT_EQ(this->head(), empty_head());
  EXPECT_EQ(this->frames(1), "");
  EXPECT_EQ(this->frames(0), "compacted");
  EXPECT_EQ(this->rows(Table::kState), "");
  EXPECT_EQ(this->store().get({Table::kMeta, "nothing"}).value(), std::nullopt);
}

TYPED_TEST(StoreConformance, CommitWritesHeadFramesAndRowsAtOnceAndForGood) {
  Batch batch = this->next({2, 1});
  this->put(batch, Table::kState, "artefact/shop", "1.0");
  this->put(batch, Table::kLedger, "watermark", "");
  this->commit(batch);
  for (int opened = 0; opened < 2; ++opened) {
    EXPECT_EQ(this->head(), batch.head);
    EXPECT_EQ(this->frames(1), "1-2 3-3");
    EXPECT_EQ(this->store().get({Table::kState, "artefact/shop"}).value(),
              copy_bytes(as_bytes("1.0")));
    EXPECT_EQ(this->store().get({Table::kLedger, "watermark"}).value(), Bytes());
    EXPECT_EQ(this->store().get({Table::kLedger, "artefact/shop"}).value(), std::nullopt);
    this->world_.reopen();
  }
}

TYPED_TEST(StoreConformance, FramesAreTheSameBytes) {
  Batch batch = this->next({3});
  this->commit(batch);
  this->world_.reopen();
  FramePtr read = this->store().read_frames(Sequence(2), 1).value().at(0);
  EXPECT_EQ(copy_bytes(read->bytes()), copy_bytes(batch.frames[0]->bytes()));
  EXPECT_EQ(read->header(), batch.frames[0]->header());
}

TYPED_TEST(StoreConformance, ABatchWithoutFramesMovesOnlyItsNumber) {
  this->commit(this->next({2}));
  Batch batch = this->next();
  this->put(batch, Table::kMeta, "kinds", "7");
  this->commit(batch);
  EXPECT_EQ(this->head().batch, BatchNumber(2));
  EXPECT_EQ(this->head().last, Sequence(2));
  EXPECT_EQ(this->frames(1), "1-2");
}

TYPED_TEST(StoreConformance, ReadFramesKeepsItsBounds) {
  this->commit(this->next({2, 2}));
  this->commit(this->next({2}));
  std::size_t one = this->store().read_frames(Sequence(5), 0).value().at(0)->bytes().size();
  EXPECT_EQ(this->frames(1), "1-2 3-4 5-6");
  EXPECT_EQ(this->frames(2), "1-2 3-4 5-6");
  EXPECT_EQ(this->frames(3), "3-4 5-6");
  EXPECT_EQ(this->frames(6), "5-6");
  EXPECT_EQ(this->frames(7), "");
  EXPECT_EQ(this->frames(~0ULL), "");
  EXPECT_EQ(this->frames(1, 0), "1-2") << "at least one";
  EXPECT_EQ(this->frames(1, 2 * one), "1-2 3-4");
  EXPECT_EQ(this->frames(1, 2 * one - 1), "1-2");
}

TYPED_TEST(StoreConformance, ReadFramesCountsThemUnpacked) {
  this->commit(this->next({50, 50}));
  const FramePtr one = this->store().read_frames(Sequence(1), 0).value().at(0);
  ASSERT_LT(2 * one->bytes().size(), one->held_bytes());
  EXPECT_EQ(this->frames(1, one->held_bytes()), "1-50");
  EXPECT_EQ(this->frames(1, 3 * one->held_bytes()), "1-50 51-100");
}

TYPED_TEST(StoreConformance, TheFloorDropsFramesWhollyBelowIt) {
  this->commit(this->next({2, 2, 2}));
  Batch batch = this->next();
  batch.head.floor = Sequence(3);
  this->commit(batch);
  EXPECT_EQ(this->frames(2), "compacted");
  EXPECT_EQ(this->frames(3), "3-4 5-6");
  batch = this->next();
  batch.head.floor = Sequence(7);  // nothing is left
  this->commit(batch);
  EXPECT_EQ(this->frames(6), "compacted");
  EXPECT_EQ(this->frames(7), "");
  this->commit(this->next({1}));
  this->world_.reopen();
  EXPECT_EQ(this->frames(7), "7-7");
}

TYPED_TEST(StoreConformance, RowsAreOverwrittenAndErased) {
  Batch batch = this->next();
  this->put(batch, Table::kState, "a", "1");
  this->put(batch, Table::kState, "b", "2");
  this->commit(batch);
  batch = this->next();
  this->put(batch, Table::kState, "a", "one");
  batch.rows[{Table::kState, "b"}] = std::nullopt;
  batch.rows[{Table::kState, "never"}] = std::nullopt;
  this->commit(batch);
  this->world_.reopen();
  EXPECT_EQ(this->rows(Table::kState), "a=one");
}

TYPED_TEST(StoreConformance, ForEachVisitsAPrefixInByteOrder) {
  Batch batch = this->next();
  for (const char* key : {"b", "a/2", "a/10", "a", "a0", "a/\xff"}) {
    this->put(batch, Table::kLedger, key, "x");
  }
  this->put(batch, Table::kRequests, "a/3", "y");
  this->commit(batch);
  EXPECT_EQ(this->rows(Table::kLedger, "a/"), "a/10=x a/2=x a/\xff=x");
  EXPECT_EQ(this->rows(Table::kLedger), "a=x a/10=x a/2=x a/\xff=x a0=x b=x");
  EXPECT_EQ(this->rows(Table::kLedger, "c"), "");
  EXPECT_EQ(this->rows(Table::kRequests, "a"), "a/3=y");
}

TYPED_TEST(StoreConformance, KeysAndValuesMayHaveAnyBytes) {
  std::string key(500, '\0');
  std::string value(100'000, '\xfe');
  Batch batch = this->next();
  this->put(batch, Table::kMember, key, value);
  this->commit(batch);
  EXPECT_EQ(this->store().get({Table::kMember, key}).value(), copy_bytes(as_bytes(value)));
}

TYPED_TEST(StoreConformance, ReadStateIsOfOneMoment) {
  Batch batch = this->next({1});
  this->put(batch, Table::kState, "a", "1");
  this->put(batch, Table::kMeta, "m", "2");
  this->commit(batch);
  std::string text;
  auto read = this->store().read_state(this->row_printer(text));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, batch.head);
  EXPECT_EQ(text, "a=1");
}

TYPED_TEST(StoreConformance, ReplaceAllSwapsLogAndStateAndKeepsTheRest) {
  Batch batch = this->next({2});
  this->put(batch, Table::kState, "old", "1");
  this->put(batch, Table::kMember, "identity", "me");
  this->commit(batch);

  Batch swap = this->next();
  swap.replace_all = true;
  swap.head.last = Sequence(50);
  swap.head.floor = Sequence(51);
  this->put(swap, Table::kState, "new", "2");
  this->commit(swap);
  EXPECT_EQ(this->frames(2), "compacted");
  EXPECT_EQ(this->frames(51), "");
  EXPECT_EQ(this->rows(Table::kState), "new=2");
  EXPECT_EQ(this->rows(Table::kMember), "identity=me");

  History other;
  (void)other.frame(48);  // 1-48, then one that holds 49-52: the swap was inside of it
  Batch tail = other.batch_on(this->head(), {4});
  this->commit(tail);
  this->world_.reopen();
  EXPECT_EQ(this->frames(51), "49-52");
}

TYPED_TEST(StoreConformance, ReplaceAllMayGoBack) {
  this->commit(this->next({5}));
  Batch swap = this->next();
  swap.replace_all = true;
  swap.head.last = Sequence(0);
  swap.head.floor = Sequence(1);
  this->commit(swap);
  EXPECT_EQ(this->head().last, Sequence(0));
  EXPECT_EQ(this->frames(1), "");
}

TYPED_TEST(StoreConformance, AHeadMayLieInAFrameThatIsStoredLater) {
  Batch batch = this->next({3});
  Batch half = batch;
  half.frames.clear();
  half.head.last = Sequence(2);
  this->commit(half);
  EXPECT_EQ(this->frames(1), "");
  batch.head.batch = BatchNumber(2);
  this->commit(batch);
  EXPECT_EQ(this->frames(1), "1-3");
}

template <class World>
class StoreConformanceDeathTest : public StoreConformance<World> {};
TYPED_TEST_SUITE(StoreConformanceDeathTest, Worlds);

TYPED_TEST(StoreConformanceDeathTest, ABrokenContractAborts) {
  this->commit(this->next({2}));
  Batch good = this->next({1});
  Batch bad = good;
  bad.head.batch = BatchNumber(3);
  EXPECT_DEATH((void)this->store().commit(bad), "batch numbers are contiguous");
  bad = good;
  bad.head.last = Sequence(1);
  EXPECT_DEATH((void)this->store().commit(bad), "the log never shrinks");
  bad = good;
  bad.head.floor = Sequence(5);
  EXPECT_DEATH((void)this->store().commit(bad), "the floor is in the log");
  bad = good;
  bad.frames.push_back(bad.frames[0]);
  EXPECT_DEATH((void)this->store().commit(bad), "a frame continues the one before it");
  bad = good;
  bad.rows[{Table::kState, ""}] = Bytes();
  EXPECT_DEATH((void)this->store().commit(bad), "1 to 500 bytes");
}

TEST(MemoryStore, ARefusedCommitLeavesEverythingAsItWas) {
  MemoryStore store;
  History history;
  Batch batch = history.batch_on(*store.head(), {1});
  store.refuse_next({ErrorCode::kStorageFull, "full"});
  CommitResult result = store.commit(batch);
  EXPECT_EQ(result.answer, CommitAnswer::kRefused);
  EXPECT_EQ(result.error, (Error{ErrorCode::kStorageFull, "full"}));
  EXPECT_EQ(*store.head(), empty_head());
  EXPECT_EQ(store.commit(batch).answer, CommitAnswer::kCommitted) << "the same number again";
}

TEST(MemoryStore, AnUnknownCommitWasWrittenOrNot) {
  for (bool written : {false, true}) {
    MemoryStore store;
    Batch batch = History().batch_on(*store.head(), {1});
    store.leave_next_unknown(written);
    EXPECT_EQ(store.commit(batch).answer, CommitAnswer::kUnknown);
    EXPECT_EQ(*store.head(), written ? batch.head : empty_head());
    EXPECT_EQ(store.read_frames(Sequence(1), 1)->size(), written ? 1U : 0U);
  }
}

TEST(MemoryStore, ACopyIsAnImageOfThatMoment) {
  MemoryStore store;
  History history;
  ASSERT_EQ(store.commit(history.batch_on(*store.head(), {1})).answer, CommitAnswer::kCommitted);
  MemoryStore image = store;
  ASSERT_EQ(store.commit(history.batch_on(*store.head(), {1})).answer, CommitAnswer::kCommitted);
  EXPECT_EQ(image.head()->last, Sequence(1));
  EXPECT_EQ(store.head()->last, Sequence(2));
}

}  // namespace
}  // namespace groupctl
