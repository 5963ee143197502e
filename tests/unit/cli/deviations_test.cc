// diff, reconcile and adopt against a scripted coordinator with members behind it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "commands/state/target.h"
#include "tests/unit/cli/typed_lines.h"

namespace groupctl {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Replies = std::vector<AdminReply>;

Thing release(const std::string& version, std::uint8_t seed = 1) {
  Thing thing;
  thing.kind = Thing::Kind::kRelease;
  thing.version = version;
  thing.digest.bytes.fill(seed);
  return thing;
}
Thing value(const std::string& text) {
  Thing thing;
  thing.kind = Thing::Kind::kValue;
  thing.value = text;
  return thing;
}
Deviation intended(const std::string& key, Thing group, Thing wanted) {
  Deviation row;
  row.key = key;
  row.kind = "intended";
  row.cause = "local";
  row.who = "ana@web-01";
  row.why = "testing";
  row.group = std::move(group);
  row.there = wanted;
  row.wanted = std::move(wanted);
  return row;
}
Deviation observed(const std::string& key, const std::string& kind, Thing group, Thing there) {
  Deviation row;
  row.key = key;
  row.kind = kind;
  row.why = "index.html is gone";
  row.group = std::move(group);
  row.there = std::move(there);
  return row;
}

class DeviationsTest : public TypedLines {
 protected:
  DeviationsTest() : TypedLines([this](const AdminRequest& request) { return answer(request); }) {
    deviations["web-01"] = {intended("artefact/cache", release("6.2.0"), release("6.2.1", 2)),
                            observed("artefact/shop", "drifted", release("2.4"), release("2.4")),
                            intended("property/log.level", value("info"), value("debug"))};
    deviations["web-02"] = {};
  }

  Replies answer(const AdminRequest& request) {
    if (std::holds_alternative<AdminHello>(request)) return {hello_reply()};
    if (std::holds_alternative<MembersQuery>(request)) return {members()};
    if (const auto* ask = std::get_if<MemberAsk>(&request)) return asked(*ask);
    if (const auto* submit = std::get_if<Submit>(&request)) {
      return {Accepted{Sequence(10), Sequence(9 + submit->commands.size()), {}}};
    }
    const auto& watch = std::get<Watch>(request);
    if (watch.version > 0) return {};  // there is no news
    Update update;
    update.sequence = watch.sequence;
    update.version = 1;
    update.targets = 1;
    update.counts = {{ends, 1}};
    update.rows = {ledger_row(commanded, "web-0" + std::to_string(commanded), ends)};
    update.closed = group_of(ends) != OutcomeGroup::kOpen;
    return {update};
  }

  static MembersReply members() {
    MembersReply reply;
    reply.head = Sequence(9);
    const char* const names[] = {"web-01", "web-02", "web-03"};
    for (std::uint64_t i = 0; i < 3; ++i) {
      MemberInfo info;
      info.id = MemberId(i + 1);
      info.name = names[i];
      info.state = i == 2 ? MemberState::kLost : MemberState::kInStep;
      info.silent_ms = i == 2 ? 52'000 : 100;
      reply.rows.push_back(std::move(info));
    }
    return reply;
  }

  Replies asked(const MemberAsk& ask) {
    const std::string name = "web-0" + std::to_string(ask.member.value);
    if (gone.contains(name)) {
      return {QueryRefused{ErrorCode::kUnknownSession, "the member has not answered within 5 s"}};
    }
    auto question = decode_question(ask.question);
    EXPECT_TRUE(question);
    questions.push_back(*question);
    Answer answer = DeltaPage{Sequence(9), deviations[name], false};
    if (std::holds_alternative<ReconcileQuestion>(*question)) answer = Reconciling{3, {"x"}};
    if (std::holds_alternative<JobQuestion>(*question)) {
      answer = JobState{--open_answers > 0, job_results};
    }
    return {MemberAnswered{encode(answer)}};
  }

  void surround(Surroundings& around) override {
    around.screen_facts = [this] { return facts; };
  }
  bool stopped() override { return coordinator.now_ms() >= stop_at_ms; }

  std::vector<std::string> submitted() const {
    std::vector<std::string> texts;
    for (const Submit& submit : coordinator.requests_of<Submit>()) {
      for (const SubmittedCommand& command : submit.commands) {
        texts.push_back(shown_command(command.kind, command.payload).text);
      }
    }
    return texts;
  }

