// Members that lag, and a log that is cut off below them while they catch up.
#include <gtest/gtest.h>

#include <csignal>

#include "daemon/random.h"
#include "tests/process/harness_link.h"
#include "tests/process/harness_load.h"

namespace groupctl::process_test {
namespace {

TEST(Retention, G29_AStoppedMemberIsToldToResynchronise) {
  Group group;
  ASSERT_TRUE(
      group.start_coordinator({.flags = {"--heartbeat", "1s", "--sluggish-time", "500ms"}}));
  group.start_members({"m1", "m2"});
  group.member("m1").process().send(SIGSTOP);
  ASSERT_EQ(group.ctl({"set", "a=1", "--no-wait"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return group.logged("sluggish") > 0; }));
  const auto members = group.ctl({"member", "list", "-o", "json"}).json().at("members");
  EXPECT_NE(members.at(0).at("note").get<std::string>().find("told to resynchronise"),
            std::string::npos)
      << members.dump();
  group.member("m1").process().send(SIGCONT);
  group.expect_converged({"m1", "m2"});
  EXPECT_EQ(group.member("m1").status()->at("properties").at("a"), "1");
}

/// Properties that no compression makes small: an image of many chunks.
void fill_state(Group& group) {
  for (int i = 0; i < 200; ++i) {
    std::string pair = "big" + std::to_string(i) + "=";
    while (pair.size() < 4000) pair += std::to_string(random_number());
    ASSERT_EQ(group.ctl({"set", pair, "--no-wait", "--allow-empty"}).exit_code, 0);
  }
}

std::uint64_t floor_of(const Group& group) {
  return group.ctl({"status", "-o", "json"}).json().at("log").at("floor");
}

TEST(Retention, G12_ASnapshotThatIsCutOffGoesOnWhileOthersJoinAndCommandsFlow) {
  Group group;
  ASSERT_TRUE(group.start_coordinator({.flags = {"--keep-entries", "20", "--keep-age", "0s"}}));
  fill_state(group);
  Load load(group, 2);
  Link link(group.endpoint("member"));
  link.from_server.messages_left = 6;
  group.start_member("late", {"--coordinator", link.endpoint()});
  std::vector<std::string> names = {"late"};
  for (int i = 1; i <= 20; ++i) {
    names.push_back("m" + std::to_string(i));
    group.start_member(names.back());
  }
  EXPECT_TRUE(eventually([&] { return link.from_server.lost > 0; }));
  EXPECT_TRUE(load.goes_on(20));
  link.heal();
  EXPECT_TRUE(eventually([&] {
    return read_file(group.member("late").log_file()).find("the snapshot goes on") !=
           std::string::npos;
  }));
  EXPECT_TRUE(load.goes_on(50));
  load.stop();
  group.expect_converged(names);
  EXPECT_TRUE(eventually([&] { return floor_of(group) > 200; }));
}

TEST(Retention, G12_WhatIsInTheLogAtTheStartMayGoToo) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(group.ctl({"set", "n=" + std::to_string(i)}).exit_code, 0);
  }
  EXPECT_EQ(floor_of(group), 1U);
  group.coordinator().send(SIGTERM);
  EXPECT_EQ(group.coordinator().wait(20000), (Ended{0, 0}));
  ASSERT_TRUE(group.start_coordinator({.flags = {"--keep-entries", "5", "--keep-age", "0s"}}));
  EXPECT_TRUE(eventually([&] { return floor_of(group) == 17; }));
  group.expect_converged({"m1"});
}

}  // namespace
}  // namespace groupctl::process_test
