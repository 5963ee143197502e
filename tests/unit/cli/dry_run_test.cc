// --dry-run against a scripted coordinator with members behind it.
#include "cli/dry_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/render_text.h"
#include "tests/unit/cli/typed_lines.h"

namespace groupctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Replies = std::vector<AdminReply>;

class DryRunTest : public TypedLines {
 protected:
  DryRunTest() : TypedLines([this](const AdminRequest& request) { return answer(request); }) {}

  Replies answer(const AdminRequest& request) {
    if (std::holds_alternative<AdminHello>(request)) return {hello_reply()};
    if (std::holds_alternative<MembersQuery>(request)) return {members()};
    if (const auto* ask = std::get_if<MemberAsk>(&request)) return asked(*ask);
    if (const auto* foresee = std::get_if<Foresee>(&request)) {
      if (refuses) return {QueryRefused{ErrorCode::kNoTarget, "the target matches no member"}};
      return {foreseen(*foresee)};
    }
    if (std::holds_alternative<Predict>(request)) return {PredictionReply{}};
    ADD_FAILURE() << "something was asked that changes the group";
    return {};
  }
  /// To members 1 to 4, 50 commands at a time.
  static ForeseenReply foreseen(const Foresee& foresee) {
    ForeseenReply reply;
    reply.head = Sequence(411);
    const auto& commands = foresee.submit.commands;
    for (std::size_t i = foresee.skip; i < commands.size(); ++i) {
      reply.more = reply.commands.size() == 50;
      if (reply.more) break;
      Entry entry;
      entry.sequence = Sequence(412 + i);
      entry.kind = commands[i].kind;
      entry.target = commands[i].target;
      entry.payload = commands[i].payload;
      reply.commands.push_back({encode_entry(entry), std::nullopt});
    }
    reply.commands.at(0).targets = {MemberId(1), MemberId(2), MemberId(3), MemberId(4)};
    return reply;
  }
  static MembersReply members() {
    MembersReply reply;
    reply.head = Sequence(411);
    for (std::uint64_t i = 1; i <= 5; ++i) {
      MemberInfo info;
      info.id = MemberId(i);
      info.name = "web-0" + std::to_string(i);
      info.state = i == 4 ? MemberState::kLost : MemberState::kInStep;
      info.silent_ms = 52'000;
      reply.rows.push_back(std::move(info));
    }
    return reply;
  }
  Replies asked(const MemberAsk& ask) {
    if (ask.member == silent) return {};
    const auto question = decode_question(ask.question);
    Answer answer = Foretelling{ask.member.value};
    if (const auto* foretell = std::get_if<ForetellQuestion>(&*question)) {
      questions.push_back(*foretell);
      if (behind > 0) {
        --behind;
        answer = Refused{ErrorCode::kConflict, "it has received 410, not 411"};
      }
    } else {
      const auto said = told.find(ask.member.value);
      answer = said == told.end() ? ForetoldPage{true, {}, false}
                                  : ForetoldPage{false, {said->second}, false};
    }
    return {MemberAnswered{encode(answer)}};
  }

  bool refuses = false;
  int behind = 0;   ///< so often a member has not received the head yet
  MemberId silent;  ///< it hears nothing
  std::vector<ForetellQuestion> questions;
  std::map<std::uint64_t, Foretold> told = {
      {1, {Sequence(412), Outcome::kDone, "", "deploy 2.4.1 over 2.4.0, restart"}},
      {2, {Sequence(412), Outcome::kDone, "", "deploy 2.4.1 over 2.4.0, restart"}},
      {3, {Sequence(412), Outcome::kFailed, "unpack", "no room"}}};
};

TEST_F(DryRunTest, SaysWhatEachTargetWouldDoAndHowToDoIt) {
  const Said said = run_words({"deploy", "shop@2.4.1", "--digest", std::string(64, 'a'), "-t",
                               "role in (web)", "--dry-run", "--at-seq", "411"});
  EXPECT_EQ(said.exit_code, 0);
  EXPECT_EQ(said.out,
            "DRY RUN at seq 411: nothing will change.\n"
            "412  DEPLOY shop@2.4.1 to role=web: 4 members\n"
            "  ~ 2  web-01 web-02  deploy 2.4.1 over 2.4.0, restart\n"
            "  ! 1  web-03         would fail at unpack: no room\n"
            "  ? 1  web-04         cannot tell: lost: silent for 52 s\n"
            "2 would change, 1 would fail, 1 unknown, of 4.\n"
            "run it:  groupctl deploy shop@2.4.1 --digest " +
                std::string(64, 'a') + " -t 'role in (web)' --at-seq 411\n");
  const auto kept = coordinator.requests_of<Predict>();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].head, Sequence(411));
  ASSERT_EQ(kept[0].rows.size(), 2U) << "who cannot tell has foretold nothing";
  EXPECT_EQ(kept[0].rows[0].members, (std::vector{MemberId(1), MemberId(2)}));
}

TEST_F(DryRunTest, AsJson) {
  const auto json =
      nlohmann::json::parse(run_words({"undeploy", "shop", "--dry-run", "-o", "json"}).out);
  EXPECT_EQ(json["kind"], "DryRun");
  EXPECT_EQ(json["head"], 411);
  EXPECT_EQ(json["summary"],
            (nlohmann::json{{"change", 2}, {"stay", 0}, {"fail", 1}, {"unknown", 1}}));
  EXPECT_EQ(json["commands"][0]["seq"], 412);
  EXPECT_EQ(json["commands"][0]["members"][2]["step"], "unpack");
  EXPECT_EQ(json["run"], "groupctl undeploy shop -o json --at-seq 411");
}

