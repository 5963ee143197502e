// F1 at named points: the coordinator kills itself there while commands, joins, a replay, a
// snapshot and reports of failures are under way; started again, it has lost nothing.
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/process/harness_load.h"

namespace groupctl::process_test {
namespace {

struct Point {
  const char* name;
  int pass;
};

std::string name_of_point(const testing::TestParamInfo<Point>& tested) {
  std::string name = tested.param.name;
  for (char& c : name) c = c == '.' ? '_' : c;
  return name + "_" + std::to_string(tested.param.pass);
}

class Failpoints : public testing::TestWithParam<Point> {};

TEST_P(Failpoints, F1_NothingAcknowledgedIsLost) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1", "away"});
  group.member("away").process().kill_nine();
  ASSERT_EQ(group.ctl({"set", "missed=1", "--no-wait"}).exit_code, 0);
  group.coordinator().kill_nine();

  CoordinatorOptions failing;
  failing.program = failpoint_coordinator_program();
  failing.env = {{"GROUPCTL_FAILPOINT", GetParam().name},
                 {"GROUPCTL_FAILPOINT_PASS", std::to_string(GetParam().pass)}};
  group.start_coordinator(failing);
  Load load(group, 3);
  group.start_member("away");    // replays what it has missed
  group.start_member("joiner");  // takes a snapshot
  // An outcome other than done is a report that the coordinator records.
  const Process failing_deploy =
      Process::start({groupctl_program(), "-E", group.endpoint("admin"), "deploy", "ghost@1",
                      "--digest", std::string(64, 'a')},
                     {});
  const Process reader = Process::start(
      {groupctl_program(), "-E", group.endpoint("admin"), "log", "list", "--from", "1"}, {});
  ASSERT_EQ(group.coordinator().wait(20000), (Ended{-1, SIGKILL})) << "the point is never passed";

  ASSERT_TRUE(group.start_coordinator());
  EXPECT_TRUE(load.goes_on(20));
  load.stop();
  group.expect_converged({"m1", "away", "joiner"});
  load.expect_nothing_lost(group);
}

INSTANTIATE_TEST_SUITE_P(
    Points, Failpoints,
    testing::Values(Point{"commit.entries.before", 1}, Point{"commit.entries.after", 1},
                    Point{"commit.entries.before", 7}, Point{"commit.entries.after", 7},
                    Point{"commit.rows.before", 1}, Point{"commit.rows.after", 1},
                    Point{"send.accepted.before", 5}, Point{"send.accepted.after", 5},
                    Point{"publish.entries.before", 4}, Point{"publish.entries.after", 4},
                    Point{"publish.heartbeat.before", 3}, Point{"publish.heartbeat.after", 3},
                    Point{"send.welcome.before", 2}, Point{"send.welcome.after", 3},
                    Point{"send.recorded.before", 1}, Point{"send.recorded.after", 1},
                    Point{"send.replay.before", 1}, Point{"send.replay.after", 1},
                    Point{"send.snapshot.before", 1}, Point{"send.snapshot.after", 1},
                    Point{"read.frames.before", 1}, Point{"read.frames.after", 1},
                    Point{"read.state.before", 1}, Point{"read.state.after", 1}),
    name_of_point);

/// The same inside of the store, at the system calls with which it writes.
class StoreCalls : public testing::TestWithParam<Point> {};

TEST_P(StoreCalls, F1_NothingAcknowledgedIsLost) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1", "m2"});
  group.coordinator().kill_nine();
  CoordinatorOptions traced;
  traced.before = {"/usr/bin/strace",
                   "-D",
                   "-f",
                   "-o",
                   "/dev/null",
                   "-e",
                   std::string("inject=") + GetParam().name +
                       ":signal=KILL:when=" + std::to_string(GetParam().pass)};
  if (!can_trace()) GTEST_SKIP() << "strace cannot trace here";
  group.start_coordinator(traced);
  Load load(group, 3);
  ASSERT_EQ(group.coordinator().wait(20000), (Ended{-1, SIGKILL})) << "the call is never made";
  ASSERT_TRUE(group.start_coordinator());
  EXPECT_TRUE(load.goes_on(20));
  load.stop();
  group.expect_converged({"m1", "m2"});
  load.expect_nothing_lost(group);
}

INSTANTIATE_TEST_SUITE_P(Calls, StoreCalls,
                         testing::Values(Point{"pwrite64", 9}, Point{"pwrite64", 20},
                                         Point{"pwrite64", 31}, Point{"fdatasync", 8},
                                         Point{"fdatasync", 15}),
                         name_of_point);

}  // namespace
}  // namespace groupctl::process_test
