// Whole command lines against a scripted coordinator: what is asked, printed, and returned.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "commands/state/target.h"
#include "commands/system/system.h"
#include "tests/unit/cli/typed_lines.h"

namespace groupctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Replies = std::vector<AdminReply>;

Update closed_update(std::vector<OutcomeCount> counts, std::vector<LedgerRow> rows) {
  Update u;
  u.sequence = Sequence(412);
  u.version = 1;
  for (const OutcomeCount& count : counts) u.targets += count.count;
  u.counts = std::move(counts);
  u.rows = std::move(rows);
  u.closed = true;
  return u;
}

class RunTest : public TypedLines {
 protected:
  RunTest() : TypedLines([this](const AdminRequest& request) { return answer(request); }) {}

  Replies answer(const AdminRequest& request) {
    if (std::holds_alternative<AdminHello>(request)) {
      HelloReply hello = hello_reply();
      hello.members = members;
      return {hello};
    }
    if (std::holds_alternative<Submit>(request)) return submit_replies;
    if (std::holds_alternative<Watch>(request)) {
      if (stop_at_watch > 0 && --stop_at_watch == 0) stop = true;
      return watch_replies;
    }
    if (const auto* query = std::get_if<LogQuery>(&request)) return {log_page(*query)};
    if (const auto* query = std::get_if<MembersQuery>(&request)) return {members_page(*query)};
    return other_replies;
  }

  static ForeseenReply foreseen(std::uint64_t targets) {
    ForeseenCommand command{{}, std::vector<MemberId>()};
    for (std::uint64_t id = 1; id <= targets; ++id) command.targets->emplace_back(id);
    return {Sequence(411), {command}, {}, {}, false};
  }

  // Entries 1..5, two to a page.
  static LogReply log_page(const LogQuery& query) {
    LogReply reply;
    reply.head = Sequence(5);
    reply.floor = Sequence(1);
    const std::uint64_t from = query.from ? query.from.value : 6 - std::min(5u, query.limit);
    const std::uint64_t end = std::min<std::uint64_t>(6, from + std::min(query.limit, 2u));
    for (std::uint64_t sequence = from; sequence < end; ++sequence) {
      Entry entry;
      entry.sequence = Sequence(sequence);
      entry.epoch = Epoch(1);
      entry.kind = KindId(0xdead);
      entry.target = Target::all();
      reply.rows.push_back({encode_entry(entry), 0, {}});
    }
    reply.more = end < 6;
    return reply;
  }

  static MembersReply members_page(const MembersQuery& query) {
    MemberInfo member;
    member.id = MemberId(query.after.value + 1);
    member.name = member.id.value == 1 ? "zeta" : "alpha";
    return {{member}, member.id.value < 2, Sequence(5)};
  }

  Replies submit_replies{Accepted{Sequence(412), Sequence(412), {}}};
  Replies watch_replies{
      closed_update({{Outcome::kDone, 1}}, {ledger_row(1, "web-01", Outcome::kDone)})};
  Replies other_replies;
  std::uint32_t members = 0;
  int stop_at_watch = 0;  // Ctrl-C comes with this one; 0: never
};

TEST_F(RunTest, ACommandIsSubmittedAndWaitedFor) {
  const Said said = run_words({"set", "log.level=info", "-t", "role=web", "-m", "why not"});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_EQ(said.out, "seq 412  SET log.level=info   1 done   of 1   in 0.0 s\n");
  EXPECT_THAT(err, HasSubstr("seq=412"));
  const auto submits = coordinator.requests_of<Submit>();
  ASSERT_EQ(submits.size(), 1u);
  EXPECT_EQ(submits[0].issuer, "ana@bastion");
  EXPECT_EQ(submits[0].first.number, 1u);
  EXPECT_EQ(submits[0].first.client.drawn_at(), hello_reply().now);
  ASSERT_EQ(submits[0].commands.size(), 1u);
  EXPECT_EQ(submits[0].commands[0].message, "why not");
  EXPECT_EQ(submits[0].commands[0].target.kind, Target::Kind::kSelector);
  EXPECT_EQ(submits[0].commands[0].ttl_ms, 0u);
}

