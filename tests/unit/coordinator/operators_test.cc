// What operators do to the roster: labels, evictions; and what they are shown of a member.
#include <gtest/gtest.h>

#include "commands/state/target.h"
#include "commands/system/system.h"
#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

SubmittedCommand label(Target target, const Labels& labels) {
  SubmittedCommand command;
  command.kind = kLabelledKind;
  command.target = std::move(target);
  command.payload = operator_labels_payload(labels);
  return command;
}

Submit eviction(std::uint64_t client, const std::vector<std::string>& names, bool force = false) {
  Submit submit;
  submit.first = drawn(client, 1);
  submit.issuer = "ana@bastion";
  submit.force = force;
  for (const std::string& name : names) {
    SubmittedCommand command;
    command.kind = kLeftKind;
    command.message = "rack r4 is gone";
    command.payload = evicted_payload(name);
    submit.commands.push_back(std::move(command));
  }
  return submit;
}

Target named(const std::vector<std::string>& names) {
  std::vector<std::string> texts;
  for (const std::string& name : names) texts.push_back("name=" + name);
  return *parse_target(texts);
}

TEST(Operators, OneEntryLabelsManyAndCountsThemAsTheyWereBefore) {
  Group group;
  Follower one = group.joined("web-1", 1, {{"role", "web"}});
  Follower two = group.joined("web-2", 2, {{"role", "web"}});
  Follower db = group.joined("db-1", 3, {{"role", "db"}});
  const auto id = group.submit(label(role("web"), {{"role", "canary"}}));
  const Sequence at = group.reply_as<Accepted>(id)->first;
  EXPECT_EQ(at, Sequence(4));
  group.ack(one, at, at);
  Update update = group.asked<Update>(Watch{at, 0});
  EXPECT_EQ(update.targets, 2u);
  EXPECT_FALSE(update.closed);
  group.ack(two, at, at, {{at, at, Outcome::kFailed, "fetch", "not there"}});
  update = group.asked<Update>(Watch{at, 0});
  EXPECT_TRUE(update.closed);
  EXPECT_EQ(update.counts, (std::vector<OutcomeCount>{{Outcome::kDone, 1}, {Outcome::kFailed, 1}}));
  // The next target is over the roster as the entry left it.
  const auto refused = group.submit(set_command("a", "1", role("web")));
  EXPECT_EQ(group.reply_as<SubmitRefused>(refused)->text,
            "no member matches role=web. labels seen: role=db (1), role=canary (2)");
  EXPECT_EQ(group.reply_as<SubmitRefused>(refused)->code, ErrorCode::kNoTarget);
}

TEST(Operators, ARetriedLabelIsTheSameEntryThoughTheRosterHasChanged) {
  Group group;
  group.joined("web-1", 1, {{"role", "web"}});
  const auto command = label(role("web"), {{"role", "canary"}});
  EXPECT_EQ(group.reply_as<Accepted>(group.submit(drawn(5, 1), {command}))->first, Sequence(2));
  // Nobody matches any more, and yet the answer is the same.
  EXPECT_EQ(group.reply_as<Accepted>(group.submit(drawn(5, 1), {command}))->first, Sequence(2));
  group.restart();
  EXPECT_EQ(group.reply_as<Accepted>(group.submit(drawn(5, 1), {command}))->first, Sequence(2));
  EXPECT_EQ(group.head(), Sequence(2));
}

TEST(Operators, WhatIsTheCoordinatorsToWriteIsRefused) {
  Group group;
  Follower member = group.joined("web-1", 1);
  SubmittedCommand own = label(Target::one(member.id), {{"role", "x"}});
  own.payload = labelled_payload(member.id, {{"role", "x"}});
  SubmittedCommand left;
  left.kind = kLeftKind;
  left.payload = left_payload(member.id, LeftCause::kAsked);
  for (const auto& command : {own, left}) {
    const auto id = group.submit(command);
    ASSERT_NE(group.reply_as<SubmitRefused>(id), nullptr);
    EXPECT_EQ(group.reply_as<SubmitRefused>(id)->code, ErrorCode::kUnsupported);
  }
  EXPECT_EQ(group.head(), Sequence(1));
}