  void at_a_terminal() {
    facts.err = TerminalSize{80, 24};
    facts.term = "xterm";
    facts.no_color = true;
    facts.locale = "C.UTF-8";
  }
  /// web-01 holds shop at 2.3 while the group wants 2.4.
  void hold_shop() {
    Deviation held = intended("artefact/shop", release("2.4"), release("2.3", 3));
    held.cause = "hold";
    held.wanted = {};
    held.wanted.kind = Thing::Kind::kAsItIs;
    deviations["web-01"] = {held};
  }
  bool asked_to_reconcile() const {
    return std::any_of(questions.begin(), questions.end(), [](const Question& question) {
      return std::holds_alternative<ReconcileQuestion>(question);
    });
  }

  std::map<std::string, std::vector<Deviation>> deviations;
  std::set<std::string> gone;
  std::vector<Question> questions;
  std::vector<KeyResult> job_results{{"artefact/cache", Outcome::kDone, "", ""}};
  int open_answers = 3;
  Outcome ends = Outcome::kUnchanged;  ///< every command, on the one member that it is for
  std::uint64_t commanded = 1;
  ScreenFacts facts;
  std::uint64_t stop_at_ms = ~std::uint64_t{0};
};

TEST_F(DeviationsTest, G34_DiffShowsEveryMemberAndWhatToDo) {
  const Said said = run_words({"diff"});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_EQ(said.out,
            "GROUP (seq 9)   MEMBER  DEVIATION\n"
            "cache 6.2.0     web-01  ~ 6.2.1            by local: ana@web-01, \"testing\"\n"
            "shop 2.4        web-01  ~ 2.4              drifted: index.html is gone\n"
            "log.level=info  web-01  ~ log.level=debug  by local: ana@web-01, \"testing\"\n"
            "?               web-03  ? unknown          lost: silent for 52 s\n"
            "3 deviations on 1 of 3 members; 1 cannot be told.   groupctl reconcile web-01   |   "
            "groupctl adopt web-01\n");
  EXPECT_TRUE(coordinator.requests_of<Submit>().empty());
}

TEST_F(DeviationsTest, DiffTurnsItsFindingIntoAnExitCodeOnlyWhenAsked) {
  EXPECT_EQ(run_words({"diff", "--exit-code"}).exit_code, 1);
  EXPECT_EQ(run_words({"diff", "web-01", "--exit-code"}).exit_code, 1);
  EXPECT_EQ(run_words({"diff", "web-02", "--exit-code"}).exit_code, 0);
  EXPECT_EQ(run_words({"diff", "web-03", "--exit-code"}).exit_code, 1) << "it cannot be told";
  EXPECT_EQ(run_words({"diff", "web-02"}).out, "0 deviations on 0 of 1 member.\n");
}

TEST_F(DeviationsTest, DiffNamesAMemberThatIsNot) {
  EXPECT_EQ(run_words({"diff", "web-04"}).exit_code, 3);
  EXPECT_THAT(err, HasSubstr("no member is called web-04. Did you mean: web-01?"));
}

TEST_F(DeviationsTest, OneThatDoesNotAnswerIsUnknown) {
  gone = {"web-01"};
  const Said said = run_words({"diff", "web-01", "-o", "json"});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_THAT(said.out, HasSubstr(R"("known":false)"));
  EXPECT_THAT(said.out, HasSubstr("has not answered"));
}

TEST_F(DeviationsTest, DiffAsJsonHasWhatIsWantedThereAndInstead) {
  const Said said = run_words({"diff", "web-01", "-o", "json"});
  for (const char* part : {R"("kind":"Diff")", R"("head":9)", R"("deviations":3)",
                           R"("key":"artefact/cache")", R"("group":"6.2.0")", R"("there":"6.2.1")",
                           R"("cause":"local")", R"("why":"testing")", R"("kind":"drifted")"}) {
    EXPECT_THAT(said.out, HasSubstr(part));
  }
}

TEST_F(DeviationsTest, ReconcileWaitsUntilTheMemberSaysThatItIsDone) {
  const Said said = run_words({"reconcile", "web-01", "-m", "in line"});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_EQ(said.out, "MEMBER  RESULT  KEYS  WHY\nweb-01  done       1  -\n");
  ASSERT_EQ(questions.size(), 4U) << "the question, and three times how it goes";
  EXPECT_EQ(std::get<ReconcileQuestion>(questions[0]),
            (ReconcileQuestion{{}, "ana@bastion", "in line"}));
  EXPECT_EQ(std::get<JobQuestion>(questions[3]).job, 3U);
  EXPECT_TRUE(coordinator.requests_of<Submit>().empty());
}

TEST_F(DeviationsTest, ADryReconcileShowsWhatWouldBeGivenUpAndAsksForNothing) {
  const Said dry = run_words({"reconcile", "web-01", "--dry-run"});
  EXPECT_EQ(dry.exit_code, 0) << err;
  EXPECT_EQ(dry.out, run_words({"diff", "web-01"}).out);
  for (const MemberAsk& ask : coordinator.requests_of<MemberAsk>()) {
    const auto question = decode_question(ask.question);
    ASSERT_TRUE(question);
    EXPECT_FALSE(std::holds_alternative<ReconcileQuestion>(*question));
  }
}

TEST_F(DeviationsTest, ReconcileSaysWhatFailedIsLostOrGoesOn) {
  job_results = {{"artefact/cache", Outcome::kFailed, "fetch", "in no repository"}};
  EXPECT_EQ(run_words({"reconcile", "web-01"}).exit_code, 1);
  const Said lost = run_words({"reconcile", "web-03"});
  EXPECT_EQ(lost.exit_code, 1);
  EXPECT_THAT(lost.out, HasSubstr("lost: silent for 52 s"));
  open_answers = 1'000'000;
  EXPECT_EQ(run_words({"reconcile", "web-01", "--wait-timeout", "2s"}).exit_code, 5);
  EXPECT_EQ(run_words({"reconcile"}).exit_code, 2);
}

TEST_F(DeviationsTest, AdoptIsOneSubmitForThatMember) {
  const Said said = run_words({"adopt", "web-01", "-y", "-m", "it works"});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_THAT(submitted(), ElementsAre("DEPLOY cache@6.2.1", "SET log.level=debug"));
  const auto submits = coordinator.requests_of<Submit>();
  ASSERT_EQ(submits.size(), 1U);
  for (const SubmittedCommand& command : submits[0].commands) {
    EXPECT_EQ(to_text(command.target), "name=web-01");
    EXPECT_EQ(command.message, "it works");
  }
  EXPECT_THAT(said.out,
              HasSubstr("seq 10  DEPLOY cache@6.2.1 to name=web-01   1 unchanged   of 1"));
  EXPECT_THAT(said.out,
              HasSubstr("not adopted: web-01: artefact/shop: its content is in no archive"));
}

TEST_F(DeviationsTest, AdoptAsksWhetherItIsMeant) {
  EXPECT_EQ(run_words({"adopt", "web-01"}).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("add --yes"));
  typed = "no";
  EXPECT_EQ(run_words({"adopt", "web-01"}).exit_code, 2);
  EXPECT_TRUE(submitted().empty());
  typed = "yes";
  EXPECT_EQ(run_words({"adopt", "web-01"}).exit_code, 0);
  EXPECT_THAT(err, HasSubstr("DEPLOY cache@6.2.1 to name=web-01\n"));
  EXPECT_EQ(submitted().size(), 2U);
}

TEST_F(DeviationsTest, AdoptForOthersTakesOneWordForAKey) {
  deviations["web-02"] = {intended("property/log.level", value("info"), value("trace"))};
  EXPECT_EQ(run_words({"adopt", "web-01", "web-02", "-y", "-t", "role=web"}).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("web-01 and web-02 have different property/log.level"));
  EXPECT_EQ(run_words({"adopt", "web-02", "-y", "-t", "role=web"}).exit_code, 0);
  EXPECT_EQ(to_text(coordinator.requests_of<Submit>().at(0).commands.at(0).target), "role=web");
}

TEST_F(DeviationsTest, WhatIsWantedAwayIsAdoptedByAnUndeploy) {
  deviations["web-01"] = {intended("artefact/shop", release("2.4"), Thing{})};
  EXPECT_EQ(run_words({"adopt", "web-01", "-y"}).exit_code, 0) << err;
  EXPECT_THAT(submitted(), ElementsAre("UNDEPLOY shop"));
}

TEST_F(DeviationsTest, WhatIsHeldIsAdoptedAsItIsAndReleased) {
  hold_shop();
  ends = Outcome::kOverridden;
  EXPECT_EQ(run_words({"adopt", "web-01", "-y"}).exit_code, 0) << err;
  EXPECT_THAT(submitted(), ElementsAre("DEPLOY shop@2.3"));
  ASSERT_GE(questions.size(), 2U);
  EXPECT_EQ(std::get<ReconcileQuestion>(questions[1]).keys,
            (std::vector<std::string>{"artefact/shop"}));
}

TEST_F(DeviationsTest, WhatIsHeldStaysHeldWhileTheCommandHasNotComeToTheMember) {
  hold_shop();
  ends = Outcome::kWaiting;
  const Said said = run_words({"adopt", "web-01", "-y", "--wait-timeout", "1s"});
  EXPECT_EQ(said.exit_code, 5);
  EXPECT_THAT(said.out,
              HasSubstr("web-01: artefact/shop: still held: there the command is waiting"));
  EXPECT_FALSE(asked_to_reconcile());
}

TEST_F(DeviationsTest, WhatIsHeldStaysHeldWhenTheCommandIsForOthers) {
  hold_shop();
  commanded = 2;
  ends = Outcome::kDone;
  const Said said = run_words({"adopt", "web-01", "-y", "-t", "role=db"});
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.out, HasSubstr("web-01: artefact/shop: still held: the command is not for it"));
  EXPECT_FALSE(asked_to_reconcile());
}

