// What happens when a commit is refused, or nobody knows.
#include <gtest/gtest.h>

#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

/// As many batches as asked: the first in commit, the others gathered behind it.
std::vector<AdminRequestId> gather(Group& group, std::size_t batches) {
  std::vector<AdminRequestId> ids;
  for (std::size_t batch = 0; batch < batches; ++batch) {
    std::vector<SubmittedCommand> commands;
    for (int i = 0; i < 12; ++i) {
      commands.push_back(set_command("k" + std::to_string(i), std::string(4096, 'v')));
    }
    ids.push_back(group.submit(drawn(50 + batch, 1), commands));
  }
  return ids;
}

TEST(Commit, RefusedWithThreeBatchesGatheredRefusesAllAndFallsBack) {
  Group group;
  Follower member = group.joined("web-1", 1);
  const LogHead before = group.core->durable_head();
  const Hash digest = group.core->speculative_state().digest();
  group.hold_commits = true;
  const auto ids = gather(group, 4);
  EXPECT_NE(group.core->speculative_state().digest(), digest);
  group.refuse_commit();
  for (const auto id : ids) {
    ASSERT_NE(group.reply_as<SubmitRefused>(id), nullptr);
    EXPECT_EQ(group.reply_as<SubmitRefused>(id)->code, ErrorCode::kStorageFull);
  }
  EXPECT_EQ(group.core->durable_head().last, before.last);
  EXPECT_EQ(group.core->speculative_state().digest(), digest);
  EXPECT_EQ(group.published.size(), 1u);  // JOINED

  const auto id = group.submit(set_command("colour", "red"));
  group.commit();
  EXPECT_EQ(group.reply_as<Accepted>(id)->first, before.last.next());
}

TEST(Commit, G23_ACrashBetweenGatheredBatchesLeavesTheStateOfTheDurableHead) {
  Group group;
  group.hold_commits = true;
  gather(group, 4);  // all set the same keys
  for (int durable = 1; durable <= 3; ++durable) {
    group.commit();
    const auto loaded = group.load();
    ASSERT_TRUE(loaded.has_value()) << loaded.error().text;
    EXPECT_EQ((*loaded)->durable_head().state_digest, group.store.head()->state_digest);
  }
}

TEST(Commit, LedgerRowsOfARefusedBatchAreWrittenWithTheNext) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  group.hold_commits = true;
  group.ack(member, Sequence(2), Sequence(2),
            {{Sequence(2), Sequence(2), Outcome::kFailed, "unpack", "no room"}});
  ASSERT_TRUE(group.in_commit.has_value());
  group.refuse_commit();
  EXPECT_FALSE(group.told<Recorded>(member.peer).has_value());
  EXPECT_FALSE(group.in_commit.has_value());  // not in a tight loop
  group.tick(group.config.watermark_interval_ms);
  ASSERT_TRUE(group.in_commit.has_value());
  group.commit();
  EXPECT_EQ(group.told<Recorded>(member.peer)->number, AckNumber(1));
  group.hold_commits = false;
  group.restart();
  EXPECT_EQ(group.core->marks_of(member.id)->executed, Sequence(2));
  const Update update = group.asked<Update>(Watch{Sequence(2), 0});
  ASSERT_EQ(update.rows.size(), 1u);
  EXPECT_EQ(update.rows[0].outcome, Outcome::kFailed);
}

TEST(Commit, NewerLedgerRowsWinOverThoseOfARefusedBatch) {
  Group group;
  Follower member = group.joined("web-1", 1);
  for (int i = 0; i < 3; ++i) group.submit(set_command("a", std::to_string(i)));
  group.hold_commits = true;
  group.ack(member, Sequence(2), Sequence(2),
            {{Sequence(2), Sequence(2), Outcome::kFailed, "", "first"}});
  group.ack(member, Sequence(4), Sequence(3),
            {{Sequence(2), Sequence(2), Outcome::kUnknown, "", "second"}});
  group.refuse_commit();
  while (!group.in_commit) group.tick(50);
  group.commit();
  group.hold_commits = false;
  group.restart();
  const Update update = group.asked<Update>(Watch{Sequence(2), 0});
  EXPECT_EQ(update.rows.at(0).text, "second");
  EXPECT_EQ(group.core->marks_of(member.id)->executed, Sequence(3));
}

