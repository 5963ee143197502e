// Leaving on purpose, and coming back.
#include <gtest/gtest.h>

#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

TEST(Leave, G24_G25_IsAnsweredWhenDurableAndTheRosterForgets) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.hold_commits = true;
  group.say(member, Leave{member.session});
  group.say(member, Leave{member.session});  // repeated
  EXPECT_EQ(group.messages_for(member.peer), 0u);
  group.commit();
  EXPECT_TRUE(group.told<Left>(member.peer).has_value());
  EXPECT_EQ(group.head(), Sequence(2));
  EXPECT_TRUE(group.asked<MembersReply>(MembersQuery{}).rows.empty());
  group.say(member, Leave{member.session});  // its answer was lost
  EXPECT_TRUE(group.told<Left>(member.peer).has_value());
  group.ack(member, Sequence(2), Sequence(2));
  EXPECT_TRUE(group.told<Rejoin>(member.peer).has_value());
}

TEST(Leave, G26_WhoComesBackIsNewAndTakesASnapshotWhateverItClaims) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.say(member, Leave{member.session});
  member.join.marks = {group.head(), group.head()};
  member.join.chain = group.core->durable_head().chain;
  member.join.state_digest = group.core->durable_head().state_digest;
  const auto reply = group.try_join(member);
  ASSERT_TRUE(std::holds_alternative<Welcome>(*reply));
  EXPECT_EQ(std::get<Welcome>(*reply).plan, CatchUp::kSnapshot);
  EXPECT_EQ(member.id, MemberId(3));
}

TEST(Leave, ATombstoneKeepsTheNameInTheLedger) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  group.submit(set_command("a", "2"));
  group.ack(member, Sequence(2), Sequence(2));
  group.say(member, Leave{member.session});
  group.restart();
  const Update done = group.asked<Update>(Watch{Sequence(2), 0});
  EXPECT_EQ(done.rows.at(0).outcome, Outcome::kDone);
  const Update left = group.asked<Update>(Watch{Sequence(3), 0});
  EXPECT_EQ(left.rows.at(0).outcome, Outcome::kLeft);
  EXPECT_EQ(left.rows.at(0).name, "web-1");
  EXPECT_TRUE(left.closed);
}

TEST(Leave, WhoJoinsAgainWhileItsLeaveIsNotDurableGetsANewId) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.hold_commits = true;
  group.say(member, Leave{member.session});
  group.say(member, member.join);
  while (group.in_commit) group.commit();
  const auto welcome = group.told<Welcome>(member.peer);
  ASSERT_TRUE(welcome.has_value());
  EXPECT_EQ(welcome->member, MemberId(3));
}

TEST(Leave, OfAnUnknownSessionIsToldToJoin) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.say(member, Leave{SessionNumber(77)});
  EXPECT_TRUE(group.told<Rejoin>(member.peer).has_value());
}

}  // namespace
}  // namespace groupctl::testing