TEST_F(RunTest, EvictingAsksFirstAndTellsEachEntry) {
  submit_replies = {Accepted{Sequence(412), Sequence(413), {}}};
  typed = "yes";
  Said said = run_words({"member", "evict", "web-2", "web-1", "-m", "rack r4"});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_EQ(err, "Evict web-1, web-2 from group shop? Type yes to go on: ");
  EXPECT_EQ(said.out, "seq 412  LEFT web-1 (evicted)\nseq 413  LEFT web-2 (evicted)\n");
  const Submit submit = coordinator.requests_of<Submit>().at(0);
  EXPECT_FALSE(submit.force);
  ASSERT_EQ(submit.commands.size(), 2u);
  EXPECT_EQ(submit.commands[0].payload, evicted_payload("web-1"));
  EXPECT_EQ(submit.commands[1].message, "rack r4");
  EXPECT_TRUE(coordinator.requests_of<Watch>().empty());
  said = run_words({"member", "evict", "web-2", "web-1", "-y", "--force", "-o", "json"});
  EXPECT_EQ(said.out,
            "{\"exitCode\":0,\"kind\":\"Eviction\",\"members\":[{\"name\":\"web-1\",\"seq\":412},"
            "{\"name\":\"web-2\",\"seq\":413}],\"schema\":\"groupctl/1\"}\n");
  EXPECT_TRUE(coordinator.requests_of<Submit>().at(1).force);
  EXPECT_EQ(run_words({"member", "evict", "web-2", "web-1", "-y", "-o", "name"}).out, "412\n413\n");
}

TEST_F(RunTest, WithoutAConfirmationNobodyIsEvicted) {
  EXPECT_EQ(run_words({"member", "evict", "web-1"}).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("hint:  add --yes\n"));
  typed = "y";
  EXPECT_EQ(run_words({"member", "evict", "web-1"}).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("not confirmed; nothing was sent"));
  EXPECT_TRUE(coordinator.requests_of<Submit>().empty());
}

TEST_F(RunTest, ACommandForManyMembersIsAskedAbout) {
  members = 40;
  other_replies = {foreseen(26)};
  const std::vector<std::string> set = {"set", "a=b"};
  EXPECT_EQ(run_words(set).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("SET a=b for 26 members wants a confirmation"));
  EXPECT_THAT(err, HasSubstr("hint:  add --yes\n"));
  typed = "yes";
  EXPECT_EQ(run_words(set).exit_code, 2) << "the number is what says it";
  EXPECT_TRUE(coordinator.requests_of<Submit>().empty());
  typed = "26";
  EXPECT_EQ(run_words(set).exit_code, 0);
  EXPECT_THAT(err, HasSubstr("SET a=b for 26 members? Type 26 to go on: "));
  EXPECT_EQ(coordinator.requests_of<Submit>().size(), 1U);
}

TEST_F(RunTest, NothingIsAskedThatIsForFewOrOnlyLooksOrIsConfirmed) {
  members = 40;
  other_replies = {foreseen(25)};
  EXPECT_EQ(run_words({"set", "a=b"}).exit_code, 0) << err;
  other_replies = {foreseen(40)};
  EXPECT_EQ(run_words({"set", "a=b", "-y"}).exit_code, 0) << err;
  EXPECT_EQ(run_words({"ping", "-t", "all"}).exit_code, 0) << err;
  EXPECT_EQ(run_words({"exec", "--no-wait", "--", "true"}).exit_code, 2);
  ::setenv("GROUPCTL_CONFIRM_ABOVE", "40", 1);
  EXPECT_EQ(run_words({"set", "a=b"}).exit_code, 0) << err;
  ::setenv("GROUPCTL_CONFIRM_ABOVE", "many", 1);
  EXPECT_EQ(run_words({"set", "a=b"}).exit_code, 2);
  ::unsetenv("GROUPCTL_CONFIRM_ABOVE");
  members = 25;
  coordinator.requests.clear();
  EXPECT_EQ(run_words({"set", "a=b"}).exit_code, 0) << err;
  EXPECT_TRUE(coordinator.requests_of<Foresee>().empty());
}

TEST_F(RunTest, ARefusedEvictionSaysWhatToDo) {
  submit_replies = {SubmitRefused{ErrorCode::kRefused, "member web-1 is not lost"}};
  EXPECT_EQ(run_words({"member", "evict", "web-1", "--yes"}).exit_code, 7);
  EXPECT_THAT(err, HasSubstr("group-member leave; or evict it with --force"));
  submit_replies = {SubmitRefused{ErrorCode::kNotFound, "no member is called web-1"}};
  EXPECT_EQ(run_words({"member", "evict", "web-1", "--yes"}).exit_code, 3);
}

TEST_F(RunTest, AMemberIsShownOrNotFound) {
  MemberDetail detail;
  detail.info.name = "web-01";
  other_replies = {detail};
  const Said said = run_words({"member", "show", "web-01", "-o", "json"});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_THAT(said.out, HasSubstr("\"kind\":\"Member\""));
  EXPECT_EQ(coordinator.requests_of<MemberQuery>().at(0).name, "web-01");
  other_replies = {QueryRefused{ErrorCode::kNotFound, "no member is called web-1"}};
  EXPECT_EQ(run_words({"member", "show", "web-1"}).exit_code, 3);
  EXPECT_EQ(err, "error: no member is called web-1\n");
}

