// F46: a workload that does not stay up.
#include "tests/process/keeper/keeper_fixture.h"

namespace groupctl::keeper {
namespace {

using process_test::eventually;

class KeeperCrashLoop : public KeeperTest {};

TEST_F(KeeperCrashLoop, F46_IsStartedAgainLaterAndLater) {
  KeptSpec spec = kept(script("crash", "#!/bin/sh\necho once\nexit 1\n"));
  spec.restart.delay_ms = 50;
  spec.restart.most_delay_ms = 3'600'000;
  Kept workload = this->workload();
  const std::uint64_t start = process_test::now_ms();
  ASSERT_TRUE(workload.start(spec, kLongMs));
  ASSERT_TRUE(eventually([&] { return workload.state()->restarts >= 4; }));
  EXPECT_GE(process_test::now_ms() - start, 50U + 100 + 200 + 400);
  ASSERT_TRUE(reaches(workload, Phase::kBackingOff));
  const KeptState state = workload.state().value_or(KeptState{});
  EXPECT_EQ(state.last_end, "exit code 1");
  EXPECT_EQ(state.pid, 0U);
  EXPECT_GT(state.next_try_ms, state.since_ms);
  EXPECT_GE(process_test::count_in(workload.output().value_or(""), "once\n"), 4U);
}

TEST_F(KeeperCrashLoop, F46_IsGivenUp) {
  KeptSpec spec = kept(subject({"raise", "11"}));
  spec.restart.most_in_row = 3;
  Kept workload = this->workload();
  ASSERT_TRUE(workload.start(spec, kLongMs));
  ASSERT_TRUE(reaches(workload, Phase::kFailed));
  EXPECT_EQ(workload.state()->restarts, 3U);
  EXPECT_EQ(workload.state()->last_end, "killed by SIGSEGV");
  EXPECT_TRUE(workload.stop(kLongMs));
  EXPECT_EQ(workload.state()->phase, Phase::kStopped);
}

TEST_F(KeeperCrashLoop, F46_ACleanEndIsNone) {
  Kept workload = this->workload();
  ASSERT_TRUE(workload.start(kept(subject({"exit", "0"})), kLongMs));
  ASSERT_TRUE(reaches(workload, Phase::kEnded));
  EXPECT_EQ(workload.state()->restarts, 0U);
  EXPECT_EQ(workload.state()->last_end, "exit code 0");
}

TEST_F(KeeperCrashLoop, F46_AProgramThatVanishesIsTriedAgain) {
  const ProgramSpec program = script("crash", "#!/bin/sh\nexit 1\n");
  Kept workload = this->workload();
  ASSERT_TRUE(workload.start(kept(program), kLongMs));
  std::filesystem::rename(program.path, path("away"));
  ASSERT_TRUE(
      eventually([&] { return workload.state()->last_end == program.path + ": not found"; }));
  std::filesystem::rename(path("away"), program.path);
  ASSERT_TRUE(eventually([&] { return workload.state()->last_end == "exit code 1"; }));
}

}  // namespace
}  // namespace groupctl::keeper
