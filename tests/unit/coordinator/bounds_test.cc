// Every queue and map that peers can make grow has a bound, and what happens at it is what
// docs/limits.md says.
#include <gtest/gtest.h>

#include "coordinator/member_reads.h"
#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

void expect_within_bounds(const Group& group) {
  for (const CoreSize& one : group.core->sizes()) EXPECT_LE(one.size, one.most) << one.what;
}

std::size_t size_of(const Group& group, std::string_view what) {
  for (const CoreSize& one : group.core->sizes()) {
    if (one.what == what) return one.size;
  }
  ADD_FAILURE() << what << " is not counted";
  return 0;
}

TEST(Bounds, I15_RequestsThatAreRepeatedWhileACommitStandsStillAreBusyInTheEnd) {
  PeerBounds bounds;
  bounds.waiters = 10;
  Group group(bounded(bounds));
  Follower member = group.joined("web-1", 1);
  Follower newcomer = group.newcomer("web-2", 2);
  group.hold_commits = true;
  std::vector<AdminRequestId> ids;
  for (int i = 0; i < 11; ++i) ids.push_back(group.submit(drawn(7, 1), {set_command("a", "1")}));
  EXPECT_EQ(group.reply(ids[9]), nullptr);
  ASSERT_NE(group.reply_as<SubmitRefused>(ids[10]), nullptr);
  EXPECT_EQ(group.reply_as<SubmitRefused>(ids[10])->code, ErrorCode::kBusy);
  EXPECT_EQ(refusal(group.try_join(newcomer)), ErrorCode::kBusy);
  group.say(member, Leave{member.session});
  expect_within_bounds(group);
  group.hold_commits = false;
  group.commit();
  ids.pop_back();
  for (const AdminRequestId id : ids) EXPECT_NE(group.reply_as<Accepted>(id), nullptr);
  EXPECT_FALSE(group.told<Left>(member.peer)) << "it asks again";
  group.say(member, Leave{member.session});
  EXPECT_TRUE(group.told<Left>(member.peer));
  EXPECT_EQ(plan(group.try_join(newcomer)), CatchUp::kSnapshot);
}

TEST(Bounds, I15_SubmitsThatAreLookedUpCountAsBytesUntilTheyAreAnswered) {
  CoordinatorConfig config = Group::default_config();
  config.queued_submit_bytes = 20'000;
  Group group(config);
  const auto large = [](int i) {
    return set_command("k" + std::to_string(i), std::string(4000, 'v'));
  };
  for (int i = 1; i <= 5; ++i) group.submit(drawn(7, static_cast<std::uint64_t>(i)), {large(i)});
  group.hold_reads = true;
  std::vector<AdminRequestId> again;
  for (int round = 0; round < 5; ++round) again.push_back(group.submit(drawn(7, 2), {large(2)}));
  EXPECT_EQ(group.reply(again[3]), nullptr);
  ASSERT_NE(group.reply_as<SubmitRefused>(again[4]), nullptr);
  EXPECT_EQ(group.reply_as<SubmitRefused>(again[4])->code, ErrorCode::kBusy);
  expect_within_bounds(group);
  group.answer_reads();
  EXPECT_EQ(group.reply_as<Accepted>(again[0])->last, Sequence(2));
  EXPECT_EQ(size_of(group, "bytes of submits"), 0u);
}

TEST(Bounds, I15_UpdatesAreRememberedForSoManyWatchersOnly) {
  CoordinatorConfig config = Group::default_config();
  config.watchers = 2;
  Group group(config);
  for (int i = 0; i < 20; ++i) group.submit(set_command("a", std::to_string(i)));
  for (std::uint64_t at = 1; at <= 20; ++at) {
    EXPECT_EQ(group.asked<Update>(Watch{Sequence(at), 0}).sequence, Sequence(at));
  }
  EXPECT_EQ(size_of(group, "updates remembered"), 8u);
  expect_within_bounds(group);
}

TEST(Bounds, I15_ClientsBeyondTheBoundAreForgottenHoweverYoung) {
  PeerBounds bounds;
  bounds.request_rows = 3;
  CoordinatorConfig config = bounded(bounds);
  config.request_rows = 1;
  Group group(config);
  for (std::uint64_t client = 1; client <= 10; ++client) {
    group.submit(drawn(client, 1), {set_command("a", std::to_string(client))});
  }
  group.tick(1000);
  EXPECT_LE(size_of(group, "clients remembered"), 4u);
  const AdminRequestId old = group.submit(drawn(1, 1), {set_command("a", "1")});
  ASSERT_NE(group.reply_as<SubmitRefused>(old), nullptr);
  EXPECT_EQ(group.reply_as<SubmitRefused>(old)->code, ErrorCode::kTooOldToKnow);
}

TEST(Bounds, I15_SessionsThatLeftAreRememberedUpToTheirBound) {
  Group group;
  Follower first;
  for (std::uint64_t i = 0; i < 1100; ++i) {
    Follower member = group.newcomer("m" + std::to_string(i), 1);
    member.join.server_id.bytes[1] = static_cast<std::uint8_t>(i % 256);
    member.join.server_id.bytes[2] = static_cast<std::uint8_t>(1 + i / 256);
    ASSERT_EQ(plan(group.try_join(member)), CatchUp::kSnapshot);
    group.say(member, Leave{member.session});
    ASSERT_TRUE(group.told<Left>(member.peer));
    if (i == 0) first = member;
  }
  EXPECT_EQ(size_of(group, "sessions that left"), 1024u);
  expect_within_bounds(group);
  group.say(first, Leave{first.session});
  EXPECT_TRUE(group.told<Rejoin>(first.peer)) << "it was too long ago";
}

/// One hostile member says everything there is to say, many times over, and operators ask too much.
TEST(Bounds, I15_AfterAStormEverythingIsWithinItsBound) {
  Group group;
  Follower hostile = group.joined("hostile", 1);
  for (int i = 0; i < 50; ++i) group.submit(set_command("a", std::to_string(i)));
  group.hold_commits = true;
  group.hold_reads = true;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const std::uint64_t at = 1 + i % 51;
    group.say(hostile, ReplayRequest{hostile.session, Sequence(at), 64});
    group.say(hostile, SnapshotRequest{hostile.session, {}, i});
    ArtefactRequest chunk;
    chunk.session = hostile.session;
    chunk.offset = i;
    group.say(hostile, chunk);
    Ack ack;
    ack.session = hostile.session;
    ack.number = AckNumber(i + 1);
    ack.marks = {Sequence(51), Sequence(51)};
    ack.outcomes = {{Sequence(at), Sequence(51), Outcome::kFailed, "", std::to_string(i)}};
    group.say(hostile, ack);
    group.say(hostile, ProbeReply{hostile.session, i});
    Follower other = group.newcomer("hostile", static_cast<std::uint8_t>(2 + i % 200));
    group.try_join(other);
    group.ask(Watch{Sequence(at), 0}, peer("reader " + std::to_string(i % 50)));
    group.ask(LogQuery{});
    group.submit(drawn(3, 1), {set_command("b", "1")});
    if (i % 100 == 0) group.tick(10);
  }
  expect_within_bounds(group);
  EXPECT_EQ(size_of(group, "chunks of one session"), MemberReads::kMaxChunksOfASession);
  group.hold_commits = false;
  group.hold_reads = false;
  group.commit();
  group.tick(100);
  expect_within_bounds(group);
}

}  // namespace
}  // namespace groupctl::testing
