// What a member that lies can do with its acks: nothing to others, and to the coordinator no more
// than its budget allows.
#include <gtest/gtest.h>

#include <algorithm>

#include "coordinator/exceptions.h"
#include "coordinator/recorded_answers.h"
#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

OutcomeReport failed(std::uint64_t first, std::uint64_t last, const std::string& text = "") {
  return {Sequence(first), Sequence(last), Outcome::kFailed, "", text};
}

Ack ack_of(const Follower& member, std::uint64_t received, std::uint64_t executed,
           std::vector<OutcomeReport> outcomes = {}) {
  Ack ack;
  ack.session = member.session;
  ack.number = AckNumber(outcomes.empty() ? 0 : 1);
  ack.marks = {Sequence(received), Sequence(executed)};
  ack.outcomes = std::move(outcomes);
  return ack;
}

std::size_t exceptions_on_disk(const Group& group) {
  std::size_t rows = 0;
  const auto read = group.store.for_each(Table::kLedger, "", [&](std::string_view key, ByteView) {
    if (key.starts_with('x') || key.starts_with('y')) ++rows;
  });
  EXPECT_TRUE(read);
  return rows;
}

std::size_t notes_of(const Group& group, const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(group.notes.begin(), group.notes.end(),
                    [&](const Note& note) { return note.text.find(text) != std::string::npos; }));
}

CoordinatorConfig with_bounds(const PeerBounds& bounds) {
  CoordinatorConfig config = Group::default_config();
  config.bounds = bounds;
  return config;
}

/// Two members, and commands 3 to 12 that count both.
class FalseAcks : public ::testing::Test {
 protected:
  explicit FalseAcks(const PeerBounds& bounds = {}) : group(with_bounds(bounds)) {
    honest = group.joined("honest", 1);
    liar = group.joined("liar", 2);
    for (int i = 0; i < 10; ++i) group.submit(set_command("a", std::to_string(i)));
  }
  Outcome outcome(std::uint64_t sequence, const Follower& member) {
    for (const LedgerRow& row : group.asked<Update>(Watch{Sequence(sequence), 0}).rows) {
      if (row.member == member.id) return row.outcome;
    }
    return Outcome::kNotAttempted;
  }

  Group group;
  Follower honest;
  Follower liar;
};

TEST_F(FalseAcks, F40_OfAFutureSequenceChangesNothing) {
  group.say(liar, ack_of(liar, 13, 12, {failed(3, 3)}));
  group.say(liar, ack_of(liar, UINT64_MAX, UINT64_MAX, {failed(3, 3)}));
  group.say(liar, ack_of(liar, 5, 6, {failed(3, 3)}));
  EXPECT_EQ(group.core->marks_of(liar.id)->received, Sequence(2));
  EXPECT_EQ(exceptions_on_disk(group), 0u);
  EXPECT_EQ(outcome(3, liar), Outcome::kWaiting);
}

