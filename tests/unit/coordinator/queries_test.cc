// What only looks: hello, status, members, the log.
#include <gtest/gtest.h>

#include "log/entry.h"
#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

TEST(Queries, HelloTellsTheGroupAndItsTime) {
  Group group;
  group.now.value += 500;
  const HelloReply hello = group.asked<HelloReply>(AdminHello{});
  EXPECT_EQ(hello.group, "shop");
  EXPECT_EQ(hello.log_id, group.core->durable_head().log_id);
  EXPECT_EQ(hello.now, GroupTime(1'000'000'000'500));
  const auto other = group.ask(AdminHello{99, ""});
  EXPECT_EQ(group.reply_as<QueryRefused>(other)->code, ErrorCode::kUnsupported);
}

TEST(Queries, F25_GroupTimeNeverGoesBackOverARestart) {
  Group group;
  group.now.value += 60000;
  group.submit(set_command("a", "1"));
  const GroupTime before = group.asked<HelloReply>(AdminHello{}).now;
  group.config.wall_time = GroupTime(1);
  group.restart();
  EXPECT_GE(group.asked<HelloReply>(AdminHello{}).now, before);
}

TEST(Queries, StatusCountsAndNamesTheLastCommand) {
  Group group;
  EXPECT_EQ(group.asked<StatusReply>(StatusQuery{}).head, Sequence(0));
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  StatusReply status = group.asked<StatusReply>(StatusQuery{});
  EXPECT_EQ(status.head, Sequence(2));
  EXPECT_EQ(status.floor, Sequence(1));
  EXPECT_EQ(status.properties, 1u);
  EXPECT_EQ(status.artefacts, 0u);
  EXPECT_EQ(status.last_issuer, "ana@bastion");
  ASSERT_EQ(status.members.size(), 1u);
  EXPECT_EQ(status.members[0], std::pair(MemberState::kBehind, 1u));
  group.ack(member, Sequence(2), Sequence(2));
  status = group.asked<StatusReply>(StatusQuery{});
  EXPECT_EQ(status.members[0], std::pair(MemberState::kInStep, 1u));
  group.restart();
  status = group.asked<StatusReply>(StatusQuery{});
  EXPECT_EQ(status.members[0], std::pair(MemberState::kJoining, 1u));
  group.tick(20000);
  status = group.asked<StatusReply>(StatusQuery{});
  EXPECT_EQ(status.members[0], std::pair(MemberState::kLost, 1u));
}

TEST(Queries, MembersComeInPagesThatFitAMessage) {
  Group group;
  Labels many;
  for (int i = 0; i < 60; ++i) many["label-" + std::to_string(i)] = std::string(200, 'v');
  for (std::uint8_t i = 1; i <= 20; ++i) {
    Follower member = group.newcomer("web-" + std::to_string(i), i, many);
    ASSERT_TRUE(std::holds_alternative<Welcome>(*group.try_join(member)));
  }
  MemberId after;
  std::size_t seen = 0;
  for (bool more = true; more;) {
    const MembersReply page = group.asked<MembersReply>(MembersQuery{after});
    ASSERT_FALSE(page.rows.empty());
    EXPECT_LE(encode(AdminRequestId(1), AdminReply(page)).size(), kMaxMessageBytes);
    seen += page.rows.size();
    after = page.rows.back().id;
    more = page.more;
  }
  EXPECT_EQ(seen, 20u);
}

TEST(Queries, TheLogIsListedFromTheEndOrFromASequence) {
  Group group;
  EXPECT_TRUE(group.asked<LogReply>(LogQuery{}).rows.empty());
  Follower member = group.joined("web-1", 1);
  for (int i = 0; i < 9; ++i) group.submit(set_command("a", "1"));
  const LogReply last = group.asked<LogReply>(LogQuery{{}, 3});
  ASSERT_EQ(last.rows.size(), 3u);
  EXPECT_EQ(decode_entry(last.rows[0].entry)->sequence, Sequence(8));
  EXPECT_EQ(last.rows[0].targets, 1u);
  EXPECT_EQ(last.rows[0].counts.at(0).count, 1u);
  EXPECT_FALSE(last.more);
  const LogReply first = group.asked<LogReply>(LogQuery{Sequence(1), 4});
  ASSERT_EQ(first.rows.size(), 4u);
  EXPECT_EQ(first.rows[0].targets, 0u);  // JOINED counts nobody
  EXPECT_TRUE(first.more);
  EXPECT_TRUE(group.asked<LogReply>(LogQuery{Sequence(11), 4}).rows.empty());
}

TEST(Queries, TheLogBelowItsFloorIsRefused) {
  CoordinatorConfig config = Group::default_config();
  config.keep_entries = 4;
  config.keep_age_ms = 0;
  Group group(config);
  for (int i = 0; i < 20; ++i) group.submit(set_command("a", "1"));
  group.raise_floor();
  const auto id = group.ask(LogQuery{Sequence(1), 4});
  EXPECT_EQ(group.reply_as<QueryRefused>(id)->code, ErrorCode::kCompacted);
  const LogReply all = group.asked<LogReply>(LogQuery{{}, 200});
  EXPECT_EQ(decode_entry(all.rows.at(0).entry)->sequence, all.floor);
}

TEST(Queries, LargeEntriesAreListedInPages) {
  Group group;
  for (int i = 0; i < 40; ++i) group.submit(set_command("a", std::string(4096, 'v')));
  const LogReply page = group.asked<LogReply>(LogQuery{Sequence(1), 40});
  EXPECT_TRUE(page.more);
  EXPECT_LE(encode(AdminRequestId(1), AdminReply(page)).size(), kMaxMessageBytes);
}

}  // namespace
}  // namespace groupctl::testing
