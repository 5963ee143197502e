// Watching an entry's ledger.
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

std::uint32_t count(const Update& update, Outcome outcome) {
  for (const OutcomeCount& one : update.counts) {
    if (one.outcome == outcome) return one.count;
  }
  return 0;
}

TEST(Watch, G20_AnswersAtOnceThenWithEachChangeUntilClosed) {
  Group group;
  Follower first = group.joined("web-1", 1);
  Follower second = group.joined("web-2", 2);
  group.submit(set_command("a", "1"));
  const Update whole = group.asked<Update>(Watch{Sequence(3), 0});
  EXPECT_EQ(whole.targets, 2u);
  EXPECT_EQ(count(whole, Outcome::kWaiting), 2u);
  EXPECT_FALSE(whole.closed);

  auto id = group.ask(Watch{Sequence(3), whole.version});
  EXPECT_EQ(group.reply(id), nullptr);
  group.ack(first, Sequence(3), Sequence(3));
  EXPECT_EQ(group.reply(id), nullptr);  // at most ten a second
  group.tick(group.config.watch_interval_ms);
  const auto* update = group.reply_as<Update>(id);
  ASSERT_NE(update, nullptr);
  ASSERT_EQ(update->rows.size(), 1u);
  EXPECT_EQ(update->rows[0].name, "web-1");
  EXPECT_EQ(update->rows[0].outcome, Outcome::kDone);

  id = group.ask(Watch{Sequence(3), update->version});
  group.ack(second, Sequence(3), Sequence(3));
  update = group.reply_as<Update>(id);  // the end is said at once
  ASSERT_NE(update, nullptr);
  EXPECT_TRUE(update->closed);
  EXPECT_EQ(count(*update, Outcome::kDone), 2u);
}

TEST(Watch, ALostMemberClosesItsRow) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  const Update open = group.asked<Update>(Watch{Sequence(2), 0});
  const auto id = group.ask(Watch{Sequence(2), open.version});
  group.tick(1000);
  group.tick(20000);
  const auto* update = group.reply_as<Update>(id);
  ASSERT_NE(update, nullptr);
  EXPECT_EQ(update->rows.at(0).outcome, Outcome::kLost);
  EXPECT_EQ(update->rows.at(0).silent_ms, 21000u);
  EXPECT_TRUE(update->closed);
}

TEST(Watch, MoreRowsThanAPageHoldsComeInPagesEachOnce) {
  Group group;
  for (int i = 0; i < 300; ++i) {
    Follower member = group.newcomer("web-" + std::to_string(i), 1);
    member.join.server_id.bytes[0] = static_cast<std::uint8_t>(i);
    member.join.server_id.bytes[1] = static_cast<std::uint8_t>(1 + i / 256);
    ASSERT_TRUE(std::holds_alternative<Welcome>(*group.try_join(member)));
  }
  group.submit(set_command("a", "1"));
  for (const bool restarted : {false, true}) {
    if (restarted) group.restart();
    std::set<MemberId> seen;
    std::uint64_t version = 0;
    bool more = true;
    for (int page = 0; more; ++page) {
      ASSERT_LT(page, 3);
      group.now.value += 100;
      const Update update = group.asked<Update>(Watch{Sequence(301), version});
      EXPECT_LE(update.rows.size(), 128u);
      EXPECT_EQ(update.targets, 300u);
      for (const LedgerRow& row : update.rows) EXPECT_TRUE(seen.insert(row.member).second);
      version = update.version;
      more = update.more;
    }
    EXPECT_EQ(seen.size(), 300u);
  }
}

TEST(Watch, AVersionOfAnEarlierProcessIsOlderThanEverything) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  for (std::uint64_t i = 0; i < 50; ++i) {
    group.now.value += 10;
    group.ack(member, Sequence(1), Sequence(i % 2));
  }
  const Update before = group.asked<Update>(Watch{Sequence(2), 0});
  group.restart();
  const Update after = group.asked<Update>(Watch{Sequence(2), before.version});
  EXPECT_EQ(after.rows.size(), 1u);
}

TEST(Watch, IsAnsweredWithoutNewsAfterSomeTime) {
  CoordinatorConfig config = Group::default_config();
  config.watchers = 2;
  Group group(config);
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  const Update open = group.asked<Update>(Watch{Sequence(2), 0});
  std::vector<AdminRequestId> ids;
  for (const char* name : {"gone-1", "gone-2"}) {
    ids.push_back(group.ask(Watch{Sequence(2), open.version}, peer(name)));
  }
  const auto refused = group.ask(Watch{Sequence(2), open.version}, peer("third"));
  EXPECT_EQ(group.reply_as<QueryRefused>(refused)->code, ErrorCode::kBusy);
  for (int beat = 0; beat < 6; ++beat) {
    group.now.value += 2000;
    group.ack(member, Sequence(1), Sequence(1));
  }
  for (const auto id : ids) {
    ASSERT_NE(group.reply_as<Update>(id), nullptr);
    EXPECT_TRUE(group.reply_as<Update>(id)->rows.empty());
    EXPECT_FALSE(group.reply_as<Update>(id)->closed);
  }
  const auto third = group.ask(Watch{Sequence(2), 0}, peer("third"));
  EXPECT_NE(group.reply_as<Update>(third), nullptr);
}