TEST_F(FalseAcks, F40_UnderAnothersSessionTouchesNothingOfIt) {
  Ack stolen = ack_of(liar, 12, 12, {failed(3, 3)});
  stolen.session = honest.session;
  group.tick(15'000);
  group.say(liar, stolen);
  EXPECT_TRUE(group.told<Rejoin>(liar.peer));
  EXPECT_EQ(group.core->marks_of(honest.id)->received, Sequence(1));
  EXPECT_EQ(exceptions_on_disk(group), 0u);
  EXPECT_EQ(group.state_of(honest.id), MemberState::kLost) << "it was not heard by that";
}

TEST_F(FalseAcks, F40_OutcomesOfEntriesThatDoNotCountItShowInNoLedger) {
  group.submit(set_command("b", "1", Target::one(honest.id)));
  group.say(liar, ack_of(liar, 13, 13, {failed(13, 13), failed(1, 1), failed(2, 2)}));
  const Update update = group.asked<Update>(Watch{Sequence(13), 0});
  ASSERT_EQ(update.rows.size(), 1u);
  EXPECT_EQ(update.rows[0].member, honest.id);
  EXPECT_EQ(update.rows[0].outcome, Outcome::kWaiting);
}

TEST_F(FalseAcks, F40_ARangeOverAllSpeaksOfItselfAlone) {
  group.ack(honest, Sequence(12), Sequence(12));
  group.say(liar, ack_of(liar, 12, 12, {failed(1, 12)}));
  for (std::uint64_t at = 3; at <= 12; ++at) {
    EXPECT_EQ(outcome(at, honest), Outcome::kDone);
    EXPECT_EQ(outcome(at, liar), Outcome::kFailed);
  }
  group.say(liar, ack_of(liar, 12, 12, {failed(1, 13), failed(0, 5), failed(9, 3)}));
  EXPECT_EQ(exceptions_on_disk(group), 1u);
}

TEST_F(FalseAcks, F40_OfAMemberThatLeftAreNotTaken) {
  group.say(liar, Leave{liar.session});
  group.say(liar, ack_of(liar, 12, 12, {failed(3, 3)}));
  EXPECT_TRUE(group.told<Rejoin>(liar.peer));
  EXPECT_EQ(outcome(3, liar), Outcome::kLeft);
  EXPECT_EQ(exceptions_on_disk(group), 0u);
}

TEST_F(FalseAcks, F40_BadOnesAreNotedOnceAMinute) {
  for (int i = 0; i < 1000; ++i) group.say(liar, ack_of(liar, 99, 1));
  EXPECT_EQ(notes_of(group, "bad ack"), 1u);
  group.tick(60'000);
  group.say(liar, ack_of(liar, 99, 1));
  ASSERT_EQ(notes_of(group, "bad ack"), 2u);
  const auto& fields = std::find_if(group.notes.rbegin(), group.notes.rend(), [](const Note& note) {
                         return note.text == "bad ack";
                       })->fields;
  EXPECT_EQ(fields.back().value, "1000");
}

TEST_F(FalseAcks, F40_ADigestThatFlipsIsAnsweredOnceAnInterval) {
  std::size_t told = 0;
  for (std::uint8_t i = 1; i < 200; ++i) {
    Ack ack = ack_of(liar, 12, 12);
    ack.state_digest.bytes.fill(i);
    group.say(liar, ack);
    if (group.told<Resynchronise>(liar.peer)) ++told;
  }
  EXPECT_EQ(told, 1u);
}

// ---- write amplification

PeerBounds small_budget() {
  PeerBounds bounds;
  bounds.outcomes = Rate::per_second(10, 20);
  bounds.replaced_outcome_cost = 10;
  return bounds;
}
class FalseAcksWithinABudget : public FalseAcks {
 protected:
  FalseAcksWithinABudget() : FalseAcks(small_budget()) {}
};

TEST_F(FalseAcksWithinABudget, F40_AReportThatFlipsIsWrittenAFewTimesAndOtherwiseNotTaken) {
  group.say(liar, ack_of(liar, 12, 12, {failed(3, 3, "a")}));
  group.told<Recorded>(liar.peer);
  const BatchNumber before = group.core->durable_head().batch;
  std::size_t recorded = 0;
  for (int i = 0; i < 1000; ++i) {
    group.say(liar, ack_of(liar, 12, 12, {failed(3, 3, i % 2 == 0 ? "b" : "a")}));
    if (group.told<Recorded>(liar.peer)) ++recorded;
  }
  EXPECT_EQ(group.core->durable_head().batch.value - before.value, 1u)
      << "one was left of the budget, and the watermarks are not due";
  EXPECT_LE(recorded, 501u) << "that which stands is recorded, the other not";
  EXPECT_EQ(notes_of(group, "more outcomes"), 1u);
  group.tick(1000);
  group.say(liar, ack_of(liar, 12, 12, {failed(3, 3, "c")}));
  EXPECT_TRUE(group.told<Recorded>(liar.peer)) << "an honest one gets there by saying it again";
}

TEST_F(FalseAcksWithinABudget, F40_WhatIsBeyondTheBudgetHoldsBackEUntilItIsTaken) {
  for (int i = 0; i < 20; ++i) group.submit(set_command("b", std::to_string(i)));
  std::vector<OutcomeReport> all;
  for (std::uint64_t at = 3; at <= 32; ++at) all.push_back(failed(at, at));
  group.say(liar, ack_of(liar, 32, 32, all));
  EXPECT_FALSE(group.told<Recorded>(liar.peer));
  EXPECT_EQ(group.core->marks_of(liar.id)->received, Sequence(32));
  EXPECT_EQ(group.core->marks_of(liar.id)->executed, Sequence(22));
  EXPECT_EQ(outcome(22, liar), Outcome::kFailed);
  EXPECT_EQ(outcome(23, liar), Outcome::kWaiting) << "never done";
  group.tick(1000);
  group.say(liar, ack_of(liar, 32, 32, all));
  EXPECT_TRUE(group.told<Recorded>(liar.peer));
  EXPECT_EQ(group.core->marks_of(liar.id)->executed, Sequence(32));
  EXPECT_EQ(outcome(32, liar), Outcome::kFailed);
}

TEST_F(FalseAcksWithinABudget, F40_TheBudgetOfOneIsNotThatOfAnother) {
  std::vector<OutcomeReport> all;
  for (std::uint64_t at = 3; at <= 12; ++at) all.push_back(failed(at, at));
  for (int i = 0; i < 10; ++i) group.say(liar, ack_of(liar, 12, 12, all));
  group.say(honest, ack_of(honest, 12, 12, all));
  EXPECT_TRUE(group.told<Recorded>(honest.peer));
}

TEST_F(FalseAcksWithinABudget, F40_ARejoinDoesNotFillTheBudget) {
  std::vector<OutcomeReport> twenty;
  for (std::uint64_t at = 1; at <= 12; ++at) twenty.push_back(failed(at, at));
  for (std::uint64_t at = 1; at <= 8; ++at) twenty.push_back(failed(at, 12));
  group.say(liar, ack_of(liar, 12, 12, twenty));
  ASSERT_TRUE(group.told<Recorded>(liar.peer));
  group.try_join(liar);
  group.say(liar, ack_of(liar, 12, 12, {failed(9, 12)}));
  EXPECT_FALSE(group.told<Recorded>(liar.peer));
}

TEST_F(FalseAcks, F40_OfAcksThatWaitForTheDiskTheNewestAreAnswered) {
  group.hold_commits = true;
  for (std::uint64_t number = 1; number <= 500; ++number) {
    Ack ack = ack_of(liar, 12, 12, {failed(3, 3)});
    ack.number = AckNumber(number);
    group.say(liar, ack);
  }
  ASSERT_TRUE(group.in_commit);
  const CoordinatorOutput output = group.commit();
  EXPECT_EQ(output.to_members.size(), RecordedAnswers::kMaxOfASession);
  EXPECT_EQ(group.told<Recorded>(liar.peer)->number, AckNumber(500));
}

// ---- what is stored

PeerBounds little_text() {
  PeerBounds bounds;
  bounds.outcome_text_bytes = 100;
  return bounds;
}
class FalseAcksWithLittleText : public FalseAcks {
 protected:
  FalseAcksWithLittleText() : FalseAcks(little_text()) {}
};

TEST_F(FalseAcksWithLittleText, F40_TextsBeyondTheVolumeAreLeftOutAlsoAfterARestart) {
  group.say(liar, ack_of(liar, 12, 12, {failed(3, 3, std::string(90, 'x'))}));
  group.restart();
  liar.join.marks = {Sequence(12), Sequence(12)};
  liar.join.chain = group.core->durable_head().chain;
  liar.join.state_digest = group.core->durable_head().state_digest;
  group.try_join(liar);
  group.say(liar, ack_of(liar, 12, 12, {failed(4, 4, std::string(20, 'y'))}));
  EXPECT_TRUE(group.told<Recorded>(liar.peer)) << "stored, but for its text";
  const MemberDetail detail = group.asked<MemberDetail>(MemberQuery{"liar"});
  ASSERT_EQ(detail.outcomes.size(), 2u);
  EXPECT_EQ(detail.outcomes[0].text, Exceptions::kTextLeftOut);
  EXPECT_EQ(detail.outcomes[1].text.size(), 90u);
}

}  // namespace
}  // namespace groupctl::testing