TEST_F(RunTest, LabelsAreACommandLikeAnyOther) {
  const Said said = run_words({"member", "label", "web-01", "role=canary", "rack-"});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_EQ(said.out, "seq 412  LABELLED rack- role=canary   1 done   of 1   in 0.0 s\n");
  const SubmittedCommand command = coordinator.requests_of<Submit>().at(0).commands.at(0);
  EXPECT_EQ(command.payload, operator_labels_payload({{"rack", ""}, {"role", "canary"}}));
  EXPECT_EQ(to_text(command.target), "name=web-01");
  EXPECT_EQ(command.ttl_ms, 0u);
}

TEST_F(RunTest, TwoRunsDrawTwoIdsAndOneKeyIsOneId) {
  run_words({"set", "a=1"});
  run_words({"set", "a=1"});
  run_words({"set", "a=1", "--id", "ci-7"});
  run_words({"set", "a=1", "--id", "ci-7"});
  const auto submits = coordinator.requests_of<Submit>();
  ASSERT_EQ(submits.size(), 4u);
  EXPECT_NE(submits[0].first, submits[1].first);
  EXPECT_EQ(submits[2].first, submits[3].first);
  EXPECT_TRUE(submits[2].first.client.keyed());
}

TEST_F(RunTest, TheExitCodeIsThatOfTheOutcomes) {
  watch_replies = {closed_update(
      {{Outcome::kDone, 1}, {Outcome::kLost, 1}},
      {ledger_row(1, "web-01", Outcome::kDone), ledger_row(2, "web-02", Outcome::kLost)})};
  const Said said = run_words({"set", "a=1"});
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.out, HasSubstr("web-02  lost"));
}

TEST_F(RunTest, ALatePingIsBadAndAnExpiredOneToo) {
  watch_replies = {closed_update({{Outcome::kExpired, 1}}, {})};
  EXPECT_EQ(run_words({"ping", "-t", "web-01"}).exit_code, 1);
  EXPECT_GT(coordinator.requests_of<Submit>().at(0).commands[0].ttl_ms, 0u);
  EXPECT_EQ(run_words({"set", "a=1"}).exit_code, 0);
}

TEST_F(RunTest, NoWaitPrintsTheSequenceAlone) {
  const Said said = run_words({"set", "a=1", "--no-wait", "-o", "name"});
  EXPECT_EQ(said.out, "412\n");
  EXPECT_EQ(said.exit_code, 0);
  EXPECT_EQ(err, "");
  EXPECT_TRUE(coordinator.requests_of<Watch>().empty());
}

TEST_F(RunTest, QuietSaysNothingOnStderr) {
  run_words({"set", "a=1", "-q"});
  EXPECT_EQ(err, "");
}

TEST_F(RunTest, AWaitThatEndsFirstIs5AndCtrlCIs130) {
  watch_replies.clear();
  EXPECT_EQ(run_words({"set", "a=1", "--wait-timeout", "3s"}).exit_code, 5);
  Update open = closed_update({{Outcome::kRunning, 1}}, {ledger_row(1, "a", Outcome::kRunning)});
  open.closed = false;
  watch_replies = {open};
  stop_at_watch = 3;
  const Said said = run_words({"set", "a=1"});
  EXPECT_EQ(said.exit_code, 130);
  EXPECT_THAT(said.out, HasSubstr("detached; the command is in the log as 412"));
}

