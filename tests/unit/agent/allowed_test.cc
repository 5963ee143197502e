#include "agent/allowed.h"

#include <gtest/gtest.h>

namespace groupctl {
namespace {

PublicKey key_of(std::uint8_t number) {
  PublicKey key;
  key.bytes[0] = number;
  return key;
}

TEST(AgentAllowed, ReadsWhatItWrites) {
  AllowedKeys allowed;
  EXPECT_TRUE(read_allowed("")->empty());
  ASSERT_TRUE(allow(allowed, "ana", key_of(1)));
  ASSERT_TRUE(allow(allowed, "bo", key_of(2)));
  EXPECT_EQ(read_allowed(allowed_text(allowed)), allowed);
  const Admissions admissions = admissions_of(allowed);
  EXPECT_EQ(admissions.size(), 2U);
  EXPECT_TRUE(admissions.at(key_of(2)).admin);
  EXPECT_FALSE(admissions.at(key_of(2)).member);
}

TEST(AgentAllowed, ANameHasOneKeyAndAKeyOneName) {
  AllowedKeys allowed;
  ASSERT_TRUE(allow(allowed, "ana", key_of(1)));
  EXPECT_TRUE(allow(allowed, "ana", key_of(1))) << "it is so already";
  EXPECT_EQ(allow(allowed, "ana", key_of(2)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(allow(allowed, "bo", key_of(1)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(allow(allowed, "No Name", key_of(3)).error().code, ErrorCode::kInvalid);
}

TEST(AgentAllowed, ThereAreNoMoreThanTheBound) {
  AllowedKeys allowed;
  for (std::size_t i = 0; i < kMaxAgentKeys; ++i) {
    PublicKey key = key_of(static_cast<std::uint8_t>(i));
    key.bytes[1] = 1;
    ASSERT_TRUE(allow(allowed, "n" + std::to_string(i), key));
  }
  const auto refused = allow(allowed, "more", key_of(9));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(refused.error().text, "an agent lets in at most 256 keys: revoke one first");
}

TEST(AgentAllowed, AFileThatIsNotUnderstoodLetsInNobody) {
  for (const char* text : {"ana\n", "ana 12\n", "\n", "ana  \n"}) {
    const auto read = read_allowed(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
    EXPECT_TRUE(read.error().text.starts_with("line 1: ")) << read.error().text;
  }
}

}  // namespace
}  // namespace groupctl