TEST_F(DeviationsTest, OneThatGoesOnAfterItsHoldWasReleasedIsNotSaidToBeHeld) {
  hold_shop();
  ends = Outcome::kOverridden;
  open_answers = 1'000'000;
  const Said said = run_words({"adopt", "web-01", "-y"});
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.out, HasSubstr("artefact/shop: released: not done yet; it goes on"));
  EXPECT_THAT(said.out, Not(HasSubstr("still held")));
}

TEST_F(DeviationsTest, WhatCannotBeACommandIsSkippedAndTheRestAdopted) {
  Deviation odd = observed("artefact/Odd Name", "foreign", {}, release("1.0"));
  deviations["web-01"].push_back(odd);
  EXPECT_EQ(run_words({"adopt", "web-01", "-y"}).exit_code, 0) << err;
  EXPECT_THAT(submitted(), ElementsAre("DEPLOY cache@6.2.1", "SET log.level=debug"));
}

TEST_F(DeviationsTest, WhatFailedThereIsNotAdopted) {
  Deviation failed = observed("artefact/cache", "failed", release("6.2.0"), release("6.2.0"));
  failed.why = "in no repository";
  deviations["web-01"] = {intended("artefact/cache", release("6.2.0"), release("6.2.1", 2)),
                          failed};
  const Said said = run_words({"adopt", "web-01", "-y"});
  EXPECT_TRUE(submitted().empty());
  EXPECT_THAT(said.out, HasSubstr("artefact/cache: it failed there: in no repository"));
}

