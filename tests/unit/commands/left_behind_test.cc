// How an outcome names what an entry has left on a member.
#include "commands/left_behind.h"

#include <gtest/gtest.h>

#include "log/outcome.h"
#include "tests/unit/commands/group.h"

namespace groupctl {
namespace {

LeftContent content(std::uint64_t bytes) { return {testing::digest_of(7), bytes}; }

TEST(LeftBehind, IsReadAsItWasWritten) {
  for (const std::string before : {"", "exit code 3", "sha256:abc 1 bytes", "a b  c", " "}) {
    for (const std::uint64_t bytes : {std::uint64_t{0}, std::uint64_t{34}, ~std::uint64_t{0}}) {
      const auto left = content_in(with_content(before, content(bytes)));
      ASSERT_TRUE(left) << before;
      EXPECT_EQ(left->before, before);
      EXPECT_EQ(left->content, content(bytes));
    }
  }
}

TEST(LeftBehind, WhatStandsBeforeIsCutAndTheContentIsNot) {
  const std::string text = with_content(std::string(2 * kMaxOutcomeText, 'x'), content(34));
  EXPECT_EQ(text.size(), kMaxOutcomeText);
  const auto left = content_in(text);
  ASSERT_TRUE(left);
  EXPECT_EQ(left->content, content(34));
}

TEST(LeftBehind, OtherTextNamesNone) {
  const std::string hex = testing::hex_digest(7);
  const std::vector<std::string> texts = {"",
                                          "exit code 3",
                                          "sha256:",
                                          "sha256: bytes",
                                          "sha256:" + hex,
                                          "sha256:" + hex + " 34",
                                          "sha256:" + hex + " bytes",
                                          "sha256:" + hex + " -1 bytes",
                                          "sha256:" + hex + " 3x bytes",
                                          "sha256:" + hex.substr(1) + " 34 bytes",
                                          "sha256:" + hex + " 99999999999999999999999 bytes",
                                          "sha256:g" + hex.substr(1) + " 3 bytes"};
  for (const std::string& text : texts) EXPECT_FALSE(content_in(text)) << text;
}

}  // namespace
}  // namespace groupctl