TEST_F(DryRunTest, OfTheCoordinatorAloneNoMemberIsAsked) {
  const Said said = run_words({"set", "a=b", "--dry-run=coordinator"});
  EXPECT_EQ(said.out,
            "DRY RUN at seq 411: nothing will change.\n"
            "412  SET a=b to all: 4 members\n"
            "run it:  groupctl set a=b --at-seq 411\n");
  EXPECT_TRUE(questions.empty());
  EXPECT_TRUE(coordinator.requests_of<Predict>().empty());
  EXPECT_EQ(run_words({"set", "a=b", "--dry-run=nobody"}).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("nobody is neither"));
}

TEST_F(DryRunTest, WhatWouldBeRefusedEndsAsItWould) {
  refuses = true;
  EXPECT_EQ(run_words({"set", "a=b", "--dry-run"}).exit_code, 3);
}

TEST_F(DryRunTest, WhoIsJustBehindIsAskedAgain) {
  behind = 4;
  EXPECT_THAT(run_words({"set", "a=b", "--dry-run"}).out, HasSubstr("2 would change"));
  behind = 1'000'000;
  EXPECT_THAT(run_words({"set", "a=b", "--dry-run"}).out,
              HasSubstr("? 3  web-01..03  cannot tell: it has received 410, not 411"));
}

TEST_F(DryRunTest, WhoIsAtWorkIsWaitedForSoLong) {
  told.erase(1);
  EXPECT_THAT(run_words({"set", "a=b", "--dry-run", "--timeout", "2s"}).out,
              HasSubstr("web-01  cannot tell: it has not told in time"));
}

TEST_F(DryRunTest, WhoIsSilentKeepsNoOtherFromTelling) {
  silent = MemberId(1);
  EXPECT_THAT(run_words({"set", "a=b", "--dry-run"}).out,
              ::testing::AllOf(HasSubstr("~ 1  web-02  deploy 2.4.1 over 2.4.0, restart\n"),
                               HasSubstr("! 1  web-03  would fail at unpack: no room\n"),
                               HasSubstr("? 1  web-01  cannot tell: no answer\n")));
}

TEST_F(DryRunTest, ManyEntriesTakeSeveralQuestions) {
  GlobalOptions global;
  global.dry_run = DryRun::kMembers;
  Submit submit;
  submit.first.number = 1;
  submit.commands.assign(200, {KindId(7), Target::all(), 0, "", Bytes(1000, 1)});
  Client client(coordinator, [] { return false; });
  ASSERT_TRUE(dry_run(submit, global, "shop", client));
  EXPECT_EQ(coordinator.requests_of<Foresee>().size(), 4U);
  std::size_t entries = 0;
  for (const ForetellQuestion& question : questions) {
    EXPECT_LE(encode(Question(question)).size(), kMaxQuestionBytes);
    entries += question.entries.size();
  }
  EXPECT_EQ(entries, 3 * 200U) << "to each of three members";
}

TEST(CommandAfter, PinsTheLineWhereItsFlagsEnd) {
  EXPECT_EQ(command_after({"exec", "--dry-run", "--", "df", "--at-seq", "7"}, Sequence(6)),
            "groupctl exec --at-seq 6 -- df --at-seq 7");
  EXPECT_EQ(command_after({"set", "a=b c", "--at-seq=5", "--dry-run=members", "--at-seq", "5"},
                          Sequence(6)),
            "groupctl set 'a=b c' --at-seq 6");
}

TEST(Foretold, SaysWhatCameOtherwise) {
  const ForetoldByMember foretold =
      by_member({{Outcome::kDone, "", "deploy 2.4.1", {MemberId(1), MemberId(2)}},
                 {Outcome::kFailed, "unpack", "no room", {MemberId(3)}}});
  const LedgerRow one = ledger_row(1, "web-01", Outcome::kDone);
  const LedgerRow two = ledger_row(2, "web-02", Outcome::kFailed, "health", "exit code 1");
  const LedgerRow three = ledger_row(3, "web-03", Outcome::kFailed, "unpack", "no room");
  EXPECT_EQ(foretold_text({one, three}, foretold), "2 as it came\n");
  EXPECT_THAT(foretold_text({one, two, three}, foretold),
              ::testing::AllOf(HasSubstr("2 as it came, 1 otherwise\n\nMEMBER"),
                               HasSubstr("web-02  done      failed  deploy 2.4.1")));
  EXPECT_EQ(foretold_text({one}, {}), "");
}

TEST(Foretold, StandsInTheRecordOfItsEntryWhateverThatSays) {
  EntryReport report;
  report.shown.command.text = "DUMP";
  report.shown.targets = 1;
  report.rows = {ledger_row(1, "web-01", Outcome::kDone)};
  EXPECT_THAT(render_text(report, WallClock{}), ::testing::Not(HasSubstr("foretold")));
  report.foretold = by_member({{Outcome::kDone, "", "write a bundle", {MemberId(1)}}});
  EXPECT_THAT(render_text(report, WallClock{}), HasSubstr("\nforetold  1 as it came\n"));
}

}  // namespace
}  // namespace groupctl