TEST_F(DeviationsTest, WhatTwoHaveAlikeIsOneCommandForATarget) {
  hold_shop();
  deviations["web-02"] = {intended("artefact/shop", release("2.4"), release("2.3", 3))};
  deviations["web-02"][0].wanted.deployer = "dir";
  EXPECT_EQ(run_words({"adopt", "web-01", "web-02", "-y", "-t", "role=web"}).exit_code, 0) << err;
  EXPECT_THAT(submitted(), ElementsAre("DEPLOY shop@2.3"));
}

TEST_F(DeviationsTest, ReconcileHasOneDeadlineAndAllBeginFirst) {
  open_answers = 1'000'000;
  const std::uint64_t before = coordinator.now_ms();
  EXPECT_EQ(run_words({"reconcile", "web-01", "web-02", "--wait-timeout", "2s"}).exit_code, 5);
  EXPECT_LT(coordinator.now_ms(), before + 3000);
  ASSERT_GE(questions.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<ReconcileQuestion>(questions[0]));
  EXPECT_TRUE(std::holds_alternative<ReconcileQuestion>(questions[1]));
}

TEST_F(DeviationsTest, G32_AnOverrideIsShownWithItsRepositoryAndNotAdopted) {
  Deviation own = intended("artefact/shop", release("2.4"), release("2.4", 2));
  own.cause = "override";
  own.who = "file:/own";
  own.why = "file:/own has another archive of shop@2.4";
  deviations["web-01"] = {own};
  EXPECT_THAT(run_words({"diff", "web-01"}).out,
              HasSubstr("shop 2.4       web-01  ~ 2.4 020202020202  by override: file:/own has "
                        "another archive of shop@2.4\n"));
  const Said said = run_words({"adopt", "web-01", "-y"});
  EXPECT_EQ(said.exit_code, 1) << "nothing of it was adopted";
  EXPECT_TRUE(submitted().empty());
  EXPECT_THAT(said.out, HasSubstr("one version has one content"));
  // Only the configuration is its own: that can be the group's.
  Thing configured = release("2.4");
  configured.config = copy_bytes(as_bytes("memory=1G"));
  own.wanted = configured;
  deviations["web-01"] = {own};
  EXPECT_EQ(run_words({"adopt", "web-01", "-y"}).exit_code, 0) << err;
  EXPECT_THAT(submitted(), ElementsAre("DEPLOY shop@2.4"));
}

