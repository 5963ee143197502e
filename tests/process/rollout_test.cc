// Rollouts on real members: they go on whoever is killed meanwhile, and account for every target.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "tests/process/harness_group.h"

namespace groupctl::process_test {
namespace {

class Rollout : public ::testing::Test {
 protected:
  void begin(int members) {
    ASSERT_TRUE(group.start_coordinator());
    for (int i = 1; i <= members; ++i) names.push_back("m" + std::to_string(i));
    group.start_members(names);
    one = group.pack_site("1.0");
    two = group.pack_site("2.0");
    ASSERT_EQ(group.ctl({"deploy", "site@1.0", "--archive", one}).exit_code, 0);
  }
  Answer roll(const std::vector<std::string>& more) const {
    std::vector<std::string> words = {"deploy", "site@2.0", "--archive", two};
    words.insert(words.end(), more.begin(), more.end());
    return group.ctl(words);
  }
  nlohmann::json last_rollout() const {
    const auto list = group.ctl({"rollout", "list", "-o", "json"}).json().at("rollouts");
    return list.empty() ? nlohmann::json::object() : list.at(0);
  }
  std::string phase() const { return last_rollout().value("phase", ""); }
  std::string sequence() const { return std::to_string(last_rollout().value("seq", 0)); }
  /// How many targets of it ended like that.
  int ended(const std::string& how) const {
    return last_rollout().value("summary", nlohmann::json::object()).value(how, 0);
  }
  /// The next deploy fails on this member: something else stands where its link belongs.
  std::filesystem::path link_of(const std::string& name) {
    return group.member(name).files() / "site/current";
  }
  void break_it(const std::string& name) {
    std::filesystem::remove(link_of(name));
    std::filesystem::create_directory(link_of(name));
  }

  Group group;
  std::vector<std::string> names;
  std::string one, two;
};

TEST_F(Rollout, GoesOverAllInAWindowAndLateJoinersFollow) {
  begin(4);
  const Answer rolled = roll({"--batch", "2", "--canary", "1", "-m", "hotfix 881"});
  EXPECT_EQ(rolled.exit_code, 0) << rolled.out << rolled.err;
  EXPECT_NE(rolled.out.find("4 done"), std::string::npos) << rolled.out;
  for (const std::string& name : names) EXPECT_TRUE(group.serves(name, "2.0")) << name;
  EXPECT_TRUE(eventually([&] { return phase() == "finished"; }));
  group.start_members({"m5"});
  EXPECT_TRUE(eventually([&] { return group.serves("m5", "2.0"); }));
  const Answer undone = group.ctl({"rollout", "undo", sequence(), "-m", "slow"});
  EXPECT_EQ(undone.exit_code, 0) << undone.out << undone.err;
  for (const std::string& name : names) EXPECT_TRUE(group.serves(name, "1.0")) << name;
  EXPECT_TRUE(group.serves("m5", "1.0"));
}

TEST_F(Rollout, StopsWhenTooManyFailAndEveryTargetHasItsRow) {
  begin(4);
  for (const std::string& name : names) break_it(name);
  const Answer rolled = roll({"--batch", "1", "-o", "json"});
  EXPECT_EQ(rolled.exit_code, 6) << rolled.out << rolled.err;
  const auto result = rolled.json();
  EXPECT_EQ(result.at("members").size(), 4U);
  EXPECT_EQ(result.at("summary").at("failed"), 1);
  EXPECT_EQ(result.at("summary").at("notAttempted"), 3);
  EXPECT_EQ(phase(), "stopped");
  for (const std::string& name : names) std::filesystem::remove(link_of(name));
  EXPECT_EQ(group.ctl({"rollout", "resume", sequence()}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return phase() == "finished"; }));
  for (const std::string& name : names) {  // the one that had failed obeys FINISH
    EXPECT_TRUE(eventually([&] { return group.serves(name, "2.0"); })) << name;
  }
}

TEST_F(Rollout, GoesOnWithoutGroupctlAndCanBePausedAndAborted) {
  begin(3);
  ASSERT_EQ(roll({"--batch", "1", "--batch-pause", "1s", "--no-wait"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return ended("done") >= 1; }));
  EXPECT_EQ(group.ctl({"rollout", "pause", sequence()}).exit_code, 0);
  EXPECT_EQ(phase(), "paused");
  EXPECT_EQ(group.ctl({"rollout", "abort", sequence()}).exit_code, 0);
  const Answer waited = group.ctl({"wait", sequence()});
  EXPECT_EQ(waited.exit_code, 6) << waited.out;
  EXPECT_EQ(group.ctl({"rollout", "resume", sequence()}).exit_code, 7);
  EXPECT_EQ(group.ctl({"rollout", "status", "9999"}).exit_code, 3);
}

TEST_F(Rollout, GoesOnWhenTheCoordinatorIsKilledAtAnyPoint) {
  begin(4);
  const int kills = std::getenv("GROUPCTL_LONG") != nullptr ? 100 : 10;
  const auto drawn = std::random_device()();
  SCOPED_TRACE("drawn from " + std::to_string(drawn));
  std::mt19937 random(drawn);
  std::string from = "1.0";
  int killed = 0;
  while (killed < kills) {
    const std::string to = from == "1.0" ? "2.0" : "1.0";
    ASSERT_EQ(group
                  .ctl({"deploy", "site@" + to, "--archive", to == "1.0" ? one : two, "--batch",
                        "1", "--max-failures", "4", "--no-wait"})
                  .exit_code,
              0);
    for (int in_this = 0; in_this < 5 && killed < kills; ++in_this, ++killed) {
      const std::uint64_t until = now_ms() + random() % 150;
      eventually([&] { return now_ms() >= until; });
      group.coordinator().kill_nine();
      ASSERT_TRUE(group.start_coordinator());
    }
    ASSERT_TRUE(eventually([&] { return phase() == "finished"; }, 60000)) << last_rollout().dump();
    const auto row = last_rollout();
    EXPECT_EQ(row.at("targets"), 4);
    EXPECT_EQ(row.at("released"), 4);
    for (const std::string& name : names) {
      EXPECT_TRUE(eventually([&] { return group.serves(name, to); })) << name;
    }
    from = to;
  }
}

}  // namespace
}  // namespace groupctl::process_test