TEST(Watch, AskedAgainByTheSamePeerReplacesTheFormer) {
  CoordinatorConfig config = Group::default_config();
  config.watchers = 1;
  Group group(config);
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  const Update open = group.asked<Update>(Watch{Sequence(2), 0});
  const auto first = group.ask(Watch{Sequence(2), open.version});
  const auto second = group.ask(Watch{Sequence(2), open.version});
  group.ack(member, Sequence(2), Sequence(2));
  EXPECT_EQ(group.reply(first), nullptr);
  EXPECT_NE(group.reply_as<Update>(second), nullptr);
}

TEST(Watch, OfAnEntryFromBeforeTheRestartReadsTheLog) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  group.restart();
  group.hold_reads = true;
  const auto id = group.ask(Watch{Sequence(2), 0});
  ASSERT_EQ(group.reads.size(), 1u);
  group.answer_reads();
  EXPECT_EQ(group.reply_as<Update>(id)->targets, 1u);
}

TEST(Watch, OfNoEntryOrOneBelowTheFloorIsRefused) {
  CoordinatorConfig config = Group::default_config();
  config.keep_entries = 4;
  config.keep_age_ms = 0;
  Group group(config);
  for (int i = 0; i < 20; ++i) group.submit(set_command("a", "1"));
  group.raise_floor();
  const auto beyond = group.ask(Watch{Sequence(99), 0});
  EXPECT_EQ(group.reply_as<QueryRefused>(beyond)->code, ErrorCode::kNotFound);
  group.restart();
  const auto below = group.ask(Watch{Sequence(1), 0});
  EXPECT_EQ(group.reply_as<QueryRefused>(below)->code, ErrorCode::kCompacted);
}

TEST(Watch, HeldAndRunningAreShownAsTheMemberSaysThem) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  Ack ack;
  ack.session = member.session;
  ack.marks = {Sequence(2), Sequence(1)};
  ack.running = {Sequence(2), "unpack", 40};
  group.say(member, ack);
  const LedgerRow running = group.asked<Update>(Watch{Sequence(2), 0}).rows.at(0);
  EXPECT_EQ(running.outcome, Outcome::kRunning);
  EXPECT_EQ(running.step, "unpack");
  EXPECT_EQ(running.text, "40 %");
  ack.marks.received = Sequence(1);
  ack.running = {};
  ack.held_at = Sequence(2);
  group.say(member, ack);
  group.now.value += 100;
  EXPECT_EQ(group.asked<Update>(Watch{Sequence(2), 0}).rows.at(0).outcome, Outcome::kHeld);
  EXPECT_EQ(group.state_of(member.id), MemberState::kHeld);
}

constexpr Sequence kHeadOfTheLog;  // 0

TEST(Watch, OfTheHeadIsAnsweredWhenAnEntryIsDurableOrAMemberChanges) {
  Group group;
  Follower member = group.joined("web-1", 1);
  const Update now = group.asked<Update>(Watch{kHeadOfTheLog, 0});
  EXPECT_EQ(now.sequence, Sequence(1));
  EXPECT_FALSE(now.closed);
  const auto wait_for = [&](std::uint64_t version, const auto& happening) {
    const auto id = group.ask(Watch{kHeadOfTheLog, version});
    EXPECT_EQ(group.reply(id), nullptr);
    happening();
    EXPECT_EQ(group.reply(id), nullptr) << "more than ten a second";
    group.tick(group.config.watch_interval_ms);
    const auto* update = group.reply_as<Update>(id);
    return update == nullptr ? Update{} : *update;
  };
  const Update entry = wait_for(now.version, [&] { group.submit(set_command("a", "1")); });
  EXPECT_EQ(entry.sequence, Sequence(2));
  EXPECT_GT(entry.version, now.version);
  const Update deviation = wait_for(entry.version, [&] {
    Ack ack;
    ack.session = member.session;
    ack.marks = {Sequence(1), Sequence(1)};
    ack.delta.drifted = 1;
    group.say(member, ack);
  });
  EXPECT_EQ(deviation.sequence, Sequence(2));
  EXPECT_GT(deviation.version, entry.version);
}

// However many entries come between two of its questions, it gets one answer.
TEST(Watch, OfTheHeadCostsASlowFollowerOneAnswer) {
  Group group;
  Update last = group.asked<Update>(Watch{kHeadOfTheLog, 0});
  const auto id = group.ask(Watch{kHeadOfTheLog, last.version});
  for (int i = 0; i < 50; ++i) {
    group.now.value += 1;
    group.submit(set_command("a", std::to_string(i)));
  }
  group.tick(group.config.watch_interval_ms);
  ASSERT_NE(group.reply_as<Update>(id), nullptr);
  EXPECT_EQ(group.reply_as<Update>(id)->sequence, Sequence(50));
  EXPECT_TRUE(group.reply_as<Update>(id)->rows.empty());
  group.restart();
  EXPECT_EQ(group.asked<Update>(Watch{kHeadOfTheLog, last.version}).sequence, Sequence(50));
}

TEST(Watch, OfTheHeadIsAnsweredWithoutNewsAfterSomeTime) {
  Group group;
  const Update now = group.asked<Update>(Watch{kHeadOfTheLog, 0});
  const auto id = group.ask(Watch{kHeadOfTheLog, now.version});
  group.tick(20000);
  ASSERT_NE(group.reply_as<Update>(id), nullptr);
  EXPECT_EQ(group.reply_as<Update>(id)->sequence, now.sequence);
}

}  // namespace
}  // namespace groupctl::testing
