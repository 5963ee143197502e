// How often one peer may knock and change the roster, and what joins can make a coordinator keep.
#include "coordinator/join_gate.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

Peer peer_of_key(std::uint8_t number, const std::string& routing_id) {
  Peer one{routing_id, {}};
  one.key.bytes.fill(number);
  return one;
}

PeerBounds few() {
  PeerBounds bounds;
  bounds.knocks = Rate::per_second(1, 3);
  bounds.roster_changes = Rate::per_minute(1, 2);
  return bounds;
}

TEST(JoinGate, F39_LetsABurstKnockAndThenOneASecond) {
  JoinGate gate(few());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(gate.knocks(LocalTime(1), peer("a")).pass);
  EXPECT_FALSE(gate.knocks(LocalTime(1000), peer("a")).pass);
  EXPECT_TRUE(gate.knocks(LocalTime(1001), peer("a")).pass);
  EXPECT_TRUE(gate.knocks(LocalTime(1001), peer("b")).pass) << "each by itself";
}

TEST(JoinGate, F39_WhatWasDroppedIsSaidOnceAMinute) {
  JoinGate gate(few());
  for (int i = 0; i < 3; ++i) gate.knocks(LocalTime(1), peer("a"));
  EXPECT_EQ(gate.knocks(LocalTime(1), peer("a")).dropped, 1u);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(gate.knocks(LocalTime(2), peer("a")).dropped, 0u);
  for (int i = 0; i < 3; ++i) gate.knocks(LocalTime(60'001), peer("a"));
  EXPECT_EQ(gate.knocks(LocalTime(60'001), peer("a")).dropped, 5u);
}

TEST(JoinGate, F39_AKeyIsOnePeerWhateverItClaims) {
  JoinGate gate(few());
  std::size_t passed = 0;
  for (std::uint8_t i = 0; i < 10; ++i) {
    const Peer from = peer_of_key(1, "connection " + std::to_string(i));
    if (gate.knocks(LocalTime(1), from, server(i)).pass) ++passed;
  }
  EXPECT_EQ(passed, 3u);
}

TEST(JoinGate, F39_WhoClaimsAnothersServerIdDoesNotShutItOut) {
  JoinGate gate(few());
  for (int i = 0; i < 10; ++i) {
    gate.knocks(LocalTime(1), peer_of_key(1, "thief"), server(7));
    gate.may_change_roster(LocalTime(1), peer_of_key(1, "thief"), server(7));
  }
  EXPECT_TRUE(gate.knocks(LocalTime(1), peer_of_key(2, "owner"), server(7)).pass);
  EXPECT_TRUE(gate.may_change_roster(LocalTime(1), peer_of_key(2, "owner"), server(7)));
}

TEST(JoinGate, F39_WithoutKeysAServerIdIsOnePeerWhateverConnectionItUses) {
  JoinGate gate(few());
  std::size_t passed = 0;
  for (int i = 0; i < 10; ++i) {
    if (gate.knocks(LocalTime(1), peer(std::to_string(i)), server(7)).pass) ++passed;
  }
  EXPECT_EQ(passed, 3u);
}

TEST(JoinGate, F39_TheRosterIsChangedMoreRarely) {
  JoinGate gate(few());
  EXPECT_TRUE(gate.may_change_roster(LocalTime(1), peer("a"), server(1)));
  EXPECT_TRUE(gate.may_change_roster(LocalTime(1), peer("b"), server(1)));
  EXPECT_FALSE(gate.may_change_roster(LocalTime(60'000), peer("a"), server(1)));
  EXPECT_TRUE(gate.may_change_roster(LocalTime(60'001), peer("a"), server(1)));
  EXPECT_TRUE(gate.may_change_roster(LocalTime(60'001), peer("a"), server(2)));
}

// ---- in the core

std::size_t times_noted(const Group& group, const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(group.notes.begin(), group.notes.end(),
                    [&](const Note& note) { return note.text.find(text) != std::string::npos; }));
}

TEST(JoinFlood, F39_HellosBeyondTheBoundAreNotAnswered) {
  Group group(bounded(few()));
  for (int i = 0; i < 1000; ++i) {
    group.step(FromMember{peer("m"), Hello{kProtocolVersion, "", "shop", "web-1"}});
  }
  EXPECT_EQ(group.messages_for(peer("m")), 3u);
  EXPECT_EQ(times_noted(group, "too often"), 1u);
}

TEST(JoinFlood, F39_JoinsOfOneKeyUnderManyNamesLeaveTheRosterAlone) {
  Group group(bounded(few()));
  Follower honest = group.joined("honest", 200);
  const Sequence head = group.head();
  for (std::uint8_t i = 1; i < 100; ++i) {
    Follower hostile = group.newcomer("h" + std::to_string(i), i);
    hostile.peer = peer_of_key(9, "connection " + std::to_string(i));
    group.try_join(hostile);
  }
  EXPECT_EQ(group.head().value, head.value + 2) << "as many as may change the roster";
  EXPECT_EQ(times_noted(group, "refused"), 1u) << "the third was busy, the others were not heard";
  group.ack_all({&honest});
  EXPECT_EQ(group.state_of(honest.id), MemberState::kInStep);
}

TEST(JoinFlood, F39_LabelsThatFlipAreBusyAndTheMemberGoesOnWithTheFormerOnes) {
  PeerBounds bounds = few();
  bounds.knocks = Rate::per_second(1000, 1000);
  Group group(bounded(bounds));
  Follower member = group.joined("web-1", 1, {{"role", "web"}});
  const Sequence head = group.head();
  for (int i = 0; i < 100; ++i) {
    member.join.labels = {{"role", std::to_string(i)}};
    const auto reply = group.try_join(member);
    EXPECT_EQ(refusal(reply), i < 1 ? ErrorCode::kOk : ErrorCode::kBusy);
  }
  EXPECT_EQ(group.head().value, head.value + 1) << "its JOINED was the first change";
  member.join.labels = {{"role", "0"}};
  EXPECT_EQ(plan(group.try_join(member)), CatchUp::kReplay) << "a plain rejoin changes nothing";
  group.tick(60'000);
  member.join.labels = {{"role", "later"}};
  EXPECT_EQ(refusal(group.try_join(member)), ErrorCode::kOk);
}

TEST(JoinFlood, F39_AFullGroupIsBusyForNewcomersOnly) {
  PeerBounds bounds;
  bounds.members = 2;
  Group group(bounded(bounds));
  Follower first = group.joined("web-1", 1);
  group.joined("web-2", 2);
  Follower third = group.newcomer("web-3", 3);
  EXPECT_EQ(refusal(group.try_join(third)), ErrorCode::kBusy);
  EXPECT_EQ(plan(group.try_join(first)), CatchUp::kReplay);
  group.say(first, Leave{first.session});
  EXPECT_EQ(plan(group.try_join(third)), CatchUp::kSnapshot);
}

TEST(JoinFlood, F39_ProbesAreBounded) {
  PeerBounds bounds;
  bounds.challenges = 2;
  Group group(bounded(bounds));
  Follower old = group.joined("web-1", 1);
  for (std::uint8_t i = 2; i < 10; ++i) {
    Follower newcomer = group.newcomer("web-1", i);
    newcomer.peer = peer("m" + std::to_string(i));
    EXPECT_EQ(refusal(group.try_join(newcomer)), i < 4 ? ErrorCode::kOk : ErrorCode::kBusy);
  }
  Follower again = group.newcomer("web-1", 2);
  again.peer = peer("m2");
  EXPECT_FALSE(group.try_join(again)) << "one that waits may repeat itself";
  EXPECT_EQ(group.state_of(old.id), MemberState::kInStep);
}

TEST(JoinFlood, TheReasonOfAQuarantineIsCut) {
  Group group;
  Follower member = group.joined("web-1", 1);
  group.tick(20'000);
  member.join.shared_tail.assign(16, "file:/" + std::string(500, 'x'));
  EXPECT_EQ(refusal(group.try_join(member)), ErrorCode::kRefused);
  EXPECT_EQ(group.state_of(member.id), MemberState::kQuarantined);
  EXPECT_LE(group.asked<MembersReply>(MembersQuery{}).rows.at(0).note.size(), 1024u);
}

}  // namespace
}  // namespace groupctl::testing
