// F43: what leaves its process group, and what multiplies.
#include <signal.h>
#include <unistd.h>

#include "keeper/proc.h"
#include "tests/process/keeper/keeper_fixture.h"

namespace groupctl::keeper {
namespace {

using process_test::eventually;

class KeeperTree : public KeeperTest {};

TEST_F(KeeperTree, F43_NothingIsLeftOfWhatDoubleForksAndLeavesItsSession) {
  const Ended ended = once(subject({"leave"}));
  EXPECT_EQ(ended.kind, EndKind::kExited) << ended.text;
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(left(), 0U);
}

TEST_F(KeeperTree, F43_AForkBombIsKilledWhenItsTimeIsOver) {
  const Ended ended = once(subject({"bomb", "400"}), 300);
  EXPECT_EQ(ended.kind, EndKind::kTimedOut) << ended.text;
  EXPECT_EQ(left(), 0U);
}

TEST_F(KeeperTree, F43_AForkBombIsKilledWhenItIsTooLarge) {
  ProgramSpec spec = subject({"bomb", "400"});
  spec.limits.tasks = 50;
  spec.grace_ms = 3'600'000;
  const Ended ended = once(spec, 0);
  EXPECT_EQ(ended.kind, EndKind::kTooManyTasks);
  EXPECT_EQ(ended.text, "more than 50 tasks");
  EXPECT_EQ(left(), 0U);
}

TEST_F(KeeperTree, F43_ThreadsAreTasksToo) {
  ProgramSpec spec = subject({"threads", "30"});
  spec.limits.tasks = 20;
  EXPECT_EQ(once(spec).kind, EndKind::kTooManyTasks);
}

TEST_F(KeeperTree, F43_WhatStaysBelowItsBoundRuns) {
  ProgramSpec spec = subject({"threads", "10"});
  spec.limits.tasks = 20;
  EXPECT_EQ(once(spec, 500).kind, EndKind::kTimedOut);
}

TEST_F(KeeperTree, F43_NothingIsLeftWhenTheKeeperOfOneRunIsKilled) {
  const auto on_line = [](std::string_view) {
    // The keeper is the only child of this process.
    for (const pid_t pid : all_processes()) {
      const auto stat = proc_stat(pid);
      if (stat && stat->parent == ::getpid()) ::kill(pid, SIGKILL);
    }
  };
  const auto ended =
      run_once(GROUPCTL_KEEPER, subject({"leave-and-stay"}), {}, kLongMs, on_line, {});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kInternal);
  EXPECT_EQ(left(), 0U);
}

TEST_F(KeeperTree, F43_AWorkloadThatMultipliesIsKilledAndStartedAgain) {
  KeptSpec spec = kept(subject({"bomb", "400"}));
  spec.program.limits.tasks = 50;
  spec.restart.most_in_row = 1;
  Kept workload = this->workload();
  ASSERT_TRUE(workload.start(spec, kLongMs));
  ASSERT_TRUE(reaches(workload, Phase::kFailed));
  EXPECT_EQ(workload.state()->last_end, "more than 50 tasks");
  EXPECT_EQ(workload.state()->restarts, 1U);
  EXPECT_EQ(left(), 0U);
}

TEST_F(KeeperTree, F43_WhatAWorkloadLeavesIsKilledBeforeItIsStartedAgain) {
  Kept workload = this->workload();
  KeptSpec spec = kept(subject({"leave"}));
  spec.restart.when = Restart::kAlways;
  ASSERT_TRUE(workload.start(spec, kLongMs));
  ASSERT_TRUE(eventually([&] { return workload.state()->restarts >= 5; }));
  EXPECT_LE(left(), 5U);
}

}  // namespace
}  // namespace groupctl::keeper
