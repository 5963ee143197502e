// A member's core over LmdbStore with a small map.
#include "log/lmdb_store.h"
#include "member/setup.h"
#include "tests/random_text.h"
#include "tests/unit/log/temp_dir.h"
#include "tests/unit/member/member_fixture.h"

namespace groupctl::testing {

class FullMap : public MemberFixture {
 protected:
  static constexpr std::size_t kMap = 1 << 20;

  void start(std::uint64_t max_log_bytes) {
    config.max_log_bytes = max_log_bytes;
    restart();
    hold_commits = true;
    auto made = LmdbStore::create(dir_.path() / "log", {kMap});
    ASSERT_TRUE(made) << made.error().text;
    lmdb_ = std::move(*made);
    log.joined(row());
    pass(0);
    say(Offer{"shop", "tcp://127.0.0.1:7401", 1000});
    settle();
    publish(log.heartbeat());
    settle();
    session = session.next();
    say(Welcome{session, MemberId(1), log.last(), 1000, 10000, {}, CatchUp::kSnapshot});
    settle();
    for (const SnapshotChunk& chunk : log.chunks()) say(chunk);
    settle();
    ASSERT_EQ(core->marks().received, Sequence(1));
  }
  void settle() {
    while (done_ < held.size()) {
      const Batch& batch = held[done_++];
      const CommitResult result = lmdb_->commit(batch);
      if (result.answer == CommitAnswer::kRefused) {
        ++(batch.frames.empty() ? refused_rows_ : refused_frames_);
      }
      step(MemberCommitDone{result});
      held[done_ - 1] = {};
    }
  }
  void second() {
    now.value += 1000;
    publish(log.heartbeat());
    settle();
    step(MemberTick{});
    settle();
  }
  /// More bytes of frames than the map has.
  void fill() {
    for (std::uint64_t i = 0; i < 520; ++i) {
      publish(log.set("k", random_text(3500, i)));
      if (i % 5 != 4) continue;  // a sync a batch, not a frame
      settle();
      while (core->marks().received < log.last() && now.value < 1'000'000) second();
    }
  }
  void expect_it_follows() {
    EXPECT_EQ(core->marks().received, log.last());
    EXPECT_EQ(core->state(), log.state());
    EXPECT_EQ(refused_rows_, 0U);
    EXPECT_EQ(lmdb_->head()->last, log.last());
    EXPECT_EQ(lmdb_->head()->floor, core->head().floor);
    EXPECT_GT(core->head().floor, Sequence(100));
  }

  fixtures::TempDir dir_;
  std::unique_ptr<LmdbStore> lmdb_;
  std::size_t done_ = 0;
  std::size_t refused_frames_ = 0;
  std::size_t refused_rows_ = 0;
};

TEST_F(FullMap, ASmallMapIsNeverFilledByTheLog) {
  start(kept_log_bytes(kMap));
  fill();
  expect_it_follows();
  EXPECT_EQ(refused_frames_, 0U);
}

TEST_F(FullMap, AFullMapIsMadeRoomInAndFilledAgain) {
  start(1 << 30);
  fill();
  EXPECT_GT(refused_frames_, 0U);
  EXPECT_LT(refused_frames_, 20U);
  expect_it_follows();
}

}  // namespace groupctl::testing
