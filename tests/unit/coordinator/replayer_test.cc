// The replayer over a MemoryStore, and the image that it makes.
#include "coordinator/replayer.h"

#include <gtest/gtest.h>

#include "tests/random_text.h"
#include "tests/unit/coordinator/group.h"
#include "wire/snapshot_image.h"

namespace groupctl::testing {
namespace {

class Replaying : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int i = 1; i <= 30; ++i) {
      group.submit(
          drawn(i % 3 == 0 ? 2 : 1, static_cast<std::uint64_t>(i)),
          {set_command("k" + std::to_string(i), random_text(2700, static_cast<std::uint64_t>(i)))});
    }
  }
  std::vector<ReplayPage> pages(std::uint64_t from, std::uint32_t count) {
    const auto done =
        std::get<MemberRead>(replayer.answer(now, ReplayRead{peer("m"), Sequence(from), count}));
    std::vector<ReplayPage> list;
    for (const MemberReply& reply : done.replies) list.push_back(std::get<ReplayPage>(reply));
    return list;
  }
  SnapshotChunk chunk(const ImageName& image, std::uint64_t offset = 0) {
    const auto done =
        std::get<MemberRead>(replayer.answer(now, ImageRead{peer("m"), image, offset}));
    return std::get<SnapshotChunk>(done.replies.at(0));
  }
  Result<Entry> find(const RequestId& request, std::uint64_t from, std::uint64_t to) {
    const ReadDone done =
        replayer.answer(now, RequestRead{1, request, 1, Sequence(from), Sequence(to)});
    return std::get<RequestReadDone>(done).found.map(
        [](const std::vector<Entry>& entries) { return entries.back(); });
  }
  Group group;
  Replayer replayer{group.store, {"shop", group.config.secret}};
  LocalTime now{0};
};

TEST_F(Replaying, PagesFollowEachOtherUntilTheHeadOrTheCredit) {
  const auto all = pages(1, 16);
  ASSERT_GT(all.size(), 1u);
  Sequence next(1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].from, Sequence(1));
    EXPECT_EQ(all[i].head, Sequence(30));
    EXPECT_EQ(all[i].last, i + 1 == all.size());
    for (const FramePtr& frame : all[i].frames) {
      EXPECT_EQ(frame->header().first, next);
      next = frame->header().last.next();
    }
  }
  EXPECT_EQ(next, Sequence(31));
  const auto one = pages(1, 1);
  ASSERT_EQ(one.size(), 1u);
  EXPECT_TRUE(one[0].last);
}

TEST_F(Replaying, AtTheHeadThePageIsEmpty) {
  const auto page = pages(31, 4);
  ASSERT_EQ(page.size(), 1u);
  EXPECT_TRUE(page[0].frames.empty());
  EXPECT_TRUE(page[0].last);
}

TEST_F(Replaying, AnImageIsSharedNamedAndResumable) {
  const SnapshotChunk first = chunk({});
  EXPECT_EQ(first.image.at, Sequence(30));
  group.submit(set_command("later", "1"));
  now.value += 60000;
  EXPECT_EQ(chunk({}).image, first.image);
  const SnapshotChunk rest = chunk(first.image, 10);
  EXPECT_EQ(rest.offset, 10u);
  EXPECT_EQ(Bytes(first.bytes.begin() + 10, first.bytes.end()), rest.bytes);
  EXPECT_TRUE(chunk(first.image, first.total).bytes.empty());
  now.value += 60001;
  EXPECT_EQ(chunk(first.image).image.at, Sequence(31));  // gone: the chunk says which it is of

  const auto snapshot = decode_image(first.bytes, 1 << 20);
  ASSERT_TRUE(snapshot.has_value());
  EXPECT_EQ(snapshot->rows.size(), 30u);
  EXPECT_TRUE(verify_tag(group.config.secret, snapshot->header.tag_claim()));
  EXPECT_EQ(snapshot->header.state_kinds, std::vector{kSetKind});
  GroupState state;
  for (const auto& [key, value] : snapshot->rows) state.load_row(key, value);
  EXPECT_EQ(state.digest(), snapshot->header.state_digest);
}

TEST_F(Replaying, F41_AnImageMadeAnewHasItsOwnName) {
  const ImageName first = chunk({}).image;
  group.restart();
  Replayer next(group.store, {"shop", group.config.secret});
  const auto done = std::get<MemberRead>(next.answer(now, ImageRead{peer("m"), first, 10}));
  const auto other = std::get<SnapshotChunk>(done.replies.at(0));
  EXPECT_EQ(other.image.at, first.at);
  EXPECT_NE(other.image, first) << "another epoch in its header: other bytes";
  EXPECT_EQ(other.offset, 10u);
}

