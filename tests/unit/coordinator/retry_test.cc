// F55: a retried request gives the same sequence, and never a second entry.
#include <gtest/gtest.h>

#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

TEST(Retry, F55_GivesTheSameSequenceBeforeAndAfterARestart) {
  Group group;
  const auto first = group.submit(drawn(1, 1), {set_command("a", "1")});
  const auto again = group.submit(drawn(1, 1), {set_command("a", "1")});
  EXPECT_EQ(*group.reply(first), *group.reply(again));
  group.restart();
  const auto later = group.submit(drawn(1, 1), {set_command("a", "1")});
  EXPECT_EQ(group.reply_as<Accepted>(later)->first, Sequence(1));
  EXPECT_EQ(group.head(), Sequence(1));
}

TEST(Retry, F55_OfSeveralCommandsGivesTheirWholeRange) {
  Group group;
  const std::vector<SubmittedCommand> three{set_command("a", "1"), set_command("b", "1"),
                                            set_command("c", "1")};
  group.submit(drawn(1, 1), three);
  const auto again = group.submit(drawn(1, 1), three);
  EXPECT_EQ(group.reply_as<Accepted>(again)->first, Sequence(1));
  EXPECT_EQ(group.reply_as<Accepted>(again)->last, Sequence(3));
  const auto overlapping = group.submit(drawn(1, 3), {three[2], three[0]});
  EXPECT_EQ(group.reply_as<SubmitRefused>(overlapping)->code, ErrorCode::kConflict);
}

TEST(Retry, F55_OfSeveralCommandsOtherContentInAnyOfThemIsRefused) {
  Group group;
  const std::vector<SubmittedCommand> two{set_command("a", "1"), set_command("b", "2")};
  group.submit(drawn(1, 1), two);
  const auto other = group.submit(drawn(1, 1), {set_command("other", "9"), two[1]});
  EXPECT_EQ(group.reply_as<SubmitRefused>(other)->code, ErrorCode::kConflict);
  group.submit(drawn(1, 3), {set_command("c", "3")});
  const auto looked_up = group.submit(drawn(1, 1), {set_command("other", "9"), two[1]});
  EXPECT_EQ(group.reply_as<SubmitRefused>(looked_up)->code, ErrorCode::kConflict);
  const auto same = group.submit(drawn(1, 1), two);
  ASSERT_NE(group.reply_as<Accepted>(same), nullptr);
  EXPECT_EQ(group.reply_as<Accepted>(same)->first, Sequence(1));
  EXPECT_EQ(group.reply_as<Accepted>(same)->last, Sequence(2));
}

TEST(Retry, F55_SubmitsWithAnotherBetweenThemWereNeverOne) {
  Group group;
  group.submit(drawn(1, 1), {set_command("a", "1")});
  group.submit(drawn(2, 1), {set_command("x", "1")});
  group.submit(drawn(1, 2), {set_command("b", "2")});
  group.submit(drawn(1, 3), {set_command("c", "3")});
  const auto pair = group.submit(drawn(1, 1), {set_command("a", "1"), set_command("b", "2")});
  EXPECT_EQ(group.reply_as<SubmitRefused>(pair)->code, ErrorCode::kConflict);
}

TEST(Retry, F55_WhileTheFirstIsNotDurableWaitsWithIt) {
  Group group;
  group.hold_commits = true;
  group.submit(drawn(1, 1), {set_command("a", "1")});
  const auto again = group.submit(drawn(1, 1), {set_command("a", "1")});
  EXPECT_EQ(group.reply(again), nullptr);
  group.commit();
  EXPECT_EQ(group.reply_as<Accepted>(again)->first, Sequence(1));
  EXPECT_EQ(group.head(), Sequence(1));
}

TEST(Retry, OtherContentUnderTheSameIdIsRefusedAlsoFurtherBack) {
  Group group;
  group.submit(drawn(1, 1), {set_command("a", "1")});
  group.submit(drawn(1, 2), {set_command("a", "2")});
  for (const std::uint64_t number : {1u, 2u}) {
    const auto id = group.submit(drawn(1, number), {set_command("a", "x")});
    EXPECT_EQ(group.reply_as<SubmitRefused>(id)->code, ErrorCode::kConflict);
  }
  EXPECT_EQ(group.head(), Sequence(2));
}

TEST(Retry, ALowerNumberIsLookedUpInTheLog) {
  Group group;
  group.submit(drawn(1, 1), {set_command("a", "1")});
  group.submit(drawn(2, 1), {set_command("a", "1")});
  group.submit(drawn(1, 2), {set_command("a", "2")});
  group.submit(drawn(1, 5), {set_command("a", "5")});
  const auto second = group.submit(drawn(1, 2), {set_command("a", "2")});
  EXPECT_EQ(group.reply_as<Accepted>(second)->first, Sequence(3));
  const auto never = group.submit(drawn(1, 4), {set_command("a", "4")});
  EXPECT_EQ(group.reply_as<SubmitRefused>(never)->code, ErrorCode::kNeverAccepted);
  EXPECT_EQ(group.head(), Sequence(4));
}

