// A fetch of several chunks whose image is gone, or was made anew, before it is whole.
#include "log/pcg.h"
#include "tests/unit/member/member_fixture.h"

namespace groupctl::testing {

class ImageGone : public MemberFixture {
 protected:
  void SetUp() override {
    Pcg pcg(1);
    for (int i = 0; i < 120; ++i) {  // noise does not compress
      std::string value;
      for (int j = 0; j < 4096; ++j) value.push_back(static_cast<char>('!' + pcg.below(90)));
      log.set("key" + std::to_string(i), value);
    }
    log.joined(row());
    join(CatchUp::kSnapshot);
    image_ = log.chunks();
    ASSERT_GE(image_.size(), 6U);
    answer_one();
    answer_one();
  }

  /// As a coordinator does that has only the image that it makes now: a chunk of that one, whatever
  /// the request names, at the offset that was asked for.
  bool answer_one() {
    const auto asked = sent<SnapshotRequest>();
    if (answered_ == asked.size()) return false;
    const SnapshotRequest& request = asked[answered_++];
    EXPECT_EQ(request.session, session);
    SnapshotChunk chunk = image_.at(request.offset / kChunkBytes);
    EXPECT_EQ(chunk.offset, request.offset);
    if (chunk.image == request.image) ++of_the_named_;
    say(chunk);
    return true;
  }
  void coordinator_restarts() {
    log.epoch = log.epoch.next();
    session = session.next();
    say(Rejoin{"restarted"});
    drain();
    answered_ = 0;
    pass(1000);
    say(Welcome{session, MemberId(121), log.last(), 1000, 10000, {}, CatchUp::kSnapshot});
  }
  void makes_image() { image_ = log.chunks(); }
  void expect_it_comes() {
    while (answer_one()) {
    }
    EXPECT_EQ(core->phase(), MemberPhase::kInStep) << "without a wait";
    EXPECT_EQ(core->state(), log.state());
    EXPECT_EQ(core->marks().received, log.last());
    EXPECT_LT(answered_, 3 * image_.size());
  }

  std::vector<SnapshotChunk> image_;
  std::size_t answered_ = 0;
  std::size_t of_the_named_ = 0;
};

TEST_F(ImageGone, F41_CoordinatorRestartedWithAnotherEntry) {
  log.set("more", "1");
  coordinator_restarts();
  makes_image();
  expect_it_comes();
}

TEST_F(ImageGone, F41_CoordinatorRestartedAtTheSameEntry) {
  const ImageName before = image_[0].image;
  coordinator_restarts();
  makes_image();
  EXPECT_EQ(image_[0].image.at, before.at);
  EXPECT_NE(image_[0].image, before) << "its header says another epoch, so these are other bytes";
  expect_it_comes();
}

TEST_F(ImageGone, F41_CoordinatorRestartedWithLess) {
  GroupLog less = log;
  log.set("lost", "1");
  makes_image();
  while (of_the_named_ < 2 && answer_one()) {
  }
  log = less;
  coordinator_restarts();
  makes_image();
  expect_it_comes();
}

TEST_F(ImageGone, F41_ImageGaveWayToANewerOneInAPartition) {
  log.set("more", "1");
  makes_image();
  for (int second = 0; second < 61; ++second) {
    pass(1000);
    publish(log.heartbeat());
  }
  drain();
  answered_ = 0;
  for (int second = 0; second < 40 && sent<SnapshotRequest>().empty(); ++second) {
    pass(1000);
    publish(log.heartbeat());
  }
  expect_it_comes();
}

TEST_F(ImageGone, ALateChunkOfAnOlderImageIsPassedOver) {
  const SnapshotChunk late = image_.at(4);
  log.set("more", "1");
  makes_image();
  while (of_the_named_ < 2 && answer_one()) {
  }
  drain();
  answered_ = 0;
  say(late);
  EXPECT_TRUE(sent<SnapshotRequest>().empty());
  pass(1000);
  expect_it_comes();
}

}  // namespace groupctl::testing
