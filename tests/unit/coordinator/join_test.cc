// Join: who is let in, as whom, and with which plan.
#include <gtest/gtest.h>

#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

TEST(Join, G9_G10_TheFirstWritesJoinedAndTakesASnapshot) {
  Group group;
  Follower member = group.newcomer("web-1", 1, {{"role", "web"}});
  const auto reply = group.try_join(member);
  EXPECT_EQ(plan(reply), CatchUp::kSnapshot);
  EXPECT_EQ(member.id, MemberId(1));
  EXPECT_EQ(group.head(), Sequence(1));
  EXPECT_EQ(std::get<Welcome>(*reply).head, Sequence(1));
  const auto row = member_row(group.core->speculative_state(), MemberId(1));
  EXPECT_EQ(row->participant, "web-1");
  EXPECT_EQ(row->own_labels.at("role"), "web");
}

TEST(Join, IsAnsweredWhenItsEntryIsDurable) {
  Group group;
  group.hold_commits = true;
  Follower member = group.newcomer("web-1", 1);
  EXPECT_FALSE(group.try_join(member).has_value());
  EXPECT_FALSE(group.try_join(member).has_value());  // asked again meanwhile
  group.commit();
  EXPECT_EQ(group.messages_for(member.peer), 1u) << "a Welcome for both";
  EXPECT_TRUE(group.told<Welcome>(member.peer).has_value());
  EXPECT_EQ(group.head(), Sequence(1));
}

TEST(Join, G12_AKnownMemberGetsTheRestByReplayOrNothing) {
  Group group;
  Follower member = group.joined("web-1", 1);
  EXPECT_EQ(plan(group.try_join(member)), CatchUp::kNothing);
  group.submit(set_command("a", "1"));
  EXPECT_EQ(plan(group.try_join(member)), CatchUp::kReplay);
  EXPECT_EQ(group.head(), Sequence(2));  // a plain rejoin writes nothing
}

TEST(Join, G12_BelowTheFloorAndOnDemandItIsASnapshot) {
  CoordinatorConfig config = Group::default_config();
  config.keep_entries = 4;
  config.keep_age_ms = 0;
  Group group(config);
  Follower member = group.joined("web-1", 1);
  for (int i = 0; i < 20; ++i) group.submit(set_command("a", std::to_string(i)));
  group.tick(20000);  // it is lost, and holds nothing back
  group.raise_floor();
  const Sequence floor = group.core->durable_head().floor;
  ASSERT_GT(floor, Sequence(2));
  EXPECT_EQ(plan(group.try_join(member)), CatchUp::kSnapshot);
  member.join.marks.received = floor.previous();
  EXPECT_EQ(plan(group.try_join(member)), CatchUp::kReplay);
  member.join.resynchronise = true;
  EXPECT_EQ(plan(group.try_join(member)), CatchUp::kSnapshot);
}

TEST(Join, AnotherDigestAtTheHeadIsASnapshot) {
  Group group;
  Follower member = group.joined("web-1", 1);
  member.join.state_digest.bytes[0] ^= 1;
  EXPECT_EQ(plan(group.try_join(member)), CatchUp::kSnapshot);
}

TEST(Join, NewLabelsAreWrittenBeforeItIsWelcome) {
  Group group;
  Follower member = group.joined("web-1", 1, {{"role", "web"}});
  member.join.labels = {{"role", "db"}};
  EXPECT_EQ(plan(group.try_join(member)), CatchUp::kReplay);
  EXPECT_EQ(group.head(), Sequence(2));
  EXPECT_EQ(member_row(group.core->speculative_state(), member.id)->own_labels.at("role"), "db");
  const Update update = group.asked<Update>(Watch{Sequence(2), 0});
  EXPECT_EQ(update.targets, 1u);  // LABELLED counts the member
}

TEST(Join, RepeatedWhileItsNewLabelsAreNotDurableIsNotWelcomeOnThem) {
  Group group;
  Follower member = group.joined("web-1", 1, {{"role", "web"}});
  group.hold_commits = true;
  member.join.labels = {{"role", "db"}};
  EXPECT_FALSE(group.try_join(member).has_value());
  EXPECT_FALSE(group.try_join(member).has_value()) << "they are in the state, and may yet fall";
  group.commit();
  EXPECT_EQ(group.messages_for(member.peer), 1u);
  EXPECT_EQ(group.told<Welcome>(member.peer)->head, Sequence(2));
}

