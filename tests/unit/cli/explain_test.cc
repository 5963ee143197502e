// explain: the chain of facts for members and for commands.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/explanation.h"
#include "commands/state/target.h"
#include "tests/unit/cli/scripted_coordinator.h"

namespace groupctl {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string fact_about(const Explanation& told, std::string_view about) {
  for (const Fact& fact : told.facts) {
    if (fact.about == about) return fact.text;
  }
  return "";
}

MemberFacts web_07() {
  MemberFacts facts;
  facts.name = "web-07";
  MemberDetail detail;
  detail.info.id = MemberId(9);
  detail.info.name = "web-07";
  detail.info.state = MemberState::kInStep;
  detail.info.marks = {Sequence(412), Sequence(412)};
  detail.info.silent_ms = 1000;
  detail.head = Sequence(412);
  facts.detail = detail;
  facts.commands = {{Sequence(9), "JOINED web-07"}, {Sequence(412), "DEPLOY shop@2.4.1"}};
  return facts;
}

Thing shop_at(const std::string& version) {
  Thing thing;
  thing.kind = Thing::Kind::kRelease;
  thing.version = version;
  return thing;
}

Deviation failed_deploy() {
  Deviation row;
  row.key = "artefact/shop";
  row.kind = "failed";
  row.why = "digest mismatch in local repository";
  row.sequence = Sequence(412);
  row.group = shop_at("2.4.1");
  row.there = shop_at("2.4.0");
  return row;
}

TEST(ExplainMember, OneInStepIsSaidToBe) {
  const Explanation told = explain(web_07());
  EXPECT_TRUE(told.well);
  EXPECT_THAT(told.next, ElementsAre());
  EXPECT_EQ(render_text(told),
            "web-07 is in step, and has nothing otherwise than the group wants\n\n"
            "  it joined by seq 9 JOINED web-07\n"
            "  it is here, heard 1 s ago\n"
            "  it has received all up to 412\n");
}

TEST(ExplainMember, AFailureIsTracedFromTheCommandToWhatIsThere) {
  MemberFacts facts = web_07();
  facts.detail->info.state = MemberState::kFailed;
  facts.detail->outcomes = {{Sequence(412), Sequence(412), Outcome::kFailed, "verify", "mismatch"}};
  facts.deviations = {failed_deploy()};
  const Explanation told = explain(facts);
  EXPECT_FALSE(told.well);
  const std::string why = fact_about(told, "deviation");
  EXPECT_THAT(why, AllOf(HasSubstr("seq 412 DEPLOY shop@2.4.1 wants shop 2.4.1 there"),
                         HasSubstr("ended failed at verify"), HasSubstr("2.4.0"),
                         HasSubstr("digest mismatch in local repository")));
  EXPECT_EQ(fact_about(told, "outcome"), "") << "it is told once";
  EXPECT_EQ(told.next.front().command, "groupctl reconcile web-07");
  EXPECT_THAT(told.next, Contains(NextStep{"groupctl diff web-07"}));
}

TEST(ExplainMember, ALostOneIsKnownUpToItsLastWord) {
  MemberFacts facts = web_07();
  facts.detail->info.state = MemberState::kLost;
  facts.detail->info.silent_ms = 52'000;
  facts.detail->info.marks = {Sequence(410), Sequence(410)};
  facts.unasked = "lost: silent for 52 s";
  const Explanation told = explain(facts);
  EXPECT_THAT(fact_about(told, "session"), HasSubstr("silent for 52 s"));
  EXPECT_THAT(fact_about(told, "log"), HasSubstr("410 of 412: when it was last heard"));
  EXPECT_THAT(fact_about(told, "deviation"), HasSubstr("cannot be told"));
  EXPECT_THAT(told.next.front().command, HasSubstr("groupctl member restart web-07"));
}

TEST(ExplainMember, OneThatDoesNotAnswerIsNotSaidToBeInStep) {
  MemberFacts facts = web_07();
  facts.unasked = "web-07 is not here";
  EXPECT_FALSE(explain(facts).well);
  EXPECT_EQ(explain(facts).verdict, "was in step when it was last heard");
}

TEST(ExplainMember, WhatHasItsTurnIsNamed) {
  MemberFacts facts = web_07();
  facts.detail->info.marks.executed = Sequence(411);
  facts.detail->info.running = {Sequence(412), "fetch", 62};
  EXPECT_EQ(fact_about(explain(facts), "work"),
            "seq 412 DEPLOY shop@2.4.1 has its turn: fetch 62 %");
  facts.detail->info.running = {};
  facts.detail->info.note = "kind 0x8f is not known here";
  facts.detail->info.state = MemberState::kHeld;
  const Explanation held = explain(facts);
  EXPECT_THAT(render_text(held), HasSubstr("it is held: kind 0x8f is not known here\n"));
}

TEST(ExplainMember, ARolloutThatHasNotComeToItIsNamed) {
  MemberFacts facts = web_07();
  RolloutRow row;
  row.artefact = "shop";
  row.assignment.sequence = Sequence(412);
  row.phase = RolloutPhase::kStopped;
  row.why = "2 of 4 have failed";
  facts.rollouts = {row};
  const Explanation told = explain(facts);
  EXPECT_FALSE(told.well);
  EXPECT_EQ(fact_about(told, "rollout"),
            "the rollout 412 of shop has not released it yet: it is stopped, 2 of 4 have failed");
  EXPECT_EQ(told.verdict, "is in step, but for what a rollout has not released to it");
  EXPECT_EQ(told.next.front().command, "groupctl rollout resume 412");
}

TEST(ExplainMember, WhatIsChangedThereOnPurposeOrNotCanBeAdoptedOrGivenUp) {
  MemberFacts facts = web_07();
  Deviation drifted = failed_deploy();
  drifted.kind = "drifted";
  facts.deviations = {drifted};
  const Explanation told = explain(facts);
  EXPECT_THAT(told.next, Contains(NextStep{"groupctl reconcile web-07"}));
  EXPECT_THAT(told.next, Contains(NextStep{"groupctl adopt web-07"}));
}

TEST(ExplainMember, ABadEndOfOldIsToldWhereNothingDeviates) {
  MemberFacts facts = web_07();
  facts.detail->outcomes = {{Sequence(400), Sequence(400), Outcome::kDone, "", "dumps/400"},
                            {Sequence(399), Sequence(399), Outcome::kTimedOut, "exec", "killed"}};
  const Explanation told = explain(facts);
  EXPECT_TRUE(told.well);
  EXPECT_EQ(fact_about(told, "outcome"), "seq 399 ended timed out at exec: killed");
}

TEST(ExplainMember, OneWhoseKeyWaitsIsLetInByTheNextCommand) {
  MemberFacts facts;
  facts.name = "web-07";
  KeyInfo key;
  key.name = "web-07";
  key.state = KeyState::kPending;
  facts.key = key;
  const Explanation told = explain(facts);
  EXPECT_THAT(told.next.front().command, HasSubstr("groupctl key accept web-07 --fingerprint "));
  EXPECT_THAT(render_text(told), HasSubstr("web-07 is not let in\n"));
}

TEST(ExplainMember, OfARevokedOneTheKeyComesFirst) {
  MemberFacts facts = web_07();
  facts.detail->info.state = MemberState::kLost;
  facts.unasked = "lost: silent for 52 s";
  KeyInfo key;
  key.name = "web-07";
  key.state = KeyState::kRevoked;
  key.by = "ana";
  facts.key = key;
  const Explanation told = explain(facts);
  EXPECT_THAT(fact_about(told, "key"), HasSubstr("is revoked, said by ana"));
  EXPECT_THAT(told.next.front().command, HasSubstr("groupctl key accept web-07 --fingerprint "));
  EXPECT_EQ(told.next.front().when, "if it is to be let in again");
  EXPECT_THAT(told.next,
              Contains(NextStep{"groupctl member evict web-07", "if it does not come back"}));
}

EntryFacts seq_412() {
  EntryFacts facts;
  facts.shown.entry.sequence = Sequence(412);
  facts.shown.entry.issuer_name = "ana@bastion";
  facts.shown.command.text = "DEPLOY shop@2.4.1";
  facts.shown.target = "role=web";
  return facts;
}

void add(EntryFacts& facts, std::uint64_t id, Outcome outcome, MemberState state,
         Sequence received = Sequence(412), const std::string& text = "") {
  const std::string name = "web-0" + std::to_string(id);
  facts.rows.push_back(ledger_row(id, name, outcome, text.empty() ? "" : "verify", text));
  MemberInfo info;
  info.id = MemberId(id);
  info.name = name;
  info.state = state;
  info.marks = {received, received};
  info.silent_ms = 52'000;
  facts.members[info.id] = info;
  ++facts.shown.targets;
}

TEST(ExplainEntry, OneThatIsDoneEverywhereIsSaidToBe) {
  EntryFacts facts = seq_412();
  add(facts, 1, Outcome::kDone, MemberState::kInStep);
  add(facts, 2, Outcome::kUnchanged, MemberState::kInStep);
  const Explanation told = explain(facts);
  EXPECT_TRUE(told.well);
  EXPECT_EQ(told.verdict, "is done on all of 2 targets");
  EXPECT_THAT(told.next, ElementsAre());
}

TEST(ExplainEntry, TargetsThatLackItForOneReasonStandTogether) {
  EntryFacts facts = seq_412();
  for (std::uint64_t id = 1; id <= 3; ++id) {
    add(facts, id, Outcome::kFailed, MemberState::kFailed, Sequence(412), "digest mismatch");
  }
  add(facts, 4, Outcome::kLost, MemberState::kLost);
  add(facts, 5, Outcome::kWaiting, MemberState::kReplaying, Sequence(380));
  add(facts, 6, Outcome::kWaiting, MemberState::kInStep);
  facts.members[MemberId(6)].running = {Sequence(410), "fetch", 3};
  add(facts, 7, Outcome::kDone, MemberState::kInStep);
  const Explanation told = explain(facts);
  EXPECT_EQ(told.verdict, "is done on 1 of 7 targets");
  EXPECT_EQ(told.facts[1].text, "web-01..03: failed at verify: digest mismatch");
  const std::string text = render_text(told);
  EXPECT_THAT(text, HasSubstr("web-04: lost, silent for 52 s\n"));
  EXPECT_THAT(text, HasSubstr("web-05: catching up, at 380\n"));
  EXPECT_THAT(text, HasSubstr("web-06: seq 410 has its turn there, at fetch\n"));
  EXPECT_EQ(told.next.front().command, "groupctl explain web-01");
  EXPECT_THAT(told.next, Contains(NextStep{"groupctl wait 412"}));
}

TEST(ExplainEntry, WhatARolloutHasNotReleasedWaitsForThat) {
  EntryFacts facts = seq_412();
  add(facts, 1, Outcome::kDone, MemberState::kInStep);
  add(facts, 2, Outcome::kHeld, MemberState::kInStep);
  RolloutRow row;
  row.artefact = "shop";
  row.assignment.sequence = Sequence(412);
  row.targets = {{MemberId(1), Sequence(413)}, {MemberId(2), Sequence()}};
  row.phase = RolloutPhase::kPaused;
  facts.rollout = row;
  const Explanation told = explain(facts);
  EXPECT_EQ(fact_about(told, "rollout"), "its rollout is paused; 1 of 2 targets are released");
  EXPECT_THAT(render_text(told), HasSubstr("web-02: not released yet; the rollout is paused\n"));
  EXPECT_THAT(told.next, Contains(NextStep{"groupctl rollout resume 412"}));
}

TEST(ExplainEntry, OfWhatIsNeverLateAnExpiredTargetLacksIt) {
  EntryFacts facts = seq_412();
  add(facts, 1, Outcome::kExpired, MemberState::kInStep);
  EXPECT_TRUE(explain(facts).well) << "of class state it is superseded or done";
  facts.shown.entry.entry_class = EntryClass::kNeverLate;
  EXPECT_FALSE(explain(facts).well);
}

TEST(Explanations, ForeignTextCannotDriveATerminal) {
  MemberFacts facts = web_07();
  facts.deviations = {failed_deploy()};
  facts.deviations[0].why = "\x1b[2J";
  EXPECT_THAT(render_text(explain(facts)), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace groupctl
