// The list of keys: being let in, roles, revoking, expiring.
#include "coordinator/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/coordinator/keyed_group.h"

namespace groupctl::testing {
namespace {

constexpr GroupTime kNow{1'000'000};

class AccessTest : public ::testing::Test {
 protected:
  AccessTest() {
    put(info(1, "ana", KeyRole::kAdmin));
    put(info(2, "guest", KeyRole::kGuest));
    KeyInfo token = info(3, "init", KeyRole::kToken);
    token.uses_left = 2;
    token.until = GroupTime(kNow.value + 1000);
    put(token);
  }
  void put(const KeyInfo& one) {
    Batch batch;
    batch.head = store.head().value();
    batch.head.batch = batch.head.batch.next();
    batch.rows[key_row(one.key)] = encode(one);
    ASSERT_EQ(store.commit(batch).answer, CommitAnswer::kCommitted);
    access = Access::load(store, false).value();
  }
  bool may(std::uint8_t number, Verb verb, GroupTime now = kNow) const {
    return !Access::refusal(access.caller(with_key(number), now), verb);
  }
  KeyState ask(std::uint8_t as, const Enrol& asked) {
    auto answer = access.enrol(with_key(as), asked, KeyRole::kMember, kNow, rows);
    EXPECT_TRUE(answer) << answer.error().text;
    return answer ? answer->state : KeyState::kRevoked;
  }