TEST(Join, WithOtherLabelsWhileTheFormerOnesAreWrittenItAsksOnceMore) {
  Group group;
  Follower member = group.joined("web-1", 1, {{"role", "web"}});
  group.hold_commits = true;
  for (const char* role : {"db", "cache"}) {
    member.join.labels = {{"role", role}};
    EXPECT_FALSE(group.try_join(member).has_value());
  }
  group.hold_commits = false;
  group.commit();
  EXPECT_EQ(group.head(), Sequence(2)) << "who waited writes nothing";
  EXPECT_EQ(group.told<Refused>(member.peer)->code, ErrorCode::kBusy);
  EXPECT_EQ(plan(group.try_join(member)), CatchUp::kReplay);
  EXPECT_EQ(group.head(), Sequence(3));
  EXPECT_EQ(member_row(group.core->speculative_state(), member.id)->own_labels.at("role"), "cache");
}

TEST(Join, TwoNewcomersUnderOneNameDoNotReplaceEachOtherForEver) {
  Group group;
  Follower first = group.newcomer("web-1", 1);
  Follower second = group.newcomer("web-1", 2);
  second.peer = peer("another machine");
  group.hold_commits = true;
  EXPECT_FALSE(group.try_join(first));
  EXPECT_FALSE(group.try_join(second));
  group.hold_commits = false;
  group.commit();
  EXPECT_EQ(group.head(), Sequence(1)) << "one JOINED, for the first";
  EXPECT_TRUE(group.told<Welcome>(first.peer));
  EXPECT_FALSE(group.told<Welcome>(second.peer)) << "the first is asked whether it is there";
}

TEST(Join, WhatItSaysOfItsWatermarksReplacesWhatWasKnown) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  group.ack(member, Sequence(2), Sequence(2));
  member.join.marks = {Sequence(1), Sequence(1)};
  group.try_join(member);
  EXPECT_EQ(group.core->marks_of(member.id)->received, Sequence(1));
}

TEST(Join, G3_F26_AnotherGroupIsToldNothing) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.submit(set_command("a", "1"));
  Follower other = group.newcomer("web-1", 1);
  other.peer = peer("elsewhere");
  other.join.group = "bank";
  const auto reply = group.try_join(other);
  ASSERT_EQ(refusal(reply), ErrorCode::kWrongGroup);
  EXPECT_EQ(std::get<Refused>(*reply).text, "no group of that name here");
  group.say(other, Hello{kProtocolVersion, "", "bank", "web-1"});
  EXPECT_EQ(group.told<Refused>(other.peer)->text, "no group of that name here");
  EXPECT_NE(group.state_of(member.id), MemberState::kQuarantined);
  const CoordinatorOutput output =
      group.step(FromMember{{"stranger", {}}, Hello{kProtocolVersion, "", "other", "web-9"}});
  ASSERT_EQ(output.to_members.size(), 1u);
  EXPECT_EQ(envelope_of(output, output.to_members[0]), Envelope{});
}

TEST(Join, G4_ACoordinatorsOwnServerIdIsRefused) {
  Group group;
  Follower self = group.newcomer("web-1", 250);
  EXPECT_EQ(refusal(group.try_join(self)), ErrorCode::kRefused);
  EXPECT_EQ(group.head(), Sequence(0));
}

TEST(Join, MalformedOnesAreRefused) {
  Group group;
  Follower member = group.newcomer("web-1", 1);
  member.join.name = "Not A Name";
  EXPECT_EQ(refusal(group.try_join(member)), ErrorCode::kInvalid);
  member = group.newcomer("web-1", 0);
  EXPECT_EQ(refusal(group.try_join(member)), ErrorCode::kInvalid);
  member = group.newcomer("web-1", 1);
  member.join.marks = {Sequence(0), Sequence(1)};
  EXPECT_EQ(refusal(group.try_join(member)), ErrorCode::kInvalid);
  member = group.newcomer("web-1", 1);
  member.join.protocol = 99;
  EXPECT_EQ(refusal(group.try_join(member)), ErrorCode::kUnsupported);
  EXPECT_EQ(group.head(), Sequence(0));
}

TEST(Join, HelloIsAnsweredWithTheEndpointOfTheCommandPlane) {
  CoordinatorConfig config = Group::default_config();
  config.command_endpoint = "tcp://127.0.0.1:7001";
  Group group(config);
  Follower member = group.newcomer("web-1", 1);
  group.say(member, Hello{kProtocolVersion, "", "shop", "web-1"});
  EXPECT_EQ(group.told<Offer>(member.peer)->command_endpoint, "tcp://127.0.0.1:7001");
  group.say(member, Hello{99, "", "shop", "web-1"});
  EXPECT_EQ(group.told<Refused>(member.peer)->code, ErrorCode::kUnsupported);
}

// ---- two under one name or server id

TEST(Join, F32_AHigherIncarnationReplacesTheSessionAtOnce) {
  Group group;
  Follower old = group.joined("web-1", 1);
  Follower restarted = old;
  restarted.peer = peer("web-1 again");
  restarted.join.incarnation = Incarnation(2);
  EXPECT_EQ(plan(group.try_join(restarted)), CatchUp::kNothing);
  EXPECT_EQ(restarted.id, old.id);
  group.ack(old, Sequence(1), Sequence(1));
  EXPECT_TRUE(group.told<Rejoin>(old.peer).has_value());
}

