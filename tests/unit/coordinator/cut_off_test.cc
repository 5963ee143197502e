// What a key that is not let in any more, or not as it was, leaves behind in a core; and what those
// who ask for keys can make it do.
#include <gtest/gtest.h>

#include "tests/unit/coordinator/keyed_group.h"

namespace groupctl::testing {
namespace {

CoreSize core_size_of(const Group& group, std::string_view what) {
  for (const CoreSize& one : group.core->sizes()) {
    if (one.what == what) return one;
  }
  ADD_FAILURE() << what;
  return {};
}

TEST(CutOff, I12_NoiseIsAnsweredAStrangerWithoutTheLogId) {
  KeyedGroup group;
  const Error other_version{ErrorCode::kUnsupported, "another protocol"};
  auto output = group.step(BadFromMember{with_key(2), other_version});
  ASSERT_EQ(output.to_members.size(), 1U);
  EXPECT_TRUE(output.to_members[0].stranger) << "a guest knows no more than the server's key";
  output = group.step(BadFromMember{with_key(11), other_version});
  ASSERT_EQ(output.to_members.size(), 1U);
  EXPECT_FALSE(output.to_members[0].stranger);
  EXPECT_TRUE(group.step(BadFromMember{with_key(99), other_version}).to_members.empty());
}

TEST(CutOff, I12_AKeyWithAnotherNameHasNoSessionUnderTheFormerOne) {
  KeyedGroup group;
  Follower m1 = group.member("m1", 11);
  ASSERT_EQ(refusal(group.try_join(m1)), ErrorCode::kOk);
  ChangeKey rename = ruling(ChangeKey::What::kAccept, 11);
  rename.name = "m9";
  group.ask(rename, with_key(1));
  const Watermarks before = *group.core->marks_of(m1.id);
  group.ack(m1, group.head(), group.head());
  EXPECT_EQ(*group.core->marks_of(m1.id), before) << "m9's key says nothing for m1";
}

TEST(CutOff, WhoseKeyIsRevokedIsShownSo) {
  KeyedGroup group;
  Follower m1 = group.member("m1", 11);
  ASSERT_EQ(refusal(group.try_join(m1)), ErrorCode::kOk);
  const auto note = [&] {
    const AdminRequestId id = group.ask(MembersQuery{}, with_key(1));
    const auto* members = group.reply_as<MembersReply>(id);
    return members != nullptr && !members->rows.empty() ? members->rows[0].note : "none";
  };
  EXPECT_EQ(note(), "");
  group.change(11, ChangeKey::What::kRevoke);
  EXPECT_NE(note().find("its key is revoked"), std::string::npos);
  group.change(11, ChangeKey::What::kAccept);
  EXPECT_EQ(note(), "");
}

TEST(CutOff, I12_AKeyWithAnotherRoleHasNoSession) {
  KeyedGroup group;
  Follower m1 = group.member("m1", 11);
  ASSERT_EQ(refusal(group.try_join(m1)), ErrorCode::kOk);
  ChangeKey demoted = ruling(ChangeKey::What::kAccept, 11);
  demoted.role = KeyRole::kReader;
  demoted.replace = true;
  group.ask(demoted, with_key(1));
  EXPECT_EQ(core_size_of(group, "sessions").size, 0U);
}

TEST(CutOff, I12_WhoWaitsForAProbeDoesNotJoinWhenItsKeyIsRevoked) {
  KeyedGroup group;
  Follower here = group.member("m1", 11);
  ASSERT_EQ(refusal(group.try_join(here)), ErrorCode::kOk);
  Follower thief = group.member("m1", 11);
  thief.peer.key = key(30);
  thief.peer.routing_id = "p30";
  thief.join.server_id = server(77);
  ChangeKey accept = add(30, "m1", KeyRole::kMember);
  accept.replace = true;
  group.ask(accept, with_key(1));
  here.peer.key = key(30);  // the same key, elsewhere
  here.peer.routing_id = "here";
  ASSERT_EQ(refusal(group.try_join(here)), ErrorCode::kOk);
  group.say(thief, thief.join);
  ASSERT_TRUE(group.told<Probe>(here.peer)) << "it is asked whether it is there";
  group.change(30, ChangeKey::What::kRevoke);
  const Hash before = group.core->speculative_state().digest();
  group.tick(60'000);
  EXPECT_EQ(group.core->speculative_state().digest(), before) << "nobody has joined";
}

TEST(CutOff, WhoWaitsForAProbeTakesNoServerThatHasBecomeAnotherMember) {
  KeyedGroup group;
  Follower m2 = group.member("m2", 12);
  ASSERT_EQ(refusal(group.try_join(m2)), ErrorCode::kOk);
  Follower thief = group.member("m2", 12);
  thief.peer.routing_id = "thief";
  thief.join.server_id = server(11);
  thief.join.incarnation = Incarnation(99);
  group.say(thief, thief.join);
  ASSERT_TRUE(group.told<Probe>(m2.peer)) << "it keeps silent, for it is the same one's";
  Follower m1 = group.member("m1", 11);
  ASSERT_EQ(m1.join.server_id, thief.join.server_id);
  ASSERT_EQ(refusal(group.try_join(m1)), ErrorCode::kOk);
  const Hash before = group.core->speculative_state().digest();
  group.tick(group.config.heartbeat_interval_ms);
  EXPECT_EQ(group.core->speculative_state().digest(), before) << "m1 is a member still";
  const auto refused = group.told<Refused>(thief.peer);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, ErrorCode::kRefused);
  EXPECT_TRUE(group.say(m1, ReplayRequest{m1.session, Sequence(1), 1}).to_members.empty())
      << "its session stands: it is not told to join again";
}

TEST(CutOff, AGuestThatAsksAgainCostsNoCommit) {
  KeyedGroup group;
  group.hold_commits = true;
  EXPECT_TRUE(group.step(FromMember{with_key(2), enrol(20, "late")}).commit);
  group.commit();
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(group.step(FromMember{with_key(2), enrol(20, "late")}).commit);
  }
}

TEST(CutOff, WhatIsAskedAgainIsAnsweredWhenItIsDurable) {
  KeyedGroup group;
  group.hold_commits = true;
  ChangeKey revoke = ruling(ChangeKey::What::kRevoke, 11);
  const AdminRequestId first = group.ask(revoke, with_key(1));
  const AdminRequestId again = group.ask(revoke, with_key(1));
  EXPECT_EQ(group.reply(again), nullptr) << "it is on its way to the disk";
  group.commit();
  EXPECT_NE(group.reply_as<KeyInfo>(first), nullptr);
  group.commit();
  EXPECT_NE(group.reply_as<KeyInfo>(again), nullptr);
  const AdminRequestId later = group.ask(revoke, with_key(1));
  EXPECT_NE(group.reply_as<KeyInfo>(later), nullptr) << "at once";
}

TEST(CutOff, I15_AnswersAboutKeysThatWaitAreBoundedAndLeaveRoomForRevoking) {
  CoordinatorConfig config = KeyedGroup::keyed();
  config.bounds.key_answers = 2;
  KeyedGroup group(config);
  group.hold_commits = true;
  for (std::uint8_t i = 0; i < 2; ++i) {
    group.step(FromMember{with_key(static_cast<std::uint8_t>(11 + i)),
                          RotateKey{key(static_cast<std::uint8_t>(40 + i))}});
  }
  const auto output = group.step(FromMember{with_key(40), RotateKey{key(42)}});
  ASSERT_EQ(output.to_members.size(), 1U);
  EXPECT_EQ(std::get<Refused>(output.to_members[0].reply).code, ErrorCode::kBusy);
  EXPECT_FALSE(group.core->admissions()->contains(key(42))) << "and nothing has come of it";
  EXPECT_EQ(core_size_of(group, "answers to who asks for keys").size, 2U);
  ChangeKey revoke = ruling(ChangeKey::What::kRevoke, 11);
  group.ask(revoke, with_key(1));
  EXPECT_FALSE(group.core->admissions()->contains(key(11))) << "revoking has its own room";
  group.commit();
  group.commit();
  EXPECT_EQ(core_size_of(group, "answers to who asks for keys").size, 0U);
  EXPECT_EQ(core_size_of(group, "answers to who rules on keys").size, 0U);
}

TEST(CutOff, G3_NobodyIsClaimedForThisGroupByWhoSpeaksInAnothersName) {
  KeyedGroup group;
  const Follower m1 = group.member("m1", 11);
  Follower other = m1;
  other.join.name = "m2";
  EXPECT_TRUE(group.core->may(m1.peer, m1.join));
  EXPECT_FALSE(group.core->may(m1.peer, other.join));
}

}  // namespace
}  // namespace groupctl::testing