TEST(Retry, ALookUpWaitsUntilTheHigherNumberIsDurable) {
  Group group;
  group.submit(drawn(1, 1), {set_command("a", "1")});
  group.hold_commits = true;
  group.submit(drawn(1, 2), {set_command("a", "2")});
  const auto id = group.submit(drawn(1, 1), {set_command("a", "1")});
  EXPECT_TRUE(group.reads.empty());
  EXPECT_EQ(group.reply(id), nullptr);
  group.commit();
  group.answer_reads();
  EXPECT_EQ(group.reply_as<Accepted>(id)->first, Sequence(1));
}

TEST(Retry, ADurableRequestIsAcceptedThoughALaterOneOfItsClientIsRefused) {
  Group group;
  group.submit(drawn(1, 1), {set_command("a", "1")});
  group.hold_commits = true;
  const auto later = group.submit(drawn(1, 2), {set_command("a", "2")});
  const auto id = group.submit(drawn(1, 1), {set_command("a", "1")});
  group.refuse_commit();
  EXPECT_NE(group.reply_as<SubmitRefused>(later), nullptr);
  ASSERT_NE(group.reply_as<Accepted>(id), nullptr);
  EXPECT_EQ(group.reply_as<Accepted>(id)->first, Sequence(1));
}

TEST(Retry, ARefusedCommitGivesTheIdFreeAgain) {
  Group group;
  group.hold_commits = true;
  group.submit(drawn(1, 1), {set_command("a", "1")});
  group.refuse_commit();
  const auto id = group.submit(drawn(1, 1), {set_command("a", "other")});
  group.commit();
  EXPECT_EQ(group.reply_as<Accepted>(id)->first, Sequence(1));
}

TEST(Retry, BelowTheFloorIsTooOldToKnow) {
  CoordinatorConfig config = Group::default_config();
  config.keep_entries = 8;
  config.keep_age_ms = 0;
  Group group(config);
  group.submit(drawn(1, 1), {set_command("a", "1")});
  for (std::uint64_t i = 2; i < 40; ++i) group.submit(drawn(1, i), {set_command("a", "1")});
  group.raise_floor();
  EXPECT_GT(group.core->durable_head().floor, Sequence(1));
  const auto old = group.submit(drawn(1, 1), {set_command("a", "1")});
  EXPECT_EQ(group.reply_as<SubmitRefused>(old)->code, ErrorCode::kTooOldToKnow);
  const auto near = group.submit(drawn(1, 38), {set_command("a", "1")});
  ASSERT_NE(group.reply_as<Accepted>(near), nullptr);
  EXPECT_EQ(group.reply_as<Accepted>(near)->first, Sequence(38));
}

TEST(Retry, AfterItsRowIsGoneIsTooOldToKnowButAKeyedIdIsNew) {
  CoordinatorConfig config = Group::default_config();
  config.request_rows = 2;
  config.request_row_age_ms = 1000;
  Group group(config);
  const RequestId keyed{{ClientId::kKeyedBit | 5, 6}, 1};
  group.submit(keyed, {set_command("a", "1")});
  group.submit(drawn(1, 1), {set_command("a", "1")});
  group.now.value += 5000;
  for (std::uint64_t client = 10; client < 14; ++client) {
    group.submit(RequestId{{1'000'000'005'000, client}, 1}, {set_command("a", "1")});
  }
  group.restart();
  const auto old = group.submit(drawn(1, 1), {set_command("a", "1")});
  ASSERT_NE(group.reply_as<SubmitRefused>(old), nullptr);
  EXPECT_EQ(group.reply_as<SubmitRefused>(old)->code, ErrorCode::kTooOldToKnow);
  EXPECT_NE(group.reply_as<Accepted>(group.submit(keyed, {set_command("a", "2")})), nullptr);
}

TEST(Retry, TooOldToKnowIsSaidWhateverBecomesOfTheBatchInCommit) {
  CoordinatorConfig config = Group::default_config();
  Group group(config);
  group.submit(drawn(1, 5), {set_command("a", "1")});
  group.hold_commits = true;
  group.submit(drawn(2, 1), {set_command("b", "1")});
  const auto id = group.submit(drawn(1, 2), {set_command("a", "1")});
  group.refuse_commit();
  EXPECT_EQ(group.reply_as<SubmitRefused>(id)->code, ErrorCode::kTooOldToKnow);
}

}  // namespace
}  // namespace groupctl::testing