TEST(Commit, RefusedJoinAndLeaveAreAnsweredAndMayBeTriedAgain) {
  Group group;
  Follower here = group.joined("web-1", 1);
  group.hold_commits = true;
  Follower fresh = group.newcomer("web-2", 2);
  group.say(fresh, fresh.join);
  group.say(here, Leave{here.session});
  group.refuse_commit();
  EXPECT_EQ(group.told<Refused>(fresh.peer)->code, ErrorCode::kStorageFull);
  EXPECT_EQ(group.told<Refused>(here.peer)->code, ErrorCode::kStorageFull);
  group.hold_commits = false;
  EXPECT_TRUE(std::holds_alternative<Welcome>(*group.try_join(fresh)));
  group.say(here, Leave{here.session});
  EXPECT_TRUE(group.told<Left>(here.peer).has_value());
}

TEST(Commit, F8_UnknownIsSaidToEveryOneWhoWaitsAndEndsTheProcess) {
  for (const bool written : {false, true}) {
    CoordinatorConfig config = Group::default_config();
    config.gathered_batches = 1;
    Group group(config);
    group.hold_commits = true;
    const auto ids = gather(group, 4);  // in commit, gathered, and two that still queue
    group.lose_commit(written);
    EXPECT_EQ(group.exit, 74);
    for (const auto id : ids) ASSERT_NE(group.reply_as<SubmitUnknown>(id), nullptr);
    EXPECT_TRUE(group.published.empty());

    group.hold_commits = false;
    group.restart();
    EXPECT_EQ(group.head(), Sequence(written ? 12u : 0u));
    const auto again = gather(group, 1);
    EXPECT_EQ(group.reply_as<Accepted>(again[0])->last, Sequence(12));
    EXPECT_EQ(group.head(), Sequence(12));
  }
}

TEST(Commit, F9_AStoreThatCannotBeReadEndsTheProcess) {
  Group group;
  group.hold_commits = true;
  const auto ids = gather(group, 1);
  group.store.refuse_next({ErrorCode::kCorrupt, "the head does not verify"});
  group.commit();
  EXPECT_EQ(group.exit, 74);
  ASSERT_NE(group.reply_as<SubmitRefused>(ids[0]), nullptr) << "nothing of it was written";
  EXPECT_TRUE(group.published.empty());
}

TEST(Commit, F9_AReadThatDoesNotVerifyEndsTheProcessAndIsNotAnswered) {
  for (const ErrorCode code : {ErrorCode::kCorrupt, ErrorCode::kIo}) {
    const Error error{code, "sequence 4: frame: checksum"};
    const Peer member = peer("web-1");
    for (const ReadDone& done : {ReadDone(MemberRead{member, {Refused{error.code, error.text}}}),
                                 ReadDone(RequestReadDone{1, tl::unexpected<Error>(error)}),
                                 ReadDone(LogReadDone{1, tl::unexpected<Error>(error)}),
                                 ReadDone(FloorReadDone{tl::unexpected<Error>(error)})}) {
      Group group;
      const CoordinatorOutput output = group.step(done);
      EXPECT_EQ(output.exit, 74);
      EXPECT_TRUE(output.to_members.empty());
    }
  }
}

TEST(Commit, F9_AReadThatFindsNothingIsAnsweredAndEndsNothing) {
  Group group;
  const Follower member = group.joined("web-1", 1);
  const CoordinatorOutput output = group.step(
      ReadDone(MemberRead{member.peer, {Refused{ErrorCode::kCompacted, "gone"}}, member.session}));
  EXPECT_FALSE(output.exit);
  EXPECT_EQ(output.to_members.size(), 1U);
}

