// Submits that say which entry they come behind: --at-seq.
#include <gtest/gtest.h>

#include "commands/building.h"
#include "commands/system/system.h"
#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

class AtSequence : public ::testing::Test {
 protected:
  AdminRequestId submit_at(std::uint64_t at, RequestId first,
                           std::vector<SubmittedCommand> commands) {
    Submit submit;
    submit.first = first;
    submit.issuer = "ana@bastion";
    submit.commands = std::move(commands);
    submit.allow_empty_target = true;
    submit.at_sequence = Sequence(at);
    return group.ask(submit);
  }
  AdminRequestId submit_at(std::uint64_t at, std::uint64_t client) {
    return submit_at(at, drawn(client, 1), {set_command("k", std::to_string(client))});
  }
  void expect_conflict(AdminRequestId id) {
    const auto* refused = group.reply_as<SubmitRefused>(id);
    ASSERT_NE(refused, nullptr);
    EXPECT_EQ(refused->code, ErrorCode::kConflict) << refused->text;
  }

  Group group;
};

TEST_F(AtSequence, WhoHasNotSeenTheLastCommandAddsNothing) {
  group.submit(set_command("a", "1"));
  ASSERT_NE(group.reply_as<Accepted>(submit_at(1, 20)), nullptr);
  expect_conflict(submit_at(1, 21));
  EXPECT_EQ(group.head(), Sequence(2));
  EXPECT_NE(group.reply_as<Accepted>(submit_at(2, 21)), nullptr) << "a refusal is not remembered";
}

TEST_F(AtSequence, CommandsThatAreNotDurableYetCount) {
  group.hold_commits = true;
  group.submit(set_command("a", "1"));
  const auto behind = submit_at(0, 20);
  const auto late = submit_at(0, 21);
  group.commit();
  group.commit();
  EXPECT_NE(group.reply_as<Accepted>(behind), nullptr) << "0: in any case";
  EXPECT_NE(group.reply_as<Accepted>(late), nullptr);
  group.submit(set_command("a", "2"));
  const auto stale = submit_at(3, 22);
  group.commit();
  expect_conflict(stale);
  EXPECT_EQ(group.head(), Sequence(4));
}

TEST_F(AtSequence, WhoComesGoesAndIsEvictedIsNoCommand) {
  group.submit(set_command("a", "1"));
  group.joined("web-1", 1);
  group.joined("web-2", 2);
  ASSERT_EQ(group.head(), Sequence(3));
  group.tick(600'000);
  Submit evict;
  evict.first = drawn(9, 1);
  evict.force = true;
  evict.commands = {{kLeftKind, Target::none(), 0, "", evicted_payload("web-2")}};
  ASSERT_NE(group.reply_as<Accepted>(group.ask(evict)), nullptr);
  EXPECT_NE(group.reply_as<Accepted>(submit_at(1, 20)), nullptr);
  expect_conflict(submit_at(4, 21));
}

TEST_F(AtSequence, WhatIsNotThereYetWasNotSeen) {
  group.submit(set_command("a", "1"));
  expect_conflict(submit_at(2, 20));
  EXPECT_EQ(group.head(), Sequence(1));
}

TEST_F(AtSequence, TheSameRequestAgainIsAnsweredAsBefore) {
  group.submit(set_command("a", "1"));
  ASSERT_NE(group.reply_as<Accepted>(submit_at(1, 20)), nullptr);
  group.submit(set_command("a", "2"));
  const auto again = submit_at(1, 20);
  ASSERT_NE(group.reply_as<Accepted>(again), nullptr);
  EXPECT_EQ(group.reply_as<Accepted>(again)->first, Sequence(2));
}

TEST_F(AtSequence, WhatTheDiskRefusedNeverCame) {
  group.submit(set_command("a", "1"));
  group.hold_commits = true;
  const auto fallen = submit_at(1, 20);
  group.refuse_commit();
  ASSERT_NE(group.reply_as<SubmitRefused>(fallen), nullptr);
  const auto next = submit_at(1, 21);
  group.commit();
  EXPECT_NE(group.reply_as<Accepted>(next), nullptr);
}

TEST_F(AtSequence, AfterAStartEverythingBeforeItCounts) {
  group.submit(set_command("a", "1"));
  group.joined("web-1", 1);
  group.restart();
  expect_conflict(submit_at(1, 20));
  EXPECT_NE(group.reply_as<Accepted>(submit_at(2, 21)), nullptr);
}

TEST_F(AtSequence, AStepOfARolloutCounts) {
  auto web = group.joined("web-1", 1);
  Release release{"1", {}, "dir", {}};
  release.digest.bytes.fill(7);
  auto built = build_deploy("shop", release, RolloutPolicy{{1, false}, {}, 0, 0});
  ASSERT_TRUE(built);
  const auto rolled =
      submit_at(1, drawn(20, 1), {{built->kind, Target::all(), 0, "", std::move(built->payload)}});
  ASSERT_NE(group.reply_as<Accepted>(rolled), nullptr);
  group.tick();
  ASSERT_EQ(group.head(), Sequence(3)) << "the RELEASE to web-1";
  expect_conflict(submit_at(2, 21));
  EXPECT_NE(group.reply_as<Accepted>(submit_at(3, 22)), nullptr);
}

}  // namespace
}  // namespace groupctl::testing