  MemoryStore store;
  Access access{false};
  RowChanges rows;
};

TEST_F(AccessTest, WhoIsNotKnownMayNothing) {
  for (int v = 0; v <= static_cast<int>(kLastVerb); ++v) {
    const auto refused = Access::refusal(access.caller(with_key(99), kNow), static_cast<Verb>(v));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->code, ErrorCode::kKeyRefused);
  }
  EXPECT_FALSE(access.admissions()->contains(key(99)));
  EXPECT_FALSE(may(0, Verb::kStatus)) << "no key at all";
}

TEST_F(AccessTest, ThroughALocalDoorAllMayBeDone) {
  Peer local = peer("local");
  local.local = true;
  EXPECT_FALSE(Access::refusal(access.caller(local, kNow), Verb::kChangeKey));
}

TEST_F(AccessTest, AGuestsKeyWaitsUntilItIsAccepted) {
  EXPECT_EQ(ask(2, enrol(10, "web-1")), KeyState::kPending);
  EXPECT_EQ(access.pending(), 1U);
  EXPECT_FALSE(may(10, Verb::kJoin));
  EXPECT_FALSE(access.admissions()->contains(key(10)));
  EXPECT_EQ(access.find(key(10))->from, "10.0.0.2");
  ChangeKey accept = ruling(ChangeKey::What::kAccept, 10);
  EXPECT_TRUE(access.change(accept, "ana", kNow, rows));
  EXPECT_TRUE(may(10, Verb::kJoin));
  EXPECT_TRUE(access.admissions()->at(key(10)).command);
  EXPECT_FALSE(access.admissions()->at(key(10)).admin);
  EXPECT_EQ(ask(2, enrol(10, "web-1")), KeyState::kAccepted) << "asked again it is told";
}

TEST_F(AccessTest, ATokenLetsInAsManyAsItMay) {
  EXPECT_EQ(ask(3, enrol(10, "web-1")), KeyState::kAccepted);
  EXPECT_EQ(ask(3, enrol(10, "web-1")), KeyState::kAccepted) << "asked again, it costs nothing";
  EXPECT_EQ(access.find(key(3))->uses_left, 1U);
  EXPECT_EQ(ask(3, enrol(11, "web-2")), KeyState::kAccepted);
  EXPECT_EQ(access.find(key(3)), nullptr) << "it is used up";
  EXPECT_FALSE(access.admissions()->contains(key(3)));
}

TEST_F(AccessTest, ATokenDoesNotTakeANameFromItsKey) {
  EXPECT_EQ(ask(3, enrol(10, "web-1")), KeyState::kAccepted);
  EXPECT_EQ(ask(3, enrol(11, "web-1")), KeyState::kPending);
  EXPECT_THAT(access.find(key(11))->message, ::testing::HasSubstr("web-1 has another key"));
  EXPECT_EQ(access.find(key(3))->uses_left, 1U);
}

/// A thief with any token, or with a key that ends, would else be who he is not.
TEST_F(AccessTest, ATokenDoesNotTakeANameThatSomebodyHasHad) {
  ASSERT_TRUE(access.change(add(10, "web-1", KeyRole::kMember), "ana", kNow, rows));
  ChangeKey revoke = ruling(ChangeKey::What::kRevoke, 10);
  ASSERT_TRUE(access.change(revoke, "ana", kNow, rows));
  EXPECT_EQ(ask(3, enrol(11, "web-1")), KeyState::kPending);
  EXPECT_THAT(access.find(key(11))->message, ::testing::HasSubstr("revoked"));
  ChangeKey for_a_day = add(12, "web-2", KeyRole::kMember);
  for_a_day.ttl_ms = 86400000;
  ASSERT_TRUE(access.change(for_a_day, "ana", kNow, rows));
  EXPECT_EQ(ask(3, enrol(13, "web-2")), KeyState::kPending);
}

TEST_F(AccessTest, AKeyThatIsLetInAsAnothersIsNotSaidToBeLetInAsThis) {
  ASSERT_TRUE(access.change(add(10, "rita", KeyRole::kReader), "ana", kNow, rows));
  const auto asked = access.enrol(with_key(2), enrol(10, "web-1"), KeyRole::kMember, kNow, rows);
  ASSERT_FALSE(asked) << "it would be refused, ask, and be told that it is let in, for ever";
  EXPECT_EQ(asked.error().code, ErrorCode::kConflict);
}

TEST_F(AccessTest, WhoHasBeenGivenAnotherRoleIsLetInAllTheSame) {
  ASSERT_TRUE(access.change(add(10, "otto", KeyRole::kOperator), "ana", kNow, rows));
  const auto asked = access.enrol(with_key(2), enrol(10, "otto"), KeyRole::kReader, kNow, rows);
  ASSERT_TRUE(asked) << asked.error().text;
  EXPECT_EQ(asked->state, KeyState::kAccepted);
}

TEST_F(AccessTest, ATokenIsOverAfterItsTime) {
  const GroupTime later(kNow.value + 1000);
  EXPECT_TRUE(may(3, Verb::kEnrol));
  EXPECT_FALSE(may(3, Verb::kEnrol, later));
  EXPECT_EQ(access.due(), later);
  EXPECT_TRUE(access.expire(later, rows));
  EXPECT_EQ(access.find(key(3)), nullptr);
  EXPECT_FALSE(access.admissions()->contains(key(3)));
  EXPECT_EQ(rows.at(key_row(key(3))), std::nullopt);
}

TEST_F(AccessTest, OneNameHasOneKeyUnlessItIsReplaced) {
  ASSERT_TRUE(access.change(add(10, "web-1", KeyRole::kMember), "ana", kNow, rows));
  auto second = access.change(add(11, "web-1", KeyRole::kMember), "ana", kNow, rows);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  ChangeKey replacing = add(11, "web-1", KeyRole::kMember);
  replacing.replace = true;
  ASSERT_TRUE(access.change(replacing, "ana", kNow, rows));
  EXPECT_FALSE(may(10, Verb::kJoin));
  EXPECT_TRUE(may(11, Verb::kJoin));
  EXPECT_TRUE(access.change(add(12, "web-1", KeyRole::kReader), "ana", kNow, rows))
      << "people and members are called apart";
}

TEST_F(AccessTest, WhatIsRevokedMayNothingAndStaysSo) {
  ASSERT_TRUE(access.change(add(10, "web-1", KeyRole::kMember), "ana", kNow, rows));
  ChangeKey revoke = ruling(ChangeKey::What::kRevoke, 10);
  revoke.message = "stolen";
  ASSERT_TRUE(access.change(revoke, "ana", kNow, rows));
  EXPECT_FALSE(may(10, Verb::kAck));
  EXPECT_FALSE(access.admissions()->contains(key(10)));
  EXPECT_EQ(ask(3, enrol(10, "web-1")), KeyState::kRevoked) << "a token does not bring it back";
  EXPECT_EQ(ask(2, enrol(10, "web-1")), KeyState::kRevoked);
  EXPECT_EQ(access.find(key(10))->message, "stolen");
}

TEST_F(AccessTest, ARotatedKeyOverlapsItsSuccessor) {
  ASSERT_TRUE(access.change(add(10, "web-1", KeyRole::kMember), "ana", kNow, rows));
  ASSERT_TRUE(access.rotate(with_key(10), {key(11)}, kNow, rows));
  EXPECT_TRUE(may(10, Verb::kAck));
  EXPECT_TRUE(may(11, Verb::kAck));
  ASSERT_TRUE(access.rotate(with_key(10), {key(11)}, kNow, rows)) << "asked again";
  EXPECT_FALSE(access.rotate(with_key(10), {key(1)}, kNow, rows)) << "another's key";
  const GroupTime until = access.find(key(10))->until;
  EXPECT_FALSE(access.rotate(with_key(10), {key(12)}, GroupTime(kNow.value + 1), rows))
      << "whoever has the former key gets no other";
  EXPECT_EQ(access.find(key(10))->until, until) << "and has it no longer";
  const GroupTime later(kNow.value + Access::kGraceMs);
  EXPECT_FALSE(may(10, Verb::kAck, later));
  EXPECT_TRUE(access.expire(later, rows));
  EXPECT_EQ(access.find(key(10)), nullptr);
  EXPECT_TRUE(may(11, Verb::kAck, later));
}

/// Else one stolen key becomes thousands, of which each has to be revoked.
TEST_F(AccessTest, ANameHasTwoKeysAtMost) {
  ASSERT_TRUE(access.change(add(10, "web-1", KeyRole::kMember), "ana", kNow, rows));
  ASSERT_TRUE(access.rotate(with_key(10), {key(11)}, kNow, rows));
  const auto third = access.rotate(with_key(11), {key(12)}, kNow, rows);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::kConflict);
  const GroupTime later(kNow.value + Access::kGraceMs);
  access.expire(later, rows);
  EXPECT_TRUE(access.rotate(with_key(11), {key(12)}, later, rows));
}

