#include "cli/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "cli/waiting.h"
#include "tests/unit/cli/scripted_coordinator.h"

namespace groupctl {
namespace {

using ::testing::ElementsAre;
using Replies = std::vector<AdminReply>;

const std::function<bool()> kNoStop = [] { return false; };
const OnRound kNoRound = [](const LedgerView&, const std::vector<LedgerRow>&, bool) {};

Submit a_submit() {
  Submit submit;
  submit.first = {drawn_client_id(GroupTime(5), 6), 1};
  submit.issuer = "ana@bastion";
  submit.commands = {{KindId(7), Target::all(), 0, "", {1}}};
  return submit;
}

Update update(std::uint64_t version, std::vector<OutcomeCount> counts, std::vector<LedgerRow> rows,
              bool closed, bool more = false) {
  Update u;
  u.sequence = Sequence(412);
  u.version = version;
  for (const OutcomeCount& count : counts) u.targets += count.count;
  u.counts = std::move(counts);
  u.rows = std::move(rows);
  u.closed = closed;
  u.more = more;
  return u;
}

TEST(ClientTest, NobodyThereIsUnreachableWithinTheTimeGiven) {
  ScriptedCoordinator coordinator([](const auto&) { return Replies{}; });
  coordinator.reachable = false;
  Client client(coordinator, kNoStop);
  const std::uint64_t start = coordinator.now_ms();
  EXPECT_EQ(client.hello(2000).error().code, ErrorCode::kUnreachable);
  EXPECT_LE(coordinator.now_ms() - start, 2000u);
  EXPECT_TRUE(coordinator.requests.empty());
}

TEST(ClientTest, SomethingThatListensAndIsSilentIsNoCoordinator) {
  ScriptedCoordinator coordinator([](const auto&) { return Replies{}; });
  Client client(coordinator, kNoStop);
  EXPECT_EQ(client.hello(2000).error().code, ErrorCode::kUnreachable);
}

TEST(ClientTest, QuestionsThatOverlapDoNotWaitForOneAnother) {
  std::map<MemberId, int> asked;
  ScriptedCoordinator coordinator([&](const AdminRequest& request) -> Replies {
    const MemberId member = std::get<MemberAsk>(request).member;
    const bool silent = ++asked[member] == 1 ? member.value % 10 == 0 : member == MemberId(30);
    if (silent) return {};
    if (member == MemberId(31)) return {QueryRefused{ErrorCode::kBusy, "too many"}};
    return {MemberAnswered{Bytes{static_cast<std::uint8_t>(member.value)}}};
  });
  std::vector<AdminRequest> requests;
  for (std::uint64_t i = 1; i <= 200; ++i) requests.push_back(MemberAsk{MemberId(i), {}});
  Client client(coordinator, kNoStop);
  const std::uint64_t start = coordinator.now_ms();
  const auto answers = client.questions(requests, 5000);
  EXPECT_LE(coordinator.now_ms() - start, 5000U);
  ASSERT_EQ(answers.size(), 200U);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::size_t member = i + 1;
    if (member == 30 || member == 31) {
      EXPECT_EQ(answers[i].error().code, member == 30 ? ErrorCode::kTimeout : ErrorCode::kBusy);
    } else {
      EXPECT_EQ(std::get<MemberAnswered>(*answers[i]).answer.at(0), member);
    }
  }
  EXPECT_EQ(asked[MemberId(20)], 2) << "what was lost is asked again";
  EXPECT_EQ(asked[MemberId(21)], 1) << "what was answered is not";
}

TEST(ClientTest, QuestionsThatNobodyHearsEnd) {
  ScriptedCoordinator coordinator([](const auto&) { return Replies{}; });
  coordinator.reachable = false;
  Client client(coordinator, kNoStop);
  const auto answers = client.questions({StatusQuery{}, StatusQuery{}}, 2000);
  ASSERT_EQ(answers.size(), 2U);
  for (const auto& answer : answers) EXPECT_TRUE(is_away(answer.error()));
}

TEST(ClientTest, AnotherProtocolIsSaid) {
  HelloReply other = hello_reply();
  other.protocol = kProtocolVersion + 1;
  ScriptedCoordinator coordinator([&](const auto&) { return Replies{other}; });
  Client client(coordinator, kNoStop);
  EXPECT_EQ(client.hello(2000).error().code, ErrorCode::kUnsupported);
}

TEST(ClientTest, ALostQuestionIsAskedAgain) {
  int asked = 0;
  ScriptedCoordinator coordinator(
      [&](const auto&) { return ++asked < 3 ? Replies{} : Replies{hello_reply()}; });
  Client client(coordinator, kNoStop);
  EXPECT_EQ(client.hello(10'000).value().group, "shop");
  EXPECT_EQ(asked, 3);
}

TEST(ClientTest, ALateAnswerToAnEarlierQuestionIsNotTaken) {
  int asked = 0;
  ScriptedCoordinator coordinator([&](const auto& request) -> Replies {
    if (std::holds_alternative<AdminHello>(request)) return {hello_reply(), hello_reply()};
    ++asked;
    StatusReply reply;
    reply.hello = hello_reply();
    return {reply};
  });
  Client client(coordinator, kNoStop);
  ASSERT_TRUE(client.hello(2000));
  const auto status = client.ask<StatusReply>(StatusQuery{}, 2000);
  EXPECT_TRUE(status) << status.error().text;
  EXPECT_EQ(asked, 1);
}

// G35: a retry after a lost reply is the same request.
TEST(ClientTest, AnUnansweredSubmitIsAskedAgainUnderTheSameRequestId) {
  int asked = 0;
  ScriptedCoordinator coordinator([&](const auto&) {
    return ++asked < 3 ? Replies{} : Replies{Accepted{Sequence(7), Sequence(7), {}}};
  });
  Client client(coordinator, kNoStop);
  const Submit submit = a_submit();
  EXPECT_EQ(client.submit(a_submit(), 30'000).value().first, Sequence(7));
  const auto submits = coordinator.requests_of<Submit>();
  ASSERT_EQ(submits.size(), 3u);
  for (const Submit& sent : submits) EXPECT_EQ(sent, submit);
}

// The coordinator was away for seconds: it refuses one copy and takes the other.
TEST(ClientTest, ARefusalOfOneCopyIsNoAnswerWhileAnotherIsUnderWay) {
  int asked = 0;
  ScriptedCoordinator coordinator([&](const auto&) {
    return ++asked < 2 ? Replies{}
                       : Replies{SubmitRefused{ErrorCode::kBusy, "too many submits are waiting"},
                                 Accepted{Sequence(7), Sequence(7), {}}};
  });
  Client client(coordinator, kNoStop);
  EXPECT_EQ(client.submit(a_submit(), 30'000).value().first, Sequence(7));
}

TEST(ClientTest, ARefusalOfEveryCopyIsOne) {
  int asked = 0;
  const SubmitRefused refused{ErrorCode::kNoTarget, "no member matches role=wbe"};
  ScriptedCoordinator coordinator([&](const auto&) {
    return ++asked < 2 ? Replies{} : Replies{refused, refused};
  });
  Client client(coordinator, kNoStop);
  EXPECT_EQ(client.submit(a_submit(), 30'000).error().code, ErrorCode::kNoTarget);
}

TEST(ClientTest, ARefusalOfOneCopyAndSilenceForTheOtherIsUnknown) {
  int asked = 0;
  ScriptedCoordinator coordinator([&](const auto&) {
    return ++asked == 2 ? Replies{SubmitRefused{ErrorCode::kBusy, "busy"}} : Replies{};
  });
  Client client(coordinator, kNoStop);
  const std::uint64_t start = coordinator.now_ms();
  EXPECT_EQ(client.submit(a_submit(), 5000).error().code, ErrorCode::kTimeout);
  EXPECT_LE(coordinator.now_ms() - start, 5000u);
}

// The copy that was sent first is still under way when another's commit has become unknown.
TEST(ClientTest, ARefusalAfterAnUnknownIsNoAnswerWhileAnEarlierCopyIsUnderWay) {
  int asked = 0;
  ScriptedCoordinator coordinator([&](const auto&) -> Replies {
    ++asked;
    if (asked == 1) return {};
    if (asked == 2) return {SubmitUnknown{"the disk failed"}};
    return {SubmitRefused{ErrorCode::kBusy, "busy"}, Accepted{Sequence(7), Sequence(7), {}}};
  });
  Client client(coordinator, kNoStop);
  const auto answer = client.submit(a_submit(), 30'000);
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->first, Sequence(7));
}

TEST(ClientTest, ARefusalAndThenAnUnknownIsAskedAgain) {
  int asked = 0;
  ScriptedCoordinator coordinator([&](const auto&) -> Replies {
    ++asked;
    if (asked == 1) return {};
    if (asked == 2) return {SubmitRefused{ErrorCode::kBusy, "busy"}, SubmitUnknown{"a bad disk"}};
    return {Accepted{Sequence(7), Sequence(7), {}}};
  });
  Client client(coordinator, kNoStop);
  EXPECT_TRUE(client.submit(a_submit(), 30'000));
}

TEST(ClientTest, CopiesThatALostConnectionTookWithItAreNotWaitedFor) {
  int asked = 0;
  ScriptedCoordinator coordinator([&](const auto&) -> Replies {
    if (++asked < 3) return {};
    return {SubmitRefused{ErrorCode::kNoTarget, "no member matches role=wbe"}};
  });
  coordinator.lost_after_sending = 2;
  Client client(coordinator, kNoStop);
  EXPECT_EQ(client.submit(a_submit(), 30'000).error().code, ErrorCode::kNoTarget);
}

TEST(ClientTest, AnUnknownCommitIsAskedAgainUntilTheCoordinatorKnows) {
  int asked = 0;
  ScriptedCoordinator coordinator([&](const auto&) {
    return ++asked < 2 ? Replies{SubmitUnknown{"the disk failed"}}
                       : Replies{Accepted{Sequence(8), Sequence(8), {}}};
  });
  Client client(coordinator, kNoStop);
  EXPECT_EQ(client.submit(a_submit(), 30'000).value().first, Sequence(8));
}

TEST(ClientTest, SentAndNeverAnsweredIsUnknown) {
  ScriptedCoordinator coordinator([](const auto&) { return Replies{}; });
  Client client(coordinator, kNoStop);
  EXPECT_EQ(client.submit(a_submit(), 5000).error().code, ErrorCode::kTimeout);
}

TEST(ClientTest, AnUnknownThatStaysUnknownSaysWhy) {
  ScriptedCoordinator coordinator(
      [](const auto&) { return Replies{SubmitUnknown{"the disk failed"}}; });
  Client client(coordinator, kNoStop);
  const auto answer = client.submit(a_submit(), 5000);
  EXPECT_EQ(answer.error(), (Error{ErrorCode::kTimeout, "the disk failed"}));
}

TEST(ClientTest, NeverSentIsUnreachableAndNotUnknown) {
  ScriptedCoordinator coordinator([](const auto&) { return Replies{}; });
  coordinator.reachable = false;
  Client client(coordinator, kNoStop);
  EXPECT_EQ(client.submit(a_submit(), 5000).error().code, ErrorCode::kUnreachable);
}

TEST(ClientTest, ARefusalKeepsItsCode) {
  ScriptedCoordinator coordinator([](const auto&) {
    return Replies{SubmitRefused{ErrorCode::kNoTarget, "no member matches role=wbe"}};
  });
  Client client(coordinator, kNoStop);
  EXPECT_EQ(client.submit(a_submit(), 5000).error(),
            (Error{ErrorCode::kNoTarget, "no member matches role=wbe"}));
}

TEST(ClientIdTest, DrawnIdsCarryTheGroupTimeAndKeyedOnesTheirKey) {
  const ClientId drawn = drawn_client_id(GroupTime(123), 456);
  EXPECT_FALSE(drawn.keyed());
  EXPECT_EQ(drawn.drawn_at(), GroupTime(123));
  EXPECT_EQ(drawn.low, 456u);
  EXPECT_TRUE(keyed_client_id("a").keyed());
  EXPECT_EQ(keyed_client_id("a"), keyed_client_id("a"));
  EXPECT_NE(keyed_client_id("a"), keyed_client_id("b"));
}

TEST(WaitingTest, ReturnsTheMomentTheLedgerCloses) {
  std::deque<Update> script = {
      update(1, {{Outcome::kWaiting, 2}}, {ledger_row(1, "a", Outcome::kWaiting)}, false, true),
      update(1, {{Outcome::kWaiting, 2}}, {ledger_row(2, "b", Outcome::kWaiting)}, false),
      update(2, {{Outcome::kWaiting, 1}, {Outcome::kDone, 1}}, {ledger_row(2, "b", Outcome::kDone)},
             false),
      update(3, {{Outcome::kDone, 2}}, {ledger_row(1, "a", Outcome::kDone)}, true)};
  ScriptedCoordinator coordinator([&](const auto&) {
    Replies replies{script.front()};
    script.pop_front();
    return replies;
  });
  Client client(coordinator, kNoStop);
  std::vector<std::string> changes;
  const auto end =
      wait_for_outcomes(client, Sequence(412), 600'000,
                        [&](const LedgerView&, const std::vector<LedgerRow>& rows, bool) {
                          for (const auto& row : rows) {
                            if (row.outcome == Outcome::kDone) changes.push_back(row.name);
                          }
                        });
  EXPECT_TRUE(end.ledger.closed());
  EXPECT_FALSE(end.detached);
  EXPECT_EQ(end.ledger.rows().size(), 2u);
  EXPECT_THAT(changes, ElementsAre("b", "a"));
  EXPECT_EQ(coordinator.now_ms(), 1000u);  // no time was waited away
  std::vector<std::uint64_t> versions;
  for (const Watch& watch : coordinator.requests_of<Watch>()) versions.push_back(watch.version);
  EXPECT_THAT(versions, ElementsAre(0, 1, 1, 2));
}

TEST(WaitingTest, ASilentCoordinatorIsAskedAnewForAllRows) {
  int asked = 0;
  ScriptedCoordinator coordinator([&](const auto&) -> Replies {
    if (++asked == 1) return {update(9, {{Outcome::kRunning, 1}}, {}, false)};
    if (asked == 2) return {};
    return {update(1, {{Outcome::kDone, 1}}, {ledger_row(1, "a", Outcome::kDone)}, true)};
  });
  Client client(coordinator, kNoStop);
  EXPECT_TRUE(wait_for_outcomes(client, Sequence(412), 600'000, kNoRound).ledger.closed());
  std::vector<std::uint64_t> versions;
  for (const Watch& watch : coordinator.requests_of<Watch>()) versions.push_back(watch.version);
  EXPECT_THAT(versions, ElementsAre(0, 9, 0));
}

TEST(WaitingTest, TheWaitEndsInTimeWithWhatWasHeard) {
  int asked = 0;
  ScriptedCoordinator coordinator([&](const auto&) -> Replies {
    if (++asked > 1) return {};
    return {update(1, {{Outcome::kRunning, 1}}, {ledger_row(1, "a", Outcome::kRunning)}, false)};
  });
  Client client(coordinator, kNoStop);
  const auto end = wait_for_outcomes(client, Sequence(412), 12'000, kNoRound);
  EXPECT_FALSE(end.ledger.closed());
  EXPECT_EQ(end.ledger.targets(), 1u);
  EXPECT_LE(coordinator.now_ms(), 1000u + 12'100u);
}

// "too many watchers": the command is in the log, and a later watch may find room.
TEST(WaitingTest, ABusyCoordinatorIsAskedAgainMoreAndMoreRarely) {
  std::vector<std::uint64_t> asked_at;
  ScriptedCoordinator* heard = nullptr;
  ScriptedCoordinator coordinator([&](const auto&) -> Replies {
    asked_at.push_back(heard->now_ms());
    if (asked_at.size() < 5) return {QueryRefused{ErrorCode::kBusy, "too many watchers"}};
    return {update(1, {{Outcome::kDone, 1}}, {ledger_row(1, "a", Outcome::kDone)}, true)};
  });
  heard = &coordinator;
  Client client(coordinator, kNoStop);
  const WaitEnd end = wait_for_outcomes(client, Sequence(412), 600'000, kNoRound);
  EXPECT_TRUE(end.ledger.closed());
  EXPECT_FALSE(end.cut_short);
  EXPECT_THAT(asked_at, ElementsAre(1000, 1100, 1300, 1700, 2500));
}

TEST(WaitingTest, ACoordinatorThatStaysBusyIsWaitedForUntilTheTimeIsUp) {
  ScriptedCoordinator coordinator([](const auto&) {
    return Replies{QueryRefused{ErrorCode::kBusy, "too many watchers"}};
  });
  Client client(coordinator, kNoStop);
  const WaitEnd end = wait_for_outcomes(client, Sequence(412), 60'000, kNoRound);
  EXPECT_FALSE(end.ledger.closed());
  EXPECT_EQ(coordinator.now_ms(), 1000u + 60'000u);
  EXPECT_LE(coordinator.requests.size(), 20u);
}

TEST(WaitingTest, AnEntryThatCannotBeWatchedEndsTheWaitWithTheReason) {
  ScriptedCoordinator coordinator([](const auto&) {
    return Replies{QueryRefused{ErrorCode::kCompacted, "entry 412 is below the floor of the log"}};
  });
  Client client(coordinator, kNoStop);
  const WaitEnd end = wait_for_outcomes(client, Sequence(412), 600'000, kNoRound);
  ASSERT_TRUE(end.cut_short);
  EXPECT_EQ(end.cut_short->text, "entry 412 is below the floor of the log");
  EXPECT_FALSE(end.ledger.closed());
  EXPECT_EQ(coordinator.requests.size(), 1u);
}

TEST(WaitingTest, ACoordinatorThatHasGoneIsToldFromOneWithoutNews) {
  int asked = 0;
  ScriptedCoordinator* coordinator_at = nullptr;
  ScriptedCoordinator coordinator([&](const auto&) -> Replies {
    coordinator_at->reachable = ++asked < 2;  // gone after the second question
    return {};
  });
  coordinator_at = &coordinator;
  Client client(coordinator, kNoStop);
  std::vector<bool> heard;
  const auto on_round = [&](const LedgerView&, const std::vector<LedgerRow>&, bool reachable) {
    heard.push_back(reachable);
    if (heard.size() == 3) coordinator.reachable = true;
  };
  wait_for_outcomes(client, Sequence(412), 19'000, on_round);
  EXPECT_THAT(heard, ElementsAre(true, true, false, true));
}

TEST(WaitingTest, AStopDetaches) {
  bool stop = false;
  ScriptedCoordinator coordinator([&](const auto&) -> Replies {
    stop = true;
    return {update(1, {{Outcome::kRunning, 1}}, {}, false)};
  });
  Client client(coordinator, [&] { return stop; });
  const auto end = wait_for_outcomes(client, Sequence(412), 600'000, kNoRound);
  EXPECT_TRUE(end.detached);
}

}  // namespace
}  // namespace groupctl
