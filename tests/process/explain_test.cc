// explain with real members: the chain of facts as an operator gets it.
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/process/harness_group.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

class Explain : public ::testing::Test {
 protected:
  void begin() {
    ASSERT_TRUE(group.start_coordinator());
    group.start_members({"m1", "m2"});
    ASSERT_EQ(group.ctl({"deploy", "site@1.0", "--archive", group.pack_site("1.0")}).exit_code, 0);
  }
  nlohmann::json explain(const std::string& what) const {
    const Answer answer = group.ctl({"explain", what, "-o", "json"});
    EXPECT_EQ(answer.exit_code, 0) << answer.out << answer.err;
    return answer.json();
  }
  static bool says(const nlohmann::json& told, const std::string& about, const std::string& part) {
    for (const auto& fact : told.at("facts")) {
      const auto text = fact.at("text").get<std::string>();
      if (fact.at("about") == about && text.find(part) != std::string::npos) return true;
    }
    return false;
  }
  /// Whether the first command to type, typed, ends with 0.
  bool next_helps(const nlohmann::json& told) const {
    std::vector<std::string> words;
    std::istringstream line(told.at("next").at(0).at("command").get<std::string>());
    for (std::string word; line >> word;) words.push_back(word);
    words.erase(words.begin());
    return group.ctl(words).exit_code == 0;
  }
  std::string digest_of_nothing() const { return std::string(64, 'a'); }

  Group group;
};

TEST_F(Explain, AMemberInStepAndACommandThatIsDoneAreSaidToBe) {
  begin();
  EXPECT_EQ(explain("m1").at("well"), true);
  const auto head = group.admin().status()->head.value;
  const auto told = explain(std::to_string(head));
  EXPECT_EQ(told.at("well"), true) << told;
  EXPECT_EQ(told.at("verdict"), "is done on all of 2 targets");
}

TEST_F(Explain, AFailedDeployLeadsFromTheCommandToItsReason) {
  begin();
  const Answer failed = group.ctl({"deploy", "site@2.0", "--digest", digest_of_nothing(), "m1"});
  ASSERT_EQ(failed.exit_code, 1) << failed.out << failed.err;
  const auto told = explain("m1");
  EXPECT_EQ(told.at("well"), false);
  EXPECT_TRUE(says(told, "deviation", "DEPLOY site@2.0")) << told;
  EXPECT_TRUE(says(told, "deviation", "ended failed")) << told;
  EXPECT_EQ(told.at("next")[0].at("command"), "groupctl reconcile m1");
  const auto seq = told.at("facts").back().at("seq").get<std::uint64_t>();
  const auto entry = explain(std::to_string(seq));
  EXPECT_EQ(entry.at("verdict"), "is done on 0 of 1 target") << entry;
  EXPECT_EQ(entry.at("next")[0].at("command"), "groupctl explain m1");
  EXPECT_EQ(explain("m2").at("well"), true);
}

TEST_F(Explain, WhoAStoppedRolloutNeverReachedIsToldSo) {
  begin();
  const Answer stopped =
      group.ctl({"deploy", "site@2.0", "--digest", digest_of_nothing(), "--batch", "1"});
  ASSERT_EQ(stopped.exit_code, 6) << stopped.out << stopped.err;
  int never_reached = 0;
  for (const char* member : {"m1", "m2"}) {
    const auto told = explain(member);
    EXPECT_EQ(told.at("well"), false) << told;
    if (!says(told, "rollout", "it is stopped")) continue;
    ++never_reached;
    const auto next = told.at("next")[0].at("command").get<std::string>();
    EXPECT_EQ(next.rfind("groupctl rollout resume ", 0), 0U) << told;
  }
  EXPECT_EQ(never_reached, 1);
}

TEST_F(Explain, WhatWasChangedByHandIsMendedByTheNextCommand) {
  begin();
  fs::remove(group.member("m1").files() / "site/current/index.html");
  ASSERT_EQ(group.member("m1").local({"scan"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return explain("m1").at("well") == false; }));
  const auto told = explain("m1");
  EXPECT_TRUE(says(told, "deviation", "drifted")) << told;
  EXPECT_TRUE(next_helps(told)) << told;
  EXPECT_TRUE(eventually([&] { return explain("m1").at("well") == true; })) << explain("m1");
}

TEST_F(Explain, WhoseKeyWasRevokedIsLetInByTheNextCommand) {
  begin();
  const Answer revoked = group.ctl({"key", "revoke", "m2", "-y", "-m", "a stolen disk"});
  ASSERT_EQ(revoked.exit_code, 0) << revoked.err;
  EXPECT_TRUE(eventually([&] { return says(explain("m2"), "key", "is revoked"); }));
  const auto told = explain("m2");
  EXPECT_TRUE(says(told, "key", "a stolen disk")) << told;
  EXPECT_TRUE(next_helps(told)) << told;
  EXPECT_TRUE(eventually([&] { return explain("m2").at("well") == true; })) << explain("m2");
}

TEST_F(Explain, ALostMemberAndWhatItLacksAreNamed) {
  begin();
  group.member("m2").process().kill_nine();
  EXPECT_TRUE(eventually([&] { return explain("m2").at("verdict") == "is lost"; }));
  const Answer sent = group.ctl({"set", "a=b", "--no-wait", "-o", "name"});
  ASSERT_EQ(sent.exit_code, 0) << sent.err;
  EXPECT_TRUE(eventually([&] {
    return says(explain(sent.out.substr(0, sent.out.size() - 1)), "target", "m2: lost, silent for");
  }));
  const Answer text = group.ctl({"explain", "m2"});
  EXPECT_NE(text.out.find("it has been silent for"), std::string::npos) << text.out;
  EXPECT_EQ(group.ctl({"explain", "m9"}).exit_code, 3);
  EXPECT_EQ(group.ctl({"explain", "4000"}).exit_code, 3);
  EXPECT_EQ(group.ctl({"explain", "M/9"}).exit_code, 2);
}

}  // namespace
}  // namespace groupctl::process_test