TEST_F(AccessTest, NoEndIsSoFarAwayThatItIsNone) {
  ChangeKey token = add(10, "token", KeyRole::kToken);
  token.uses = 1;
  EXPECT_FALSE(access.change(token, "ana", kNow, rows)) << "a token without an end";
  for (const std::uint64_t ttl : {~std::uint64_t{0}, ~kNow.value + 1}) {
    token.ttl_ms = ttl;
    EXPECT_FALSE(access.change(token, "ana", kNow, rows)) << ttl;
  }
}

TEST_F(AccessTest, ToReplaceIsToRevokeAllThatHaveTheName) {
  ASSERT_TRUE(access.change(add(10, "web-1", KeyRole::kMember), "ana", kNow, rows));
  ASSERT_TRUE(access.rotate(with_key(10), {key(11)}, kNow, rows));
  ChangeKey replacing = add(12, "web-1", KeyRole::kMember);
  replacing.replace = true;
  ASSERT_TRUE(access.change(replacing, "ana", kNow, rows));
  EXPECT_FALSE(may(10, Verb::kJoin)) << "it had been replaced, and was let in still";
  EXPECT_FALSE(may(11, Verb::kJoin));
  EXPECT_TRUE(may(12, Verb::kJoin));
}

TEST_F(AccessTest, ATokenThatIsAddedTwiceStillEnds) {
  ChangeKey token = add(10, "one-hour", KeyRole::kToken);
  token.ttl_ms = 1000;
  token.uses = 2;
  ASSERT_TRUE(access.change(token, "ana", kNow, rows));
  EXPECT_EQ(ask(10, enrol(11, "web-1")), KeyState::kAccepted);
  const auto again = access.change(token, "ana", GroupTime(kNow.value + 500), rows);
  ASSERT_TRUE(again) << "the answer to the first one was lost";
  EXPECT_EQ(again->until, GroupTime(kNow.value + 1000));
  EXPECT_EQ(again->uses_left, 1U);
  ChangeKey change;
  change.key = key(10);
  for (const auto what : {ChangeKey::What::kRevoke, ChangeKey::What::kAccept}) {
    change.what = what;
    ASSERT_TRUE(access.change(change, "ana", kNow, rows));
  }
  EXPECT_FALSE(may(10, Verb::kEnrol, GroupTime(kNow.value + 1000)));
}

TEST_F(AccessTest, OnlyWhatWaitsIsRejectedAndItStaysSo) {
  EXPECT_EQ(ask(2, enrol(10, "web-1")), KeyState::kPending);
  ChangeKey reject = ruling(ChangeKey::What::kReject, 10);
  for (int i = 0; i < 2; ++i) {
    const auto rejected = access.change(reject, "ana", kNow, rows);
    ASSERT_TRUE(rejected);
    EXPECT_EQ(rejected->state, KeyState::kRejected) << "asked again, too";
  }
  reject.key = key(1);
  const auto refused = access.change(reject, "eve", kNow, rows);
  ASSERT_FALSE(refused) << "it has been accepted meanwhile";
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_TRUE(may(1, Verb::kStatus));
}

