// What a submit would do: on a copy, and what members foretold of it goes with it.
#include <gtest/gtest.h>

#include "coordinator/predictions.h"
#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

class Foreseeing : public ::testing::Test {
 protected:
  static Submit submit_of(std::vector<SubmittedCommand> commands, std::uint64_t client = 20) {
    Submit submit;
    submit.first = drawn(client, 1);
    submit.issuer = "ana@bastion";
    submit.commands = std::move(commands);
    return submit;
  }
  ForeseenReply foresee(std::vector<SubmittedCommand> commands) {
    return group.asked<ForeseenReply>(Foresee{submit_of(std::move(commands)), 0});
  }
  /// As members would have told it of the first of these commands.
  Predict predict(const std::vector<SubmittedCommand>& commands) {
    const ForeseenReply reply = foresee(commands);
    return {reply.head, reply.content, 0, rows};
  }
  std::vector<Predicted> kept(std::uint64_t sequence) {
    return group.asked<PredictionReply>(PredictionQuery{Sequence(sequence)}).rows;
  }

  Group group;
  Follower web = group.joined("web-1", 1, {{"role", "web"}});
  Follower db = group.joined("db-1", 2, {{"role", "db"}});
  const std::vector<Predicted> rows = {{Outcome::kDone, "", "deploy 2.4.1", {MemberId(3)}}};
};

TEST_F(Foreseeing, TellsEntriesAndTargetsAndSequencesNothing) {
  const auto before = group.core->speculative_state().digest();
  const ForeseenReply reply =
      foresee({set_command("a", "1"), set_command("b", "2"), set_command("c", "3", role("web"))});
  EXPECT_EQ(reply.head, group.head());
  ASSERT_EQ(reply.commands.size(), 3U);
  const auto entry = decode_entry(reply.commands[2].entry);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->sequence.value, group.head().value + 3);
  EXPECT_EQ(entry->issuer_name, "ana@bastion");
  EXPECT_EQ(reply.commands[0].targets, (std::vector{web.id, db.id}));
  EXPECT_EQ(reply.commands[1].targets, std::nullopt) << "as the one before";
  EXPECT_EQ(reply.commands[2].targets, std::vector{web.id});
  EXPECT_EQ(group.core->speculative_state().digest(), before);
  EXPECT_FALSE(group.in_commit);
  group.submit(set_command("z", "9"));
  EXPECT_EQ(group.head(), Sequence(3)) << "no number was used up";
}

TEST_F(Foreseeing, TheEntriesAreThoseThatTheSubmitMakes) {
  const std::vector commands = {set_command("a", "1"), set_command("b", "2", role("web"))};
  const ForeseenReply reply = foresee(commands);
  group.submit(drawn(20, 1), commands);
  ASSERT_FALSE(group.published.empty());
  const FramePtr& frame = group.published.back();
  ASSERT_EQ(frame->size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    auto foreseen = decode_entry(reply.commands[i].entry);
    auto made = decode_entry(frame->entry_bytes(i));
    ASSERT_TRUE(foreseen && made);
    made->issuer_name = foreseen->issuer_name;
    EXPECT_EQ(*foreseen, *made);
  }
}

TEST_F(Foreseeing, ManyCommandsComeInPages) {
  std::vector<SubmittedCommand> commands;
  for (int i = 0; i < 300; ++i) {
    commands.push_back(set_command("k" + std::to_string(i), std::string(1000, 'x')));
  }
  std::uint32_t skip = 0;
  int pages = 0;
  for (bool more = true; more && pages < 10; ++pages) {
    const auto page = group.asked<ForeseenReply>(Foresee{submit_of(commands), skip});
    ASSERT_FALSE(page.commands.empty());
    EXPECT_TRUE(page.commands[0].targets);
    const auto entry = decode_entry(page.commands[0].entry);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->sequence.value, page.head.value + 1 + skip);
    skip += static_cast<std::uint32_t>(page.commands.size());
    more = page.more;
  }
  EXPECT_EQ(skip, 300U);
  EXPECT_GT(pages, 1);
}

