// Dry runs of a real group: what is foretold, that nothing of it is done, and what came of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/process/harness_group.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kServesOn = "#!/bin/sh\ntrap 'exit 0' TERM\nwhile :; do sleep 0.05; done\n";
constexpr const char* kServes = R"({"command":["./serve"]})";

class DryRuns : public ::testing::Test {
 protected:
  void begin(const std::vector<std::string>& members = {"m1", "m2"}) {
    ASSERT_TRUE(group.start_coordinator());
    group.start_members(members);
  }
  std::string archive(const std::string& version) const {
    return group.pack("shop", version, {{"serve", kServesOn}});
  }
  std::vector<std::string> deploy(const std::string& version, const std::string& packed,
                                  std::vector<std::string> more = {}) const {
    std::vector<std::string> words = {"deploy",     "shop@" + version, "--archive", packed,
                                      "--deployer", "process",         "--config",  kServes};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  std::uint64_t head() const { return group.admin().status()->head.value; }
  Group group;
};

TEST_F(DryRuns, ForetellADeployAndDoNothingAndLogShowSetsThemBesideWhatCame) {
  begin();
  const std::string first = archive("1.0");
  const std::uint64_t before = head();
  const Answer dry = group.ctl(deploy("1.0", first, {"--dry-run"}));
  EXPECT_EQ(dry.exit_code, 0) << dry.out << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("deploy 1.0, start"));
  EXPECT_THAT(dry.out, HasSubstr("2 would change, of 2."));
  EXPECT_EQ(head(), before);
  EXPECT_FALSE(fs::exists(group.member("m1").files() / "shop"));
  // The line that it gives is typed.
  const Answer done = group.ctl(deploy("1.0", first, {"--at-seq", std::to_string(before)}));
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  const std::string seq = std::to_string(before + 1);
  EXPECT_THAT(group.ctl({"log", "show", seq}).out, HasSubstr("foretold    2 as it came\n"));
  const Answer json = group.ctl({"log", "show", seq, "-o", "json"});
  EXPECT_EQ(json.json().at("members").at(0).at("foretold").at("result"), "done") << json.out;
  // What is there already is foretold as such.
  EXPECT_THAT(group.ctl(deploy("1.0", first, {"--dry-run"})).out,
              HasSubstr("0 would change, 2 would stay as they are, of 2."));
  EXPECT_THAT(group.ctl(deploy("2.0", archive("2.0"), {"--dry-run", "--batch", "1"})).out,
              HasSubstr("deploy 2.0 over 1.0, restart"));
}

TEST_F(DryRuns, WhatWouldFailAndWhatIsHeldIsSaidAndTheRestIsNot) {
  begin();
  const std::string first = archive("1.0");
  ASSERT_EQ(group.ctl(deploy("1.0", first)).exit_code, 0);
  ASSERT_EQ(group.member("m1").local({"hold", "shop", "-m", "testing"}).exit_code, 0);
  const std::string second = archive("2.0");
  fs::remove(second);
  const Answer gone = group.ctl({"deploy", "shop@2.0", "--digest", std::string(64, 'a'),
                                 "--deployer", "process", "--config", kServes, "--dry-run"});
  EXPECT_EQ(gone.exit_code, 0) << gone.out << gone.err;
  EXPECT_THAT(gone.out, HasSubstr("overridden"));
  EXPECT_THAT(gone.out, HasSubstr("would fail at fetch: shop@2.0 is in no repository"));
  EXPECT_THAT(gone.out, HasSubstr("1 would change, 1 would fail, of 2."));
  EXPECT_EQ(group.ctl({"ping", "-t", "m1"}).exit_code, 0);
}

TEST_F(DryRuns, AMemberThatIsDownCannotTellAndAnotherHeadVoidsThePin) {
  begin();
  const std::uint64_t before = head();
  const Answer dry = group.ctl({"set", "a=b", "--dry-run"});
  EXPECT_THAT(dry.out, HasSubstr("2 would change, of 2."));
  ASSERT_EQ(group.ctl({"set", "c=d"}).exit_code, 0);
  EXPECT_EQ(group.ctl({"set", "a=b", "--at-seq", std::to_string(before)}).exit_code, 7);
  group.member("m2").process().kill_nine();
  const Answer down = group.ctl({"set", "a=b", "--dry-run"});
  EXPECT_EQ(down.exit_code, 0) << down.out << down.err;
  EXPECT_THAT(down.out, HasSubstr("m2  cannot tell: "));
  EXPECT_THAT(down.out, HasSubstr("1 would change, 1 unknown, of 2."));
}

TEST_F(DryRuns, OfAPlanSaysItsDifferencesAndWhatEachCommandWouldDo) {
  begin();
  const fs::path plan = group.dir() / "plan.toml";
  write_file(plan, "plan = 1\n[set]\nmode = \"fast\"\n");
  const Answer dry = group.ctl({"apply", plan, "--dry-run"});
  EXPECT_EQ(dry.exit_code, 0) << dry.out << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("+ property mode"));
  EXPECT_THAT(dry.out, HasSubstr("2 would change, of 2."));
  EXPECT_THAT(dry.out, HasSubstr("run it:  groupctl"));
}

}  // namespace
}  // namespace groupctl::process_test