TEST_F(AccessTest, KeysThatWaitAreBounded) {
  std::uint8_t number = 100;
  for (std::size_t i = 0; i < Access::kMaxPending; ++i, ++number) {
    Peer asker = with_key(2);
    asker.address = "10.0.1." + std::to_string(i / Access::kMaxPendingOfAddress);
    auto answer = access.enrol(asker, enrol(number, "web-" + std::to_string(i)), KeyRole::kMember,
                               kNow, rows);
    ASSERT_TRUE(answer) << answer.error().text;
    EXPECT_EQ(answer->state, KeyState::kPending);
  }
  auto beyond = access.enrol(with_key(2), enrol(50, "late"), KeyRole::kMember, kNow, rows);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, ErrorCode::kBusy);
  EXPECT_EQ(ask(2, enrol(100, "web-0")), KeyState::kPending) << "who waits may ask again";
  EXPECT_TRUE(access.expire(GroupTime(kNow.value + Access::kPendingMs), rows));
  EXPECT_EQ(access.pending(), 0U);
}

TEST_F(AccessTest, F37_OneAddressDoesNotTakeAllPlacesOfKeysThatWait) {
  Peer host = with_key(2);
  for (std::uint8_t i = 0; i < Access::kMaxPendingOfAddress; ++i) {
    host.address = "2001:db8::" + std::to_string(i);
    const auto asked = enrol(static_cast<std::uint8_t>(120 + i), "db-" + std::to_string(i));
    EXPECT_TRUE(access.enrol(host, asked, KeyRole::kMember, kNow, rows));
    EXPECT_EQ(ask(2, enrol(static_cast<std::uint8_t>(100 + i), "web-" + std::to_string(i))),
              KeyState::kPending);
  }
  host.address = "2001:db8::abcd";
  EXPECT_FALSE(access.enrol(host, enrol(140, "db"), KeyRole::kMember, kNow, rows))
      << "one host has many IPv6 addresses";
  auto beyond = access.enrol(with_key(2), enrol(50, "more"), KeyRole::kMember, kNow, rows);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, ErrorCode::kBusy);
  EXPECT_THAT(beyond.error().text, ::testing::HasSubstr("10.0.0.2"));
  Peer other = with_key(2);
  other.address = "10.0.0.77";
  EXPECT_TRUE(access.enrol(other, enrol(51, "honest"), KeyRole::kMember, kNow, rows));
}

/// So that a stranger who does so ten times a second costs no look at each key and session, and has
/// no place for longer.
TEST_F(AccessTest, F37_ToRenameAKeyThatWaitsChangesNothingButItsName) {
  EXPECT_EQ(ask(2, enrol(10, "web-1")), KeyState::kPending);
  const auto admissions = access.admissions();
  const std::uint64_t before = access.let_in_changes();
  const GroupTime end(kNow.value + Access::kPendingMs);
  ASSERT_TRUE(access.enrol(with_key(2), enrol(10, "web-2"), KeyRole::kMember,
                           GroupTime(end.value - 1), rows));
  EXPECT_EQ(access.find(key(10))->name, "web-2");
  EXPECT_EQ(access.find(key(10))->since, kNow);
  EXPECT_EQ(access.admissions(), admissions);
  EXPECT_EQ(access.let_in_changes(), before);
  EXPECT_TRUE(access.expire(end, rows));
  EXPECT_EQ(access.find(key(10)), nullptr);
}

TEST_F(AccessTest, ManyThatExpireAtOnceAreOneChange) {
  for (std::uint8_t i = 0; i < 5; ++i) {
    EXPECT_EQ(ask(2, enrol(static_cast<std::uint8_t>(10 + i), "web-" + std::to_string(i))),
              KeyState::kPending);
  }
  const std::uint64_t before = access.let_in_changes();
  const GroupTime later(kNow.value + Access::kPendingMs);
  EXPECT_EQ(access.due(), GroupTime(kNow.value + 1000)) << "the token's";
  EXPECT_TRUE(access.expire(later, rows));
  EXPECT_EQ(access.keys().size(), 2U) << "those without an end";
  EXPECT_EQ(access.let_in_changes(), before + 1) << "the list is not gone through for each";
  EXPECT_EQ(access.due(), std::nullopt);
}

