// Rollouts on real members: how far they go, and that they account for every target.
#include "tests/process/rollout_fixture.h"

namespace groupctl::process_test {
namespace {

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

TEST_F(Rollout, SharesOfTheTargetsAreItsWindowAndItsBudget) {
  begin(4);
  const std::vector<std::string> order = by_id();
  const std::vector<std::string> shares = {"--batch", "50%", "--max-failures", "25%", "-o", "json"};
  break_it(order[0]);
  const Answer within = roll(shares);
  EXPECT_EQ(within.exit_code, 1) << within.out << within.err;
  EXPECT_EQ(within.json().at("summary"), nlohmann::json({{"done", 3}, {"failed", 1}}));
  EXPECT_EQ(rows_of(within.json()).at(order[0]), "failed");
  EXPECT_TRUE(eventually([&] { return phase() == "finished"; })) << last_rollout().dump();
  EXPECT_EQ(last_rollout().at("batch"), "50%");
  EXPECT_EQ(last_rollout().at("maxFailures"), "25%");

  mend(order[0]);
  ASSERT_EQ(group.ctl(rolling("1.0", {})).exit_code, 0);
  break_it(order[0]);
  break_it(order[1]);
  const Answer beyond = roll(shares);
  EXPECT_EQ(beyond.exit_code, 6) << beyond.out << beyond.err;
  const auto stopped = last_rollout();
  EXPECT_EQ(stopped.at("phase"), "stopped");
  EXPECT_EQ(stopped.at("why"), "2 failed, held or lost, more than max-failures 25%");
  auto rows = rows_of(beyond.json());
  EXPECT_EQ(rows.at(order[0]), "failed");
  EXPECT_EQ(rows.at(order[1]), "failed");
  // A window of two: the third came when the first had failed, if that was before the second.
  EXPECT_EQ(rows.at(order[3]), "not_attempted");
  EXPECT_LE(stopped.at("released"), 3);
  EXPECT_TRUE(group.serves(order[3], "1.0"));
}

}  // namespace
}  // namespace groupctl::process_test