TEST_F(Replaying, AtTheHeadTheImageInUseIsNotMadeAnew) {
  const ImageName first = chunk({}).image;
  now.value += 60000;
  chunk(first);
  Batch rows;
  rows.head = *group.store.head();
  rows.head.batch = rows.head.batch.next();
  rows.head.group_time.value += 120000;
  group.store.commit(rows);
  now.value += 60000;
  EXPECT_EQ(chunk({}).image, first) << "two of one sequence would take a fetch from each other";
}

TEST_F(Replaying, AnImageBehindTheMemberIsNotShared) {
  EXPECT_EQ(chunk({}).image.at, Sequence(30));
  group.submit(set_command("later", "1"));
  const auto done =
      std::get<MemberRead>(replayer.answer(now, ImageRead{peer("m"), {}, 0, Sequence(31)}));
  EXPECT_EQ(std::get<SnapshotChunk>(done.replies.at(0)).image.at, Sequence(31));
}

TEST_F(Replaying, F39_WhoKeepsAskingForNewerImagesGetsFew) {
  const auto asked = [&](const std::string& by, std::uint64_t at_least) {
    const ImageRead read{peer(by), {}, 0, Sequence(at_least), SessionNumber(7)};
    return std::get<MemberRead>(replayer.answer(now, read));
  };
  std::uint64_t head = 30;
  const auto more = [&] { group.submit(set_command("later", std::to_string(++head))); };
  EXPECT_EQ(asked("hostile", head).replies.size(), 1u);
  for (int i = 0; i < 2; ++i) {
    more();
    EXPECT_EQ(asked("hostile", head).replies.size(), 1u);
  }
  more();
  const MemberRead fourth = asked("hostile", head);
  EXPECT_TRUE(fourth.replies.empty()) << "it asks again, as if this were lost";
  EXPECT_EQ(fourth.session, SessionNumber(7));
  EXPECT_TRUE(fourth.of_image);
  EXPECT_EQ(asked("another", head).replies.size(), 1u);
  EXPECT_EQ(asked("hostile", head).replies.size(), 1u) << "of that one it may have a part";
  more();
  now.value += 10'000;
  EXPECT_EQ(asked("hostile", head).replies.size(), 1u);
}

TEST_F(Replaying, F39_AnImageThatIsBeingFetchedOutlivesNewerOnesThatAreNot) {
  const SnapshotChunk fetched = chunk({});
  for (std::uint64_t i = 1; i <= 8; ++i) {
    group.submit(set_command("later", std::to_string(i)));
    now.value += 10;
    const ImageRead newer{peer("m" + std::to_string(i)), {}, 0, Sequence(30 + i)};
    replayer.answer(now, newer);
    now.value += 10;
    EXPECT_EQ(chunk(fetched.image, 10).image, fetched.image);
  }
}

TEST_F(Replaying, AnImageWhoseTailIsGoneIsMadeAnew) {
  const SnapshotChunk first = chunk({});
  Batch cut;
  cut.head = *group.store.head();
  cut.head.batch = cut.head.batch.next();
  cut.head.floor = cut.head.last.next();
  group.store.commit(cut);
  EXPECT_EQ(chunk(first.image).image.at, Sequence(30));  // nothing is missing behind it
  EXPECT_EQ(replayer.answer(now, ReplayRead{peer("m"), Sequence(3), 1}).index(), 0u);
  const auto read =
      std::get<MemberRead>(replayer.answer(now, ReplayRead{peer("m"), Sequence(3), 1}));
  EXPECT_TRUE(std::holds_alternative<Resynchronise>(read.replies.at(0)));
}