TEST_F(DeviationsTest, G32_ReconcileSaysThatAnOverrideStays) {
  job_results = {{"artefact/cache", Outcome::kDone, "", ""},
                 {"artefact/shop", Outcome::kOverridden, "", "stays: file:/own has another"}};
  const Said said = run_words({"reconcile", "web-01"});
  EXPECT_EQ(said.exit_code, 0);
  EXPECT_EQ(said.out,
            "MEMBER  RESULT      KEYS  WHY\n"
            "web-01  overridden     2  artefact/shop: stays: file:/own has another\n");
}

TEST_F(DeviationsTest, ReconcileShowsWhoIsAtWorkAsACommandDoes) {
  at_a_terminal();
  open_answers = 5;
  EXPECT_EQ(run_words({"reconcile", "web-01", "web-03"}).exit_code, 1);
  EXPECT_THAT(err, StartsWith("reconcile  → web-01 web-03\n"));
  EXPECT_THAT(err, HasSubstr("░  1/2   ▲ 1 working  ✗ 1 lost"));
  EXPECT_THAT(err, HasSubstr("    web-01  working"));
  EXPECT_THAT(err, HasSubstr("  ✗ web-03  lost     lost: silent for 52 s"));
  EXPECT_THAT(err, EndsWith("\x1b[J")) << "the bar is taken away";
}

TEST_F(DeviationsTest, ReconcileElsewhereIsALineAnEvent) {
  open_answers = 30;
  EXPECT_EQ(run_words({"reconcile", "web-01", "web-03"}).exit_code, 1);
  EXPECT_THAT(err, StartsWith("- reconcile target=web-01 web-03; Ctrl-C detaches, \"groupctl "
                              "reconcile web-01 web-03\" comes back\n"));
  EXPECT_THAT(err, HasSubstr("- member=web-03 lost \"lost: silent for 52 s\"\n"));
  EXPECT_THAT(err, EndsWith("- result done=1 lost=1 of=2 exit=1\n"));
}

TEST_F(DeviationsTest, CtrlCDetachesFromAReconcileAndSaysHowToComeBack) {
  open_answers = 1'000'000;
  stop_at_ms = coordinator.now_ms() + 1000;
  const Said said = run_words({"reconcile", "web-01"});
  EXPECT_EQ(said.exit_code, 130);
  EXPECT_THAT(said.out, HasSubstr("not done yet; it goes on\n"));
  EXPECT_THAT(said.out, HasSubstr("detached; it goes on: groupctl reconcile web-01\n"));
}

TEST_F(DeviationsTest, AdoptShowsEachCommandAsOthersAre) {
  at_a_terminal();
  ends = Outcome::kRunning;
  EXPECT_EQ(run_words({"adopt", "web-01", "-y", "--wait-timeout", "1s"}).exit_code, 5);
  EXPECT_THAT(err, HasSubstr("seq 10  DEPLOY cache@6.2.1  → name=web-01\n"));
  EXPECT_THAT(err, HasSubstr("░  0/1   ▲ 1 working"));
  EXPECT_THAT(err, HasSubstr("seq 11  SET log.level=debug  → name=web-01\n"));
}

TEST_F(DeviationsTest, CtrlCDetachesFromAnAdoptionAndSaysHowToComeBack) {
  ends = Outcome::kRunning;
  stop_at_ms = coordinator.now_ms() + 1000;
  const Said said = run_words({"adopt", "web-01", "-y"});
  EXPECT_EQ(said.exit_code, 130);
  EXPECT_THAT(said.out, HasSubstr("detached; the commands are in the log and go on: groupctl wait "
                                  "10 11\n"));
  EXPECT_THAT(err, Not(HasSubstr("seq=11"))) << "what was not waited for has no lines";
}

TEST_F(DeviationsTest, NothingToAdoptIsSaidAndNothingSubmitted) {
  const Said said = run_words({"adopt", "web-02", "-y"});
  EXPECT_EQ(said.exit_code, 0);
  EXPECT_EQ(said.out, "nothing to adopt\n");
  EXPECT_EQ(run_words({"adopt", "web-03", "-y"}).exit_code, 1) << "it cannot be asked";
}

}  // namespace
}  // namespace groupctl
