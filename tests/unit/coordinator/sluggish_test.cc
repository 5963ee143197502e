// Who is sluggish, and what the coordinator does about it.
#include "coordinator/sluggish.h"

#include <gtest/gtest.h>

#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

constexpr MemberId kMember{1};

Sluggish lags() { return Sluggish({100, 30000, 6000, 300000}); }

TEST(Sluggish, G29_WhoIsFarBehindAndComesNoNearerIsTold) {
  Sluggish lags = testing::lags();
  EXPECT_FALSE(lags.look(kMember, Sequence(10), Sequence(10), LocalTime(1000)));
  EXPECT_FALSE(lags.look(kMember, Sequence(10), Sequence(50), LocalTime(3000)));
  EXPECT_FALSE(lags.look(kMember, Sequence(10), Sequence(150), LocalTime(5000)));
  EXPECT_FALSE(lags.look(kMember, Sequence(11), Sequence(150), LocalTime(8999)));
  const auto lag = lags.look(kMember, Sequence(11), Sequence(250), LocalTime(15000));
  ASSERT_TRUE(lag);
  EXPECT_EQ(lag->entries, 239U);
  EXPECT_TRUE(lags.told(kMember));
}

TEST(Sluggish, G29_WhoMissesOneEntryForLongIsToldToo) {
  Sluggish lags = testing::lags();
  lags.look(kMember, Sequence(9), Sequence(10), LocalTime(0));
  EXPECT_FALSE(lags.look(kMember, Sequence(9), Sequence(10), LocalTime(29999)));
  ASSERT_TRUE(lags.look(kMember, Sequence(9), Sequence(10), LocalTime(30000)));
}

TEST(Sluggish, G29_WhoCatchesUpIsLeftAlone) {
  Sluggish lags = testing::lags();
  lags.look(kMember, Sequence(0), Sequence(1000000), LocalTime(0));
  for (std::uint64_t i = 1; i < 1000; ++i) {
    EXPECT_FALSE(lags.look(kMember, Sequence(i), Sequence(1000000), LocalTime(i * 2000)));
  }
}

TEST(Sluggish, G29_WhoIsBehindByWhatHasJustComeIsLeftAlone) {
  Sluggish lags = testing::lags();
  for (std::uint64_t i = 1; i < 100; ++i) {  // a second behind, for ever
    EXPECT_FALSE(
        lags.look(kMember, Sequence(i * 1000), Sequence(i * 1000 + 500), LocalTime(i * 2000)));
  }
}

TEST(Sluggish, G29_OnceToldItHasTime) {
  Sluggish lags = testing::lags();
  lags.look(kMember, Sequence(9), Sequence(10), LocalTime(0));
  ASSERT_TRUE(lags.look(kMember, Sequence(9), Sequence(10), LocalTime(30000)));
  EXPECT_FALSE(lags.look(kMember, Sequence(9), Sequence(10), LocalTime(329999)));
  EXPECT_TRUE(lags.look(kMember, Sequence(9), Sequence(10), LocalTime(330000)));
  lags.look(kMember, Sequence(10), Sequence(10), LocalTime(331000));
  EXPECT_FALSE(lags.told(kMember)) << "it has caught up";
}

TEST(Sluggish, G29_WhoFetchesAnImageIsLeftAlone) {
  Sluggish lags = testing::lags();
  lags.look(kMember, Sequence(9), Sequence(10), LocalTime(0));
  lags.moves(kMember, LocalTime(29000));
  EXPECT_FALSE(lags.look(kMember, Sequence(9), Sequence(10), LocalTime(34999)));
  EXPECT_TRUE(lags.look(kMember, Sequence(9), Sequence(10), LocalTime(35000)));
}

// ---- in the core

CoordinatorConfig impatient() {
  CoordinatorConfig config = Group::default_config();
  config.sluggish_entries = 5;
  config.sluggish_ms = 20000;
  return config;
}

/// Heartbeats for so long, in which the member says what it said before.
void lives_on(Group& group, Follower& member, std::uint64_t ms) {
  const Watermarks marks = member.join.marks;
  for (std::uint64_t passed = 0; passed < ms; passed += 2000) {
    group.ack(member, marks.received, marks.executed);
    group.tick(2000);
  }
}

TEST(Resynchronising, G29_ASluggishMemberIsToldOnceAndShownSo) {
  Group group(impatient());
  Follower member = group.joined("web-1", 1);
  group.tick(2000);
  for (int i = 0; i < 8; ++i) group.submit(set_command("a", std::to_string(i)));
  lives_on(group, member, 4000);
  EXPECT_FALSE(group.told<Resynchronise>(member.peer));
  lives_on(group, member, 6000);
  EXPECT_TRUE(group.told<Resynchronise>(member.peer));
  const auto rows = group.asked<MembersReply>(MembersQuery{}).rows;
  EXPECT_EQ(rows.front().state, MemberState::kBehind);
  EXPECT_NE(rows.front().note.find("told to resynchronise: behind by 8 entries"), std::string::npos)
      << rows.front().note;
  lives_on(group, member, 60000);
  EXPECT_FALSE(group.told<Resynchronise>(member.peer)) << "not again";
  group.ack_all({&member});
  group.tick(2000);
  EXPECT_EQ(group.state_of(member.id), MemberState::kInStep);
}

TEST(Resynchronising, G29_ItsSnapshotIsOfTheHeadNotAnOldOne) {
  Group group(impatient());
  Follower member = group.joined("web-1", 1);
  group.say(member, SnapshotRequest{member.session, {}, 0});
  EXPECT_EQ(group.told<SnapshotChunk>(member.peer)->image.at, Sequence(1));
  group.tick(2000);
  for (int i = 0; i < 8; ++i) group.submit(set_command("a", std::to_string(i)));
  lives_on(group, member, 10000);
  ASSERT_TRUE(group.told<Resynchronise>(member.peer));
  member.join.resynchronise = true;
  ASSERT_EQ(plan(group.try_join(member)), CatchUp::kSnapshot);
  group.say(member, SnapshotRequest{member.session, {}, 0});
  EXPECT_EQ(group.told<SnapshotChunk>(member.peer)->image.at, Sequence(9));
}

TEST(Resynchronising, G29_G51_AHeldMemberIsNotSluggish) {
  Group group(impatient());
  Follower member = group.joined("web-1", 1);
  group.tick(2000);
  for (int i = 0; i < 8; ++i) group.submit(set_command("a", std::to_string(i)));
  for (int i = 0; i < 20; ++i) {
    Ack ack;
    ack.session = member.session;
    ack.marks = {Sequence(1), Sequence(1)};
    ack.held_at = Sequence(2);
    group.say(member, ack);
    group.tick(2000);
  }
  EXPECT_FALSE(group.told<Resynchronise>(member.peer));
}

TEST(Resynchronising, G29_ALostMemberIsNotTold) {
  Group group(impatient());
  Follower member = group.joined("web-1", 1);
  group.tick(2000);
  for (int i = 0; i < 8; ++i) group.submit(set_command("a", std::to_string(i)));
  group.tick(11000);
  for (int i = 0; i < 20; ++i) group.tick(2000);
  EXPECT_FALSE(group.told<Resynchronise>(member.peer));
  EXPECT_EQ(group.state_of(member.id), MemberState::kLost);
}

}  // namespace
}  // namespace groupctl::testing