TEST_F(Replaying, ARequestIsFoundNotFoundOrBelowTheFloor) {
  EXPECT_EQ(find(drawn(1, 4), 1, 30)->sequence, Sequence(4));
  EXPECT_EQ(find(drawn(2, 3), 3, 30)->sequence, Sequence(3));
  EXPECT_EQ(find(drawn(1, 3), 1, 30).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(find(drawn(1, 29), 1, 28).error().code, ErrorCode::kNotFound);
  Batch cut;
  cut.head = *group.store.head();
  cut.head.batch = cut.head.batch.next();
  cut.head.floor = Sequence(20);
  group.store.commit(cut);
  EXPECT_EQ(find(drawn(1, 28), 1, 30)->sequence, Sequence(28));
  EXPECT_EQ(find(drawn(1, 4), 1, 30).error().code, ErrorCode::kCompacted);
  EXPECT_EQ(find(drawn(1, 27), 1, 30).error().code, ErrorCode::kNotFound);
}

TEST_F(Replaying, AnImageThatTheFloorIsAboutToPassIsSharedNoMore) {
  const ImageName old = chunk({}).image;
  group.submit(set_command("more", "v"));
  now = LocalTime(30'000);
  ASSERT_EQ(chunk({}).image, old) << "young enough";
  now = LocalTime(55'000);
  FloorRead read;
  read.rule.younger_stay = GroupTime(UINT64_MAX);
  read.rule.newer_stay = read.rule.received = Sequence(31);
  const auto done = std::get<FloorReadDone>(replayer.answer(now, read));
  ASSERT_EQ(done.rise->floor, Sequence(32)) << "nobody has asked for it for so long";
  EXPECT_NE(chunk(old).image, old);
  EXPECT_EQ(chunk({}).image.at, Sequence(31));
}

TEST_F(Replaying, LogRowsAreTheStoredBytes) {
  const auto rows = std::get<LogReadDone>(replayer.answer(now, LogRead{7, Sequence(5), 3}));
  EXPECT_EQ(rows.token, 7u);
  ASSERT_EQ(rows.entries->size(), 3u);
  EXPECT_EQ(decode_entry(rows.entries->at(2))->sequence, Sequence(7));
  const auto none = std::get<LogReadDone>(replayer.answer(now, LogRead{7, Sequence(31), 3}));
  EXPECT_TRUE(none.entries->empty());
}

/// Has a head and rows, and no frame of it verifies.
class DamagedStore final : public Store {
 public:
  explicit DamagedStore(const Store& sound) : sound_(sound) {}
  CommitResult commit(const Batch&) override { return {CommitAnswer::kRefused, {}}; }
  Result<LogHead> head() const override { return sound_.head(); }
  Result<std::vector<FramePtr>> read_frames(Sequence, std::size_t) const override {
    return fail(ErrorCode::kCorrupt, "frame: checksum");
  }
  Result<std::optional<Bytes>> get(const RowKey& key) const override { return sound_.get(key); }
  Status for_each(Table table, std::string_view prefix, const RowVisitor& visit) const override {
    return sound_.for_each(table, prefix, visit);
  }
  Result<LogHead> read_state(const RowVisitor& visit) const override {
    return sound_.read_state(visit);
  }

 private:
  const Store& sound_;
};

TEST_F(Replaying, F9_AFrameThatDoesNotVerifyIsAnErrorInEveryAnswer) {
  const DamagedStore damaged(group.store);
  Replayer reader(damaged, {"shop", group.config.secret});
  const ReadDone page = reader.answer(now, ReplayRead{peer("m"), Sequence(1), 1});
  EXPECT_EQ(std::get<Refused>(std::get<MemberRead>(page).replies.at(0)).code, ErrorCode::kCorrupt);
  const ReadDone request =
      reader.answer(now, RequestRead{1, drawn(1, 1), 1, Sequence(1), Sequence(30)});
  EXPECT_EQ(std::get<RequestReadDone>(request).found.error().code, ErrorCode::kCorrupt);
  const ReadDone log = reader.answer(now, LogRead{2, Sequence(3), 1});
  EXPECT_EQ(std::get<LogReadDone>(log).entries.error().code, ErrorCode::kCorrupt);
  const ReadDone floor = reader.answer(now, FloorRead{RetentionRule{}});
  EXPECT_EQ(std::get<FloorReadDone>(floor).rise.error().code, ErrorCode::kCorrupt);
}

TEST(SnapshotImage, F41_AnyFlippedBitIsRefused) {
  SnapshotHeader header;
  header.group = "shop";
  header.at = Sequence(3);
  const SnapshotRows rows{{"property/a", {1, 2}}, {"property/b", {}}};
  const Bytes image = encode_image(header, rows);
  const auto whole = decode_image(image, 1 << 20);
  EXPECT_EQ(whole->header, header);
  EXPECT_EQ(whole->rows, rows);
  for (std::size_t bit = 0; bit < image.size() * 8; ++bit) {
    Bytes bad = image;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    const auto read = decode_image(bad, 1 << 20);
    // zstd has unused bits in its header; what decodes is what was encoded.
    if (read) {
      EXPECT_EQ(read->rows, rows) << bit;
      EXPECT_EQ(read->header, header) << bit;
    }
  }
  for (std::size_t size = 0; size < image.size(); ++size) {
    EXPECT_FALSE(decode_image(ByteView(image).first(size), 1 << 20).has_value());
  }
  EXPECT_EQ(decode_image(image, 10).error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(decode_image(encode_image(header, {}), 1 << 20)->rows.empty());
}

TEST(SnapshotImage, F33_RowsThatNoStateHasAreRefused) {
  const auto refused = [](const SnapshotRows& rows) {
    const auto snapshot = decode_image(encode_image({}, rows), 1 << 20);
    return !snapshot && snapshot.error().code == ErrorCode::kCorrupt;
  };
  EXPECT_FALSE(refused({{"a", {1}}, {"b", {}}}));
  EXPECT_TRUE(refused({{"b", {}}, {"a", {}}}));
  EXPECT_TRUE(refused({{"a", {}}, {"a", {}}}));
  EXPECT_TRUE(refused({{"", {}}}));
  EXPECT_TRUE(refused({{std::string(kMaxRowKeyBytes + 1, 'k'), {}}}));
}

}  // namespace
}  // namespace groupctl::testing
