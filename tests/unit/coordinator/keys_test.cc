// A core with keys: roles, names, being cut off.
#include <gtest/gtest.h>

#include "tests/unit/coordinator/keyed_group.h"

namespace groupctl::testing {
namespace {

TEST(Keys, AMemberSpeaksInItsOwnNameAlone) {
  KeyedGroup group;
  Follower m1 = group.member("m1", 11);
  EXPECT_EQ(refusal(group.try_join(m1)), ErrorCode::kOk);
  Follower thief = group.member("m1", 12);
  EXPECT_EQ(refusal(group.try_join(thief)), ErrorCode::kRefused) << "m2's key, m1's name";
  Follower mask = group.member("m2", 12);
  mask.join.server_id = m1.join.server_id;
  mask.join.incarnation = Incarnation(99);
  EXPECT_EQ(refusal(group.try_join(mask)), ErrorCode::kRefused) << "m2's key, m1's server";
  EXPECT_TRUE(group.say(m1, ReplayRequest{m1.session, Sequence(1), 1}).to_members.empty())
      << "its session stands: it is not told to join again";
}

TEST(Keys, RolesAreKeptApart) {
  KeyedGroup group;
  const auto code = [&](AdminRequest request, std::uint8_t as) {
    const AdminRequestId id = group.ask(std::move(request), with_key(as));
    if (const auto* query = group.reply_as<QueryRefused>(id)) return query->code;
    if (const auto* submit = group.reply_as<SubmitRefused>(id)) return submit->code;
    return ErrorCode::kOk;
  };
  Submit submit;
  submit.first = drawn(7, 1);
  submit.commands = {set_command("a", "b")};
  EXPECT_EQ(code(StatusQuery{}, 4), ErrorCode::kOk);
  EXPECT_EQ(code(submit, 4), ErrorCode::kNotAllowed);
  EXPECT_EQ(group.head(), Sequence(0)) << "nothing was sequenced";
  EXPECT_EQ(code(submit, 5), ErrorCode::kOk);
  EXPECT_EQ(code(ChangeKey{}, 5), ErrorCode::kNotAllowed);
  EXPECT_EQ(code(StatusQuery{}, 11), ErrorCode::kNotAllowed) << "a member is no reader";
  EXPECT_EQ(code(StatusQuery{}, 2), ErrorCode::kNotAllowed) << "a guest neither";
  EXPECT_EQ(code(StatusQuery{}, 99), ErrorCode::kKeyRefused);
}

TEST(Keys, AnEntryHasTheKeyAndTheNameOfWhoSubmitted) {
  KeyedGroup group;
  Submit submit;
  submit.first = drawn(7, 1);
  submit.issuer = "root@bastion";
  submit.commands = {set_command("a", "b")};
  group.ask(submit, with_key(5));
  LogQuery query;
  query.from = Sequence(1);
  const AdminRequestId id = group.ask(query, with_key(4));
  const auto* log = group.reply_as<LogReply>(id);
  ASSERT_NE(log, nullptr);
  const Entry entry = decode_entry(log->rows.at(0).entry).value();
  EXPECT_EQ(entry.issuer_name, "otto@bastion") << "whatever it calls itself";
  EXPECT_EQ(entry.issuer_key, key(5));
}

TEST(Keys, I12_ARevokedMemberIsCutOffAtOnce) {
  KeyedGroup group;
  Follower m1 = group.member("m1", 11);
  ASSERT_EQ(refusal(group.try_join(m1)), ErrorCode::kOk);
  const auto before = group.core->admissions();
  EXPECT_EQ(group.change(11, ChangeKey::What::kRevoke).state, KeyState::kRevoked);
  EXPECT_NE(group.core->admissions(), before) << "the shell is told";
  EXPECT_FALSE(group.core->admissions()->contains(key(11)));
  group.told<Refused>(m1.peer);
  group.ack(m1, group.head(), group.head());
  const auto refused = group.told<Refused>(m1.peer);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, ErrorCode::kKeyRefused);
  EXPECT_EQ(group.core->marks_of(m1.id)->executed, Sequence(0)) << "its ack changes nothing";
}

TEST(Keys, WhoIsCutOffIsToldSoAndNothingElse) {
  KeyedGroup group;
  const AdminRequestId watch = group.ask(Watch{Sequence(), 0}, with_key(4));
  ASSERT_NE(group.reply_as<Update>(watch), nullptr);
  const std::uint64_t version = group.reply_as<Update>(watch)->version;
  const AdminRequestId next = group.ask(Watch{Sequence(), version}, with_key(4));
  group.change(4, ChangeKey::What::kRevoke);
  const auto* told = group.reply_as<QueryRefused>(next);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->code, ErrorCode::kKeyRefused);
  group.tick(60'000);
  EXPECT_EQ(group.reply_as<Update>(next), nullptr);
}

TEST(Keys, AnAdminThatEndsItsOwnKeyIsToldSo) {
  KeyedGroup group;
  ChangeKey revoke = ruling(ChangeKey::What::kRevoke, 1);
  group.hold_commits = true;
  const AdminRequestId keys = group.ask(revoke, with_key(1));
  ChangeKey others = revoke;
  others.key = key(11);
  const AdminRequestId too_late = group.ask(others, with_key(1));
  group.commit();
  const auto* told = group.reply_as<KeyInfo>(keys);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->state, KeyState::kRevoked);
  const auto* refused = group.reply_as<QueryRefused>(too_late);
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(refused->code, ErrorCode::kKeyRefused);
}