// What is in the log has not failed because nobody tells how it goes.
TEST_F(RunTest, ACoordinatorThatStaysBusyOrTellsNoMoreEndsTheWaitAndNotTheCommand) {
  for (const ErrorCode code : {ErrorCode::kBusy, ErrorCode::kCompacted, ErrorCode::kIo}) {
    watch_replies = {QueryRefused{code, "entry 412 cannot be watched"}};
    const Said said = run_words({"set", "a=1", "--wait-timeout", "3s"});
    EXPECT_EQ(said.exit_code, 5) << to_word(code);
    EXPECT_THAT(said.out, HasSubstr("the command is in the log as 412 and goes on: "
                                    "groupctl wait 412\n"));
    EXPECT_THAT(err, Not(HasSubstr("error:")));
  }
  EXPECT_THAT(err, HasSubstr("warning: the coordinator tells no more of this command: entry 412 "
                             "cannot be watched\n"));
  const Said said = run_words({"set", "a=1", "-o", "json"});
  EXPECT_EQ(said.exit_code, 5);
  EXPECT_THAT(said.out, HasSubstr(R"("warnings":["the coordinator tells no more)"));
  EXPECT_THAT(said.out, Not(HasSubstr("expected")));
}

TEST_F(RunTest, NobodyThereIs4AndOneLineThatNamesTheEndpoint) {
  coordinator.reachable = false;
  EXPECT_EQ(run_words({"status"}).exit_code, 4);
  EXPECT_EQ(err,
            "error: no coordinator answered at tcp://127.0.0.1:7401 within 2 s (from the built-in "
            "default)\nhint:  groupctl ping -v    or name another: -E tcp://host:port\n");
  const Said said = run_words({"status", "-o", "json"});
  EXPECT_EQ(said.exit_code, 4);
  EXPECT_THAT(said.out, HasSubstr(R"("code":"coordinator_unreachable")"));
}

TEST_F(RunTest, SentAndNotAnsweredIs9WithWhatToDo) {
  submit_replies.clear();
  EXPECT_EQ(run_words({"set", "a=1", "--id", "ci-7", "--timeout", "3s"}).exit_code, 9);
  EXPECT_THAT(err, HasSubstr("ask again with the same --id ci-7"));
}

TEST_F(RunTest, ARefusalIsSaidInTheCoordinatorsWords) {
  submit_replies = {SubmitRefused{ErrorCode::kNoTarget, "no member matches role=wbe"}};
  EXPECT_EQ(run_words({"set", "a=1", "-t", "role=wbe"}).exit_code, 3);
  EXPECT_EQ(err, "error: no member matches role=wbe\n");
}

TEST_F(RunTest, WhatIsWrongHereIsNeverSent) {
  EXPECT_EQ(run_words({"deploy", "shop@1", "--archive", "/nonexistent/x.tar"}).exit_code, 2);
  EXPECT_EQ(run_words({"deploy", "shop", "--digest", std::string(64, 'a')}).exit_code, 2);
  EXPECT_EQ(run_words({"set", "a=1", "-t", "role in ("}).exit_code, 2);
  EXPECT_TRUE(coordinator.requests_of<Submit>().empty());
}

TEST_F(RunTest, AnArchiveIsNamedByItsSha256) {
  std::string path = ::testing::TempDir() + "archive_XXXXXX";
  const int fd = ::mkstemp(path.data());
  ASSERT_GE(fd, 0);
  ASSERT_EQ(::write(fd, "abc", 3), 3);
  ::close(fd);
  const Said said = run_words({"deploy", "shop@1", "--archive", path, "-o", "json"});
  ::unlink(path.c_str());
  EXPECT_EQ(said.exit_code, 0) << said.out;
  EXPECT_THAT(said.out,
              HasSubstr("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

TEST_F(RunTest, TheLogIsReadInPages) {
  const Said said = run_words({"log", "list", "-n", "4", "-o", "json"});
  EXPECT_EQ(said.exit_code, 0) << err;
  for (const char* sequence : {R"("seq":2)", R"("seq":3)", R"("seq":4)", R"("seq":5)"}) {
    EXPECT_THAT(said.out, HasSubstr(sequence));
  }
  EXPECT_EQ(said.out.find(R"("seq":1,)"), std::string::npos);
}

TEST_F(RunTest, AnEntryThatIsNotThereIs3) {
  EXPECT_EQ(run_words({"log", "show", "4"}).exit_code, 0);
  EXPECT_EQ(run_words({"log", "show", "9"}).exit_code, 3);
  EXPECT_THAT(err, HasSubstr("no entry 9: the log holds 1 to 5"));
}

TEST_F(RunTest, MembersComeInPagesAndAreSortedByName) {
  const Said said = run_words({"member", "list"});
  EXPECT_LT(said.out.find("alpha"), said.out.find("zeta")) << said.out;
}

TEST_F(RunTest, StatusTurnsItsFindingIntoAnExitCodeOnlyWhenAsked) {
  StatusReply status;
  status.hello = hello_reply();
  status.members = {{MemberState::kLost, 1}};
  other_replies = {status};
  EXPECT_EQ(run_words({"status"}).exit_code, 0);
  EXPECT_EQ(run_words({"status", "--exit-code"}).exit_code, 1);
}

TEST_F(RunTest, PingWithoutATargetWritesNothing) {
  const Said said = run_words({"ping"});
  EXPECT_EQ(said.exit_code, 0);
  EXPECT_THAT(said.out, HasSubstr("tcp://127.0.0.1:7401 answered in 0 ms: group shop"));
  EXPECT_TRUE(coordinator.requests_of<Submit>().empty());
}

TEST_F(RunTest, VersionNeedsNoCoordinator) {
  coordinator.reachable = false;
  EXPECT_THAT(run_words({"version"}).out, HasSubstr("groupctl 0."));
  EXPECT_EQ(run_words({"version"}).exit_code, 0);
}

}  // namespace
}  // namespace groupctl