TEST(Join, F32_OfTwoWithOneServerIdTheNewcomerIsRefusedByNameWhenTheOldAnswers) {
  Group group;
  Follower old = group.joined("web-1", 1);
  Follower copy = old;
  copy.peer = peer("copy");
  EXPECT_FALSE(group.try_join(copy).has_value());
  const auto probe = group.told<Probe>(old.peer);
  ASSERT_TRUE(probe.has_value());
  group.say(old, ProbeReply{old.session, probe->nonce});
  const auto refused = group.told<Refused>(copy.peer);
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->code, ErrorCode::kConflict);
  EXPECT_NE(refused->text.find("web-1"), std::string::npos);
  group.ack(old, Sequence(1), Sequence(1));
  EXPECT_FALSE(group.told<Rejoin>(old.peer).has_value());
}

TEST(Join, F32_TheOldSessionIsReplacedWhenItDoesNotAnswer) {
  Group group;
  Follower old = group.joined("web-1", 1);
  Follower copy = old;
  copy.peer = peer("copy");
  group.say(copy, copy.join);
  group.say(copy, copy.join);  // repeated: no second probe
  EXPECT_EQ(group.messages_for(old.peer), 1u);
  EXPECT_LE(group.core->next_tick().value, group.now.value + group.config.heartbeat_interval_ms);
  group.tick(group.config.heartbeat_interval_ms);
  EXPECT_EQ(group.told<Welcome>(copy.peer)->member, old.id);
  group.told<Probe>(old.peer);
  group.ack(old, Sequence(1), Sequence(1));
  EXPECT_TRUE(group.told<Rejoin>(old.peer).has_value());
}

TEST(Join, G30_AWipedMemberIsRefusedWhileTheOldOneAnswers) {
  Group group;
  Follower old = group.joined("web-1", 1);
  Follower wiped = group.newcomer("web-1", 2);
  wiped.peer = peer("wiped");
  EXPECT_FALSE(group.try_join(wiped).has_value());
  group.say(old, ProbeReply{old.session, group.told<Probe>(old.peer)->nonce});
  EXPECT_EQ(group.told<Refused>(wiped.peer)->code, ErrorCode::kConflict);
  EXPECT_EQ(group.head(), Sequence(1));
}

TEST(Join, G30_AWipedMemberTakesTheNameOfOneThatIsSilent) {
  Group group;
  Follower old = group.joined("web-1", 1);
  Follower wiped = group.newcomer("web-1", 2);
  wiped.peer = peer("wiped");
  group.say(wiped, wiped.join);
  group.tick(group.config.heartbeat_interval_ms);
  const auto welcome = group.told<Welcome>(wiped.peer);
  ASSERT_TRUE(welcome.has_value());
  EXPECT_EQ(welcome->member, MemberId(3));  // LEFT 2, JOINED 3
  EXPECT_EQ(welcome->plan, CatchUp::kSnapshot);
  EXPECT_EQ(group.state_of(old.id), MemberState::kLeft);
}

TEST(Join, G30_ALostOneUnderTheNameIsReplacedWithoutAProbeAndJoinsAgainWhenItSpeaks) {
  Group group;
  Follower old = group.joined("web-1", 1);
  group.tick(20000);
  Follower wiped = group.newcomer("web-1", 2);
  wiped.peer = peer("wiped");
  EXPECT_EQ(plan(group.try_join(wiped)), CatchUp::kSnapshot);
  group.ack(old, Sequence(1), Sequence(1));
  EXPECT_TRUE(group.told<Rejoin>(old.peer).has_value());
}

TEST(Join, ANewNameIsLeftAndJoined) {
  Group group;
  Follower member = group.joined("web-1", 1);
  member.join.name = "web-9";
  EXPECT_EQ(plan(group.try_join(member)), CatchUp::kSnapshot);
  EXPECT_EQ(member.id, MemberId(3));
  EXPECT_EQ(group.asked<MembersReply>(MembersQuery{}).rows.size(), 1u);
}

TEST(Join, ARestartUnderTheNameOfALiveMemberDoesNotPushThatOneOut) {
  Group group;
  Follower here = group.joined("web-1", 1);
  Follower other = group.joined("web-2", 2);
  other.join.name = "web-1";
  other.join.incarnation = Incarnation(2);
  EXPECT_FALSE(group.try_join(other).has_value());
  ASSERT_TRUE(group.told<Probe>(here.peer).has_value());
  group.say(here, ProbeReply{here.session, 1});
  EXPECT_EQ(group.told<Refused>(other.peer)->code, ErrorCode::kConflict);
  EXPECT_NE(group.state_of(here.id), MemberState::kLeft);
}

}  // namespace
}  // namespace groupctl::testing
