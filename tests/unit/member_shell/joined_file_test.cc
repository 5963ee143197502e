// What join keeps for run, and what of it run would take otherwise.
#include "member/joined_file.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "daemon/durable_file.h"
#include "member/flags.h"
#include "tests/unit/log/temp_dir.h"

namespace groupctl::testing {
namespace {

class JoinedFile : public ::testing::Test {
 protected:
  ~JoinedFile() override {
    ::unsetenv("GROUPCTL_KEY_DIR");
    ::unsetenv("GROUPCTL_ALLOW_OVERRIDE");
  }
  std::string state_dir() const { return dir_.path().string(); }
  ParsedFlags parsed(std::vector<std::string> words) const {
    words.insert(words.begin(), "group-member");
    words.insert(words.end(), {"--state-dir", state_dir()});
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    auto flags = parse_flags(member_program_spec(), static_cast<int>(argv.size()), argv.data());
    EXPECT_TRUE(flags) << flags.error().text;
    return *flags;
  }
  ParsedFlags join(const std::string& name, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"join", "--group", "shop", "--name", name});
    return parsed(std::move(more));
  }
  std::string kept() const { return *read_small_file(state_dir() + "/joined.toml"); }

  fixtures::TempDir dir_;
};

TEST_F(JoinedFile, WhatLetAMemberInIsNotReplacedByWhatDidNot) {
  EXPECT_EQ(keep_joined(join("w4", {"--key-dir", "/keys"}), KeyState::kAccepted), true);
  const std::string let_in = kept();
  for (const std::optional<KeyState> state :
       {std::optional(KeyState::kPending), std::optional(KeyState::kRejected),
        std::optional(KeyState::kRevoked), std::optional<KeyState>()}) {
    EXPECT_EQ(keep_joined(join("w4", {"--key-dir", "/others"}), state), false);
    EXPECT_EQ(keep_joined(join("w5"), state), false);
    EXPECT_EQ(kept(), let_in);
  }
  EXPECT_EQ(keep_joined(join("w4", {"--coordinator", "tcp://10.0.0.9:1"}), std::nullopt), false)
      << "nobody has answered there";
  EXPECT_EQ(kept(), let_in);
  EXPECT_EQ(keep_joined(join("w5"), KeyState::kAccepted), true);
  EXPECT_NE(kept().find("w5"), std::string::npos);
}

TEST_F(JoinedFile, AnEndpointThatWasWrongIsMendedWhileTheKeyWaits) {
  EXPECT_EQ(keep_joined(join("w4", {"--coordinator", "tcp://10.0.0.9:1"}), std::nullopt), true);
  EXPECT_EQ(keep_joined(join("w4", {"--coordinator", "tcp://10.0.0.9:2"}), KeyState::kPending),
            true);
  EXPECT_NE(kept().find("10.0.0.9:2"), std::string::npos);
}

TEST_F(JoinedFile, ATokenIsKeptUntilItHasDoneItsWork) {
  const std::string token(64, 'a');
  EXPECT_EQ(keep_joined(join("w4", {"--token", token}), std::nullopt), true);
  EXPECT_NE(kept().find(token), std::string::npos);
  EXPECT_EQ(keep_joined(join("w4"), KeyState::kAccepted), true);
  EXPECT_EQ(kept().find(token), std::string::npos);
}

TEST_F(JoinedFile, TheNextLineSaysWhatRunWouldTakeOtherwise) {
  const std::string run = "group-member run --state-dir " + state_dir();
  const ParsedFlags plain = join("w4", {"--key-dir", "/keys", "--label", "rack=r1"});
  ASSERT_EQ(keep_joined(plain, KeyState::kAccepted), true);
  EXPECT_EQ(run_line(plain), run) << "it is kept";
  ::setenv("GROUPCTL_KEY_DIR", "/of-the-environment", 1);
  const ParsedFlags by_flag = join("w4", {"--key-dir", "/keys"});
  EXPECT_EQ(run_line(by_flag), run + " --key-dir /keys") << "the variable would win";
  ::setenv("GROUPCTL_ALLOW_OVERRIDE", "true", 1);
  const ParsedFlags off = join("w4", {"--set", "repositories.allow_override=false", "--label",
                                      "rack=r2", "--label", "row=1"});
  EXPECT_EQ(run_line(off),
            run + " --set repositories.allow_override=false --label rack=r2 --label row=1");
}

TEST_F(JoinedFile, TheNextLineIsWholeWhereNothingIsKept) {
  const std::string token(64, 'a');
  EXPECT_EQ(run_line(join("w4", {"--token", token})),
            "group-member run --state-dir " + state_dir() + " --group shop --name w4");
}

}  // namespace
}  // namespace groupctl::testing