TEST(Commit, ARefusalThatRestsOnAnUndurableEntryWaitsForIt) {
  Group group;
  group.hold_commits = true;
  const auto first = group.submit(drawn(9, 1), {set_command("a", "1")});
  const auto other = group.submit(drawn(9, 1), {set_command("a", "2")});  // the same id
  EXPECT_EQ(group.reply(other), nullptr);
  const CoordinatorOutput output = group.commit();
  ASSERT_EQ(output.to_admins.size(), 2u);
  EXPECT_NE(group.reply_as<Accepted>(first), nullptr);
  EXPECT_EQ(group.reply_as<SubmitRefused>(other)->code, ErrorCode::kConflict);
}

TEST(Commit, TheEpochIsDurableBeforeAnythingIsAnswered) {
  Group group;
  const Epoch before = group.core->epoch();
  group.core = *group.load();
  EXPECT_EQ(group.core->epoch(), before.next());
  group.hold_commits = true;
  const auto hello = group.ask(AdminHello{});
  Follower member = group.newcomer("web-1", 1);
  group.say(member, Hello{kProtocolVersion, "", "shop", "web-1"});
  const std::size_t beats = group.heartbeats.size();
  group.tick(5000);
  EXPECT_EQ(group.reply(hello), nullptr);
  EXPECT_EQ(group.messages_for(member.peer), 0u);
  EXPECT_EQ(group.heartbeats.size(), beats);
  EXPECT_GT(group.core->next_tick(), group.now);
  group.commit();
  EXPECT_EQ(group.heartbeats.size(), beats + 1);
  EXPECT_EQ(group.store.head()->epoch, before.next());
}

TEST(Commit, AStartWhoseEpochCannotBeWrittenEnds) {
  Group group;
  group.core = *group.load();
  group.hold_commits = true;
  group.tick();
  group.refuse_commit();
  EXPECT_EQ(group.exit, 74);
}

TEST(Commit, NoTickIsWantedInThePastWhileACommitIsSlow) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  group.hold_commits = true;
  group.submit(set_command("a", "2"));
  group.ack(member, Sequence(2), Sequence(2));
  group.tick(1500);
  EXPECT_GT(group.core->next_tick(), group.now);
}

TEST(Commit, WatermarksAreWrittenWhenTheIntervalIsOver) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  group.tick(group.config.watermark_interval_ms);
  group.hold_commits = true;
  group.ack(member, Sequence(2), Sequence(1));
  if (group.in_commit) group.commit();
  group.ack(member, Sequence(2), Sequence(2));
  EXPECT_FALSE(group.in_commit.has_value());
  EXPECT_LE(group.core->next_tick().value, group.now.value + group.config.watermark_interval_ms);
  group.tick(group.config.watermark_interval_ms);
  ASSERT_TRUE(group.in_commit.has_value());
  EXPECT_TRUE(group.in_commit->frames.empty());
  group.commit();
  group.restart();
  EXPECT_EQ(group.core->marks_of(member.id)->executed, Sequence(2));
}

TEST(Commit, AStoreWithoutAGroupIsNotLoaded) {
  MemoryStore empty;
  auto loaded = CoordinatorCore::load(Group::default_config(), command_table(), empty);
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().code, ErrorCode::kNotFound);
}

TEST(Commit, AStateThatDoesNotHaveTheDigestOfItsHeadIsNotLoaded) {
  Group group;
  group.submit(set_command("a", "1"));
  Batch damage;
  damage.head = *group.store.head();
  damage.head.batch = damage.head.batch.next();
  damage.rows[{Table::kState, "property/a"}] = Bytes{1, 2, 3};
  group.store.commit(damage);
  auto loaded = group.load();
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace groupctl::testing