TEST_F(Foreseeing, WhatWouldBeRefusedIsRefusedSo) {
  const auto refused = [&](Submit submit) {
    return group.asked<QueryRefused>(Foresee{std::move(submit), 0}).code;
  };
  EXPECT_EQ(refused(submit_of({set_command("a", "1", role("nobody"))})), ErrorCode::kNoTarget);
  EXPECT_EQ(refused(submit_of({})), ErrorCode::kInvalid);
  EXPECT_EQ(refused(submit_of({{KindId(1), Target::all(), 0, "", {}}})), ErrorCode::kUnsupported);
  Submit stale = submit_of({set_command("a", "1")});
  stale.at_sequence = Sequence(1);
  group.submit(set_command("z", "9"));
  EXPECT_EQ(refused(stale), ErrorCode::kConflict);
}

TEST_F(Foreseeing, BehindWhatIsNotDurableYet) {
  group.hold_commits = true;
  group.submit(set_command("a", "1"));
  const ForeseenReply reply = foresee({set_command("b", "2")});
  EXPECT_EQ(reply.head.value, group.head().value + 1);
  group.commit();
  EXPECT_EQ(group.head(), reply.head);
}

TEST_F(Foreseeing, WhatWasForetoldIsKeptWithTheCommandOverARestart) {
  const std::vector commands = {set_command("a", "1")};
  EXPECT_TRUE(group.asked<PredictionReply>(predict(commands)).rows.empty());
  EXPECT_TRUE(kept(3).empty()) << "it has not come yet";
  SubmittedCommand with_reason = commands[0];
  with_reason.message = "now";
  group.submit(with_reason);
  EXPECT_EQ(kept(3), rows);
  EXPECT_TRUE(kept(4).empty());
  group.restart();
  EXPECT_EQ(kept(3), rows);
}

TEST_F(Foreseeing, WhatWasForetoldOfAnotherCommandOrAnotherHeadIsVoid) {
  group.asked<PredictionReply>(predict({set_command("a", "1")}));
  group.submit(set_command("a", "2"));
  EXPECT_TRUE(kept(3).empty()) << "another command";
  group.submit(set_command("a", "1"));
  EXPECT_TRUE(kept(4).empty()) << "the command, but behind another";
  const Predict late = predict({set_command("a", "1")});
  group.submit(set_command("b", "1"));
  EXPECT_EQ(group.asked<QueryRefused>(late).code, ErrorCode::kConflict);
}

TEST_F(Foreseeing, WhatWasForetoldOfMoreCommandsThanThereAreIsNobodys) {
  Predict beyond = predict({set_command("a", "1")});
  beyond.command = 1;
  group.asked<PredictionReply>(beyond);
  group.submit(set_command("a", "1"));
  group.submit(set_command("b", "1"));
  EXPECT_TRUE(kept(4).empty()) << "that is another's command";
}

TEST_F(Foreseeing, WhatWasForetoldOfABatchThatFellIsGone) {
  group.asked<PredictionReply>(predict({set_command("a", "1")}));
  group.hold_commits = true;
  group.submit(set_command("a", "1"));
  group.refuse_commit();
  group.hold_commits = false;
  group.submit(set_command("a", "1"));
  EXPECT_EQ(group.head(), Sequence(3));
  EXPECT_TRUE(kept(3).empty());
}

TEST(Predictions, AreBounded) {
  Predictions predictions;
  const std::string text(1000, 'x');
  Predict large{Sequence(7), {}, 0, {}};
  large.rows.assign(1100, {Outcome::kDone, "", text, {}});
  EXPECT_EQ(predictions.note(large, Sequence(7)).error().code, ErrorCode::kBusy);
  Predict half = large;
  half.rows.resize(500);
  RowChanges all;
  for (std::uint64_t at = 7; at < 40; ++at) {
    half.head = Sequence(at);
    ASSERT_TRUE(predictions.note(half, half.head));
    RowChanges rows;
    const Sequence next = half.head.next();
    predictions.sequenced({BatchNumber(at), next, next}, {}, rows);
    EXPECT_EQ(rows.size(), 1U);
    predictions.committed(BatchNumber(at));
    predictions.prune(all);
  }
  EXPECT_TRUE(predictions.of(Sequence(8)).empty()) << "the oldest has gone";
  EXPECT_EQ(predictions.of(Sequence(40)), half.rows);
  ASSERT_TRUE(all.contains(prediction_key(Sequence(8))));
  EXPECT_FALSE(all.at(prediction_key(Sequence(8))));
}

}  // namespace
}  // namespace groupctl::testing