/// Its former end has passed without anything to forget: else a core would be awake for ever.
TEST_F(AccessTest, WhatIsDueIsLookedUpAnewWhenNothingIsOver) {
  EXPECT_TRUE(access.expire(GroupTime(kNow.value + 1000), rows)) << "the token";
  EXPECT_EQ(ask(2, enrol(10, "web-1")), KeyState::kPending);
  const GroupTime asked_until(kNow.value + Access::kPendingMs);
  ChangeKey reject = ruling(ChangeKey::What::kReject, 10);
  ASSERT_TRUE(access.change(reject, "ana", GroupTime(kNow.value + 5), rows));
  EXPECT_FALSE(access.expire(asked_until, rows)) << "rejected later, forgotten later";
  EXPECT_EQ(access.due(), GroupTime(asked_until.value + 5));
}

TEST_F(AccessTest, WhoIsLetInGetsAnotherRoleOnlyWhenThatIsSaid) {
  ChangeKey change = ruling(ChangeKey::What::kAccept, 1);
  change.role = KeyRole::kReader;
  const auto refused = access.change(change, "ana", kNow, rows);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text, "ana is let in as admin: to be reader instead takes --replace");
  EXPECT_TRUE(may(1, Verb::kChangeKey));
  change.replace = true;
  EXPECT_TRUE(access.change(change, "ana", kNow, rows));
  EXPECT_FALSE(may(1, Verb::kChangeKey));
}

TEST_F(AccessTest, F49_AKeyThatManyHaveGetsNoOtherRole) {
  const auto accept = [&](std::uint8_t number, KeyRole role, const std::string& name = {}) {
    ChangeKey change = ruling(ChangeKey::What::kAccept, number);
    change.role = role;
    change.name = name;
    const auto changed = access.change(change, "ana", kNow, rows);
    return changed ? std::string("done") : std::string(to_word(changed.error().code));
  };
  EXPECT_EQ(accept(2, KeyRole::kAdmin), "conflict") << "all who know the server's key have it";
  EXPECT_EQ(accept(2, KeyRole::kGuest, "bob"), "conflict");
  EXPECT_EQ(accept(3, KeyRole::kReader), "conflict");
  EXPECT_EQ(access.change(add(2, "bob", KeyRole::kAdmin), "ana", kNow, rows).error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(accept(2, KeyRole::kGuest), "done") << "as it was";
  EXPECT_EQ(ask(2, enrol(10, "web-1")), KeyState::kPending);
  EXPECT_EQ(accept(10, KeyRole::kGuest), "conflict");
  EXPECT_EQ(accept(10, KeyRole::kReader), "done");
}

TEST_F(AccessTest, GuestsHaveTheKeyThatFollowsFromTheServers) {
  access.move_guests(key(2), rows);
  EXPECT_TRUE(rows.empty()) << "it is that one";
  access.move_guests(key(7), rows);
  EXPECT_EQ(access.find(key(2)), nullptr);
  EXPECT_TRUE(may(7, Verb::kEnrol));
  EXPECT_EQ(rows.at(key_row(key(2))), std::nullopt);
  EXPECT_TRUE(rows.at(key_row(key(7))));
  KeyInfo revoked = info(2, "guest", KeyRole::kGuest);
  revoked.state = KeyState::kRevoked;
  put(revoked);
  access.move_guests(key(8), rows);
  EXPECT_FALSE(may(8, Verb::kEnrol)) << "what was decided of guests stays so";
}

TEST_F(AccessTest, TheRowsSayAllAfterARestart) {
  ASSERT_TRUE(access.change(add(10, "web-1", KeyRole::kMember), "ana", kNow, rows));
  EXPECT_EQ(ask(2, enrol(11, "web-2")), KeyState::kPending);
  Batch batch;
  batch.head = store.head().value();
  batch.head.batch = batch.head.batch.next();
  batch.rows = rows;
  ASSERT_EQ(store.commit(batch).answer, CommitAnswer::kCommitted);
  const Access again = Access::load(store, false).value();
  EXPECT_EQ(again.keys(), access.keys());
  EXPECT_EQ(*again.admissions(), *access.admissions());
}

}  // namespace
}  // namespace groupctl::testing