TEST(Keys, WhatIsUnderWayForAnAdminThatIsCutOffIsNotSaid) {
  KeyedGroup group;
  group.hold_commits = true;
  ChangeKey revoke = ruling(ChangeKey::What::kRevoke, 11);
  const AdminRequestId others = group.ask(revoke, with_key(1));
  revoke.key = key(1);
  Peer local = peer("local");
  local.local = true;
  group.ask(revoke, local);
  group.commit();
  group.commit();
  EXPECT_EQ(group.reply(others), nullptr);
}

TEST(Keys, AChangeIsAnsweredWhenItIsDurable) {
  KeyedGroup group;
  group.hold_commits = true;
  ChangeKey revoke = ruling(ChangeKey::What::kRevoke, 11);
  const AdminRequestId id = group.ask(revoke, with_key(1));
  EXPECT_EQ(group.reply(id), nullptr);
  EXPECT_FALSE(group.core->admissions()->contains(key(11))) << "in force all the same";
  group.commit();
  ASSERT_NE(group.reply_as<KeyInfo>(id), nullptr);
  group.hold_commits = false;
  group.restart();
  EXPECT_FALSE(group.core->admissions()->contains(key(11)));
}

TEST(Keys, ANewcomerIsAcceptedWithoutARestart) {
  KeyedGroup group;
  Follower late = group.member("late", 20);
  EXPECT_EQ(refusal(group.try_join(late)), ErrorCode::kKeyRefused);
  const Peer guest = with_key(2);
  Follower asks = late;
  asks.peer = guest;
  group.say(asks, enrol(20, "late"));
  EXPECT_EQ(group.told<Enrolled>(guest)->state, KeyState::kPending);
  EXPECT_EQ(group.change(20, ChangeKey::What::kAccept).state, KeyState::kAccepted);
  group.say(asks, enrol(20, "late"));
  EXPECT_EQ(group.told<Enrolled>(guest)->state, KeyState::kAccepted);
  EXPECT_EQ(refusal(group.try_join(late)), ErrorCode::kOk);
}

TEST(Keys, ATokensLastUseIsAnsweredThoughItHasGone) {
  KeyedGroup group;
  ChangeKey token = add(30, "once", KeyRole::kToken);
  token.uses = 1;
  token.ttl_ms = 60'000;
  group.ask(token, with_key(1));
  Follower asks = group.member("late", 30);
  group.say(asks, enrol(20, "late"));
  EXPECT_FALSE(group.core->admissions()->contains(key(30)));
  const auto told = group.told<Enrolled>(asks.peer);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->state, KeyState::kAccepted);
}

TEST(Keys, APersonAsksWhicheverGroupIsThere) {
  KeyedGroup group;
  Enrol asked = enrol(20, "bo");
  asked.group.clear();
  const AdminRequestId id = group.ask(asked, with_key(2));
  ASSERT_NE(group.reply_as<Enrolled>(id), nullptr);
  EXPECT_EQ(group.reply_as<Enrolled>(id)->state, KeyState::kPending);
  Follower member = group.member("x", 2);
  group.say(member, asked);
  EXPECT_TRUE(group.told<Refused>(member.peer)) << "a member says which";
}

TEST(Keys, AskingForAnotherGroupTellsNothing) {
  KeyedGroup group;
  Follower asks = group.member("x", 2);
  Enrol other = enrol(20, "x");
  other.group = "bank";
  group.say(asks, other);
  const auto refused = group.told<Refused>(asks.peer);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, ErrorCode::kWrongGroup);
}

}  // namespace
}  // namespace groupctl::testing
