// Which keys an operator means by a name or a fingerprint.
#include "cli/key_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "log/keys.h"

namespace groupctl {
namespace {

using ::testing::HasSubstr;

KeyInfo key_of(std::uint8_t number, std::string name, KeyState state,
               KeyRole role = KeyRole::kMember) {
  KeyInfo info;
  info.key.bytes.fill(number);
  info.name = std::move(name);
  info.role = role;
  info.state = state;
  return info;
}

const std::vector<KeyInfo> kKnown = {
    key_of(1, "web-1", KeyState::kAccepted),
    key_of(2, "web-1", KeyState::kPending),
    key_of(3, "web-2", KeyState::kPending),
    key_of(4, "web-2", KeyState::kPending),
    key_of(5, "web-3", KeyState::kRevoked),
    key_of(6, "ana", KeyState::kAccepted, KeyRole::kAdmin),
    key_of(7, "ana", KeyState::kAccepted, KeyRole::kAdmin),
    key_of(8, "eve", KeyState::kAccepted, KeyRole::kReader),
    key_of(9, "eve", KeyState::kAccepted),
};

std::string mark(std::uint8_t number) { return fingerprint(key_of(number, "", {}).key); }

KeyChangeCall about(std::string who, std::string exactly = {}) {
  KeyChangeCall call;
  call.who = std::move(who);
  call.fingerprint = std::move(exactly);
  return call;
}

TEST(KeyChoice, ANameMeansTheOneKeyThatWaits) {
  EXPECT_EQ(chosen_key(kKnown, about("web-1"))->key, kKnown[1].key);
  const auto two = chosen_key(kKnown, about("web-2"));
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().code, ErrorCode::kConflict);
  EXPECT_THAT(two.error().text, HasSubstr(mark(3)));
  EXPECT_THAT(two.error().text, HasSubstr(mark(4)));
  EXPECT_EQ(chosen_key(kKnown, about("web-2", mark(4)))->key, kKnown[3].key);
  EXPECT_EQ(chosen_key(kKnown, about(mark(3)))->key, kKnown[2].key);
}

TEST(KeyChoice, AnotherFingerprintIsRefused) {
  const auto other = chosen_key(kKnown, about("web-1", mark(3)));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kConflict);
  EXPECT_THAT(other.error().text, HasSubstr(mark(2)));
  EXPECT_FALSE(chosen_key(kKnown, about("web-1", "no fingerprint")));
  EXPECT_FALSE(chosen_key(kKnown, about("web-1", mark(2).substr(0, 14)))) << "a part of it";
}

TEST(KeyChoice, WhatWasRevokedComesBackByItsFingerprintAlone) {
  const auto by_name = chosen_key(kKnown, about("web-3"));
  ASSERT_FALSE(by_name);
  EXPECT_EQ(by_name.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(by_name.error().text, HasSubstr(mark(5)));
  EXPECT_EQ(chosen_key(kKnown, about("web-3", mark(5)))->key, kKnown[4].key);
  const auto typo = chosen_key(kKnown, about("wbe-3"));
  ASSERT_FALSE(typo);
  EXPECT_THAT(typo.error().text, HasSubstr("Did you mean: web-3?"));
}

TEST(KeyChoice, ByNameAllAreRevokedByFingerprintOne) {
  EXPECT_EQ(keys_to_revoke(kKnown, about("ana"))->size(), 2U);
  EXPECT_EQ(keys_to_revoke(kKnown, about("web-1"))->size(), 2U) << "one that waits, too";
  EXPECT_EQ(keys_to_revoke(kKnown, about(mark(6)))->size(), 1U);
  EXPECT_EQ(keys_to_revoke(kKnown, about("web-3")).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(keys_to_revoke(kKnown, about("nobody")).error().code, ErrorCode::kNotFound);
  const auto both = keys_to_revoke(kKnown, about("eve"));
  ASSERT_FALSE(both) << "a member and a person are called so";
  EXPECT_EQ(both.error().code, ErrorCode::kConflict);
}

TEST(KeyChoice, TheLastAdminAndTheOwnKeyAreSaid) {
  const auto first = keys_to_revoke(kKnown, about(mark(6)));
  EXPECT_EQ(revoking_means(kKnown, *first, kKnown[7].key), "");
  EXPECT_THAT(revoking_means(kKnown, *first, kKnown[5].key), HasSubstr("your own"));
  const auto both = keys_to_revoke(kKnown, about("ana"));
  EXPECT_THAT(revoking_means(kKnown, *both, PublicKey()), HasSubstr("No admin is left"));
}

TEST(KeyChoice, ThoseThatWaitStandFirst) {
  std::vector<KeyInfo> keys = kKnown;
  sort_keys(keys);
  EXPECT_EQ(keys[0].name, "web-1");
  EXPECT_EQ(keys[0].state, KeyState::kPending);
  EXPECT_EQ(keys[3].name, "ana");
  EXPECT_EQ(keys.back().state, KeyState::kRevoked);
}

}  // namespace
}  // namespace groupctl