TEST(Operators, ANameThatNobodyHasIsRefusedAlsoBesideOthers) {
  Group group;
  group.joined("web-1", 1);
  group.joined("web-2", 2);
  const auto id = group.submit(set_command("a", "1", named({"web-1", "wbe-2"})));
  ASSERT_NE(group.reply_as<SubmitRefused>(id), nullptr);
  EXPECT_EQ(
      *group.reply_as<SubmitRefused>(id),
      (SubmitRefused{ErrorCode::kNoTarget, "no member is called wbe-2. Did you mean: web-2?", 1}));
  const auto both = group.submit(set_command("a", "1", named({"web-1", "web-2"})));
  EXPECT_NE(group.reply_as<Accepted>(both), nullptr);
}

// The set of an empty target is kept once somebody allowed it; the next one has not.
TEST(Operators, AnEmptyTargetIsRefusedThoughOneWasAllowedBefore) {
  Group group;
  group.joined("web-1", 1);
  Submit submit;
  submit.first = drawn(5, 1);
  submit.commands = {set_command("a", "1", role("nobody"))};
  submit.allow_empty_target = true;
  EXPECT_NE(group.reply_as<Accepted>(group.ask(submit)), nullptr);
  submit.first = drawn(6, 1);
  submit.allow_empty_target = false;
  ASSERT_NE(group.reply_as<SubmitRefused>(group.ask(submit)), nullptr);
  EXPECT_EQ(group.reply_as<SubmitRefused>(group.ask(submit))->code, ErrorCode::kNoTarget);
}

TEST(Operators, G26_ALostMemberIsEvictedAndComesBackAsANewOne) {
  Group group;
  Follower gone = group.joined("web-1", 1);
  group.submit(label(Target::one(gone.id), {{"role", "canary"}}));
  group.submit(set_command("a", "1"));
  group.tick(60'000);
  ASSERT_EQ(group.state_of(gone.id), MemberState::kLost);
  const auto id = group.ask(eviction(5, {"web-1"}));
  ASSERT_NE(group.reply_as<Accepted>(id), nullptr);
  EXPECT_TRUE(group.asked<MembersReply>(MembersQuery{}).rows.empty());
  EXPECT_EQ(group.asked<Update>(Watch{Sequence(3), 0}).rows.at(0).outcome, Outcome::kLeft);
  const auto again = group.ask(eviction(5, {"web-1"}));
  EXPECT_EQ(group.reply_as<Accepted>(again)->last, group.reply_as<Accepted>(id)->last);
  // It was only away: its session is void, and its next join is that of a stranger.
  group.ack(gone, Sequence(2), Sequence(2));
  const auto told = group.told<Evicted>(gone.peer);
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(*told, (Evicted{gone.session, "evicted by ana@bastion: rack r4 is gone"}));
  gone.join.marks = {Sequence(2), Sequence(2)};
  const auto reply = group.try_join(gone);
  ASSERT_TRUE(std::holds_alternative<Welcome>(*reply));
  EXPECT_EQ(std::get<Welcome>(*reply).plan, CatchUp::kSnapshot);
  EXPECT_EQ(gone.id, MemberId(5));
  EXPECT_TRUE(group.asked<MembersReply>(MembersQuery{}).rows.at(0).labels.empty());
}

TEST(Operators, AMemberThatIsHereIsEvictedByForceOnly) {
  Group group;
  Follower here = group.joined("web-1", 1);
  const auto id = group.ask(eviction(5, {"web-1"}));
  ASSERT_NE(group.reply_as<SubmitRefused>(id), nullptr);
  EXPECT_EQ(group.reply_as<SubmitRefused>(id)->code, ErrorCode::kRefused);
  EXPECT_EQ(group.messages_for(here.peer), 0u);
  group.hold_commits = true;
  group.ask(eviction(5, {"web-1"}, true));
  EXPECT_EQ(group.messages_for(here.peer), 0u) << "told before it was durable";
  group.commit();
  EXPECT_TRUE(group.told<Evicted>(here.peer).has_value());
  group.hold_commits = false;
  group.say(here, Leave{here.session});
  EXPECT_TRUE(group.told<Evicted>(here.peer).has_value());
  EXPECT_EQ(group.head(), Sequence(2));
}

TEST(Operators, EvictingSeveralIsAllOrNone) {
  Group group;
  group.joined("web-1", 1);
  group.joined("web-2", 2);
  group.tick(60'000);
  const auto none = group.ask(eviction(5, {"web-1", "web-9"}));
  ASSERT_NE(group.reply_as<SubmitRefused>(none), nullptr);
  EXPECT_EQ(*group.reply_as<SubmitRefused>(none),
            (SubmitRefused{ErrorCode::kNotFound,
                           "command 2: no member is called web-9. Did you "
                           "mean: web-2?",
                           2}));
  EXPECT_EQ(group.asked<MembersReply>(MembersQuery{}).rows.size(), 2u);
  const auto both = group.ask(eviction(5, {"web-1", "web-2"}));
  ASSERT_NE(group.reply_as<Accepted>(both), nullptr);
  EXPECT_EQ(group.reply_as<Accepted>(both)->first, Sequence(3));
  EXPECT_EQ(group.reply_as<Accepted>(both)->last, Sequence(4));
  EXPECT_TRUE(group.asked<MembersReply>(MembersQuery{}).rows.empty());
}

TEST(Operators, AnEvictionThatIsNotWrittenChangesNothing) {
  Group group;
  Follower here = group.joined("web-1", 1);
  group.hold_commits = true;
  const auto id = group.ask(eviction(5, {"web-1"}, true));
  group.refuse_commit();
  EXPECT_NE(group.reply_as<SubmitRefused>(id), nullptr);
  EXPECT_EQ(group.messages_for(here.peer), 0u);
  group.hold_commits = false;
  group.ack(here, Sequence(1), Sequence(1));
  EXPECT_FALSE(group.told<Rejoin>(here.peer).has_value());
  EXPECT_EQ(group.asked<MembersReply>(MembersQuery{}).rows.size(), 1u);
}

TEST(Operators, EverythingThatIsKnownOfAMember) {
  Group group;
  Follower one = group.newcomer("web-1", 1, {{"role", "web"}, {"rack", "r1"}});
  one.join.incarnation = Incarnation(7);
  one.peer.address = "127.0.0.1";
  ASSERT_TRUE(std::holds_alternative<Welcome>(*group.try_join(one)));
  const GroupTime since = group.asked<HelloReply>(AdminHello{}).now;
  group.submit(label(Target::all(), {{"role", "canary"}}));
  group.submit(set_command("a", "1"));
  group.now.value += 50;
  group.ack(one, Sequence(3), Sequence(3),
            {{Sequence(1), Sequence(1), Outcome::kBySnapshot, "", ""},
             {Sequence(2), Sequence(2), Outcome::kFailed, "fetch", "not there"},
             {Sequence(3), Sequence(3), Outcome::kUnchanged, "", ""}});
  const MemberDetail detail = group.asked<MemberDetail>(MemberQuery{"web-1"});
  EXPECT_EQ(detail.info, group.asked<MembersReply>(MembersQuery{}).rows.at(0));
  EXPECT_EQ(detail.info.labels, (Labels{{"role", "canary"}, {"rack", "r1"}}));
  EXPECT_EQ(detail.own_labels, (Labels{{"role", "web"}, {"rack", "r1"}}));
  EXPECT_EQ(detail.operator_labels, (Labels{{"role", "canary"}}));
  EXPECT_EQ(detail.incarnation, Incarnation(7));
  EXPECT_EQ(detail.address, "127.0.0.1");
  EXPECT_EQ(detail.since, since);
  EXPECT_EQ(detail.head, Sequence(3));
  ASSERT_EQ(detail.outcomes.size(), 3u);
  EXPECT_EQ(detail.outcomes[0].last, Sequence(3));
  EXPECT_EQ(detail.outcomes[1].text, "not there");
  EXPECT_EQ(detail.outcomes[2].outcome, Outcome::kBySnapshot);
}

TEST(Operators, AMemberThatIsNotHereIsNotFound) {
  Group group;
  Follower gone = group.joined("web-1", 1);
  group.joined("web-2", 2);
  const auto text = [&](const std::string& name) {
    const auto* refused = group.reply_as<QueryRefused>(group.ask(MemberQuery{name}));
    if (refused == nullptr) return std::string("found");
    EXPECT_EQ(refused->code, ErrorCode::kNotFound);
    return refused->text;
  };
  EXPECT_EQ(text("wbe-2"), "no member is called wbe-2. Did you mean: web-2?");
  group.say(gone, Leave{gone.session});
  EXPECT_EQ(text("web-1"), "member web-1 left at sequence 3");
  EXPECT_EQ(text("web-2"), "found");
  Follower again = group.joined("web-1", 3);
  group.say(again, Leave{again.session});
  EXPECT_EQ(text("web-1"), "member web-1 left at sequence 5") << "the last time";
}

}  // namespace
}  // namespace groupctl::testing
