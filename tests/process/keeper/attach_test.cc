// A workload is found again, whatever became of its starter and of its keeper.
#include <signal.h>

#include "tests/process/keeper/keeper_fixture.h"

namespace groupctl::keeper {
namespace {

using process_test::count_in;
using process_test::eventually;

class KeeperAttach : public KeeperTest {
 protected:
  static KeptState state_of(const Kept& kept) { return kept.state().value_or(KeptState{}); }
  static void kill_keeper(const Kept& kept) {
    ::kill(static_cast<pid_t>(state_of(kept).keeper_pid), SIGKILL);
  }
};

TEST_F(KeeperAttach, AWorkloadOutlivesItsStarter) {
  auto process = starter("keep", {"leave-and-stay"});
  Kept workload = this->workload();
  ASSERT_TRUE(reaches(workload, Phase::kRunning));
  ASSERT_TRUE(eventually([this] { return left() >= 3; }));
  process.kill_nine();
  EXPECT_EQ(state_of(workload).phase, Phase::kRunning);
  EXPECT_EQ(workload.spec()->program.path, GROUPCTL_KEEPER_SUBJECT);
  EXPECT_TRUE(workload.stop(kLongMs));
  EXPECT_EQ(left(), 0U);
}

TEST_F(KeeperAttach, AFolderHasOneKeeper) {
  Kept workload = this->workload();
  ASSERT_TRUE(workload.start(kept(subject({"polite"})), kLongMs));
  const KeptSpec before = workload.spec().value_or(KeptSpec{});
  Kept other = this->workload();
  EXPECT_EQ(other.start(kept(subject({"hang"})), kLongMs).error().code, ErrorCode::kInUse);
  EXPECT_EQ(workload.spec(), before);
  EXPECT_EQ(state_of(other), state_of(workload));
}

TEST_F(KeeperAttach, StoppedAndStartedAgain) {
  Kept workload = this->workload();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(workload.start(kept(subject({"polite"})), kLongMs));
    EXPECT_EQ(state_of(workload).phase, Phase::kRunning);
    ASSERT_TRUE(eventually([&] { return workload.output() == "ready\n"; }));
    ASSERT_TRUE(workload.stop(kLongMs));
    EXPECT_EQ(state_of(workload).phase, Phase::kStopped);
    EXPECT_EQ(workload.output(), "ready\nbye\n");
  }
  EXPECT_TRUE(workload.stop(kLongMs)) << "nothing is left to do";
}

TEST_F(KeeperAttach, ARefreshReachesTheMainProcess) {
  Kept workload = this->workload();
  EXPECT_EQ(workload.refresh().error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(workload.start(kept(subject({"polite"})), kLongMs));
  ASSERT_TRUE(eventually([&] { return workload.output() == "ready\n"; }));
  ASSERT_TRUE(workload.refresh());
  EXPECT_TRUE(eventually([&] { return workload.output() == "ready\nrefreshed\n"; }));
  EXPECT_EQ(state_of(workload).restarts, 0U);
}

TEST_F(KeeperAttach, AStartThatFailsSaysWhyAndLeavesNothing) {
  Kept workload = this->workload();
  EXPECT_EQ(workload.state().error().code, ErrorCode::kNotFound);
  for (int i = 0; i < 5; ++i) {
    const Status started = workload.start(kept(program(path("nothing"))), kLongMs);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error(), (Error{ErrorCode::kNotFound, path("nothing") + ": not found"}));
    EXPECT_EQ(state_of(workload).phase, Phase::kStopped);
  }
  EXPECT_TRUE(workload.start(kept(subject({"polite"})), kLongMs));
}

TEST_F(KeeperAttach, WhatAKilledKeeperLeavesIsFoundAndKilled) {
  Kept workload = this->workload();
  ASSERT_TRUE(workload.start(kept(subject({"leave-and-stay"})), kLongMs));
  // Both that hang have said so: without a keeper to hear it that would be their end.
  ASSERT_TRUE(eventually([&] { return count_in(*workload.output(), "hanging\n") == 2; }));
  ASSERT_TRUE(eventually([this] { return left() == 3; }));
  kill_keeper(workload);
  EXPECT_TRUE(reaches(workload, Phase::kGone));
  EXPECT_TRUE(eventually([this] { return left() == 2; }))
      << left() << ": its main process goes with it";
  EXPECT_TRUE(workload.stop(kLongMs));
  EXPECT_EQ(left(), 0U);
  EXPECT_EQ(state_of(workload).phase, Phase::kStopped);
  EXPECT_EQ(state_of(workload).last_end, "its keeper was killed");
}

TEST_F(KeeperAttach, AfterAKilledKeeperItCanBeStartedAgain) {
  Kept workload = this->workload();
  ASSERT_TRUE(workload.start(kept(subject({"leave-and-stay"})), kLongMs));
  ASSERT_TRUE(eventually([this] { return left() >= 3; }));
  kill_keeper(workload);
  ASSERT_TRUE(reaches(workload, Phase::kGone));
  ASSERT_TRUE(workload.start(kept(subject({"polite"})), kLongMs));
  EXPECT_TRUE(eventually([this] { return left() == 1; }));
}

TEST_F(KeeperAttach, AnotherProcessWithItsPidIsNotItsKeeper) {
  Kept workload = this->workload();
  ASSERT_TRUE(workload.start(kept(subject({"polite"})), kLongMs));
  const std::string state = process_test::read_file(path("run") + "/state.json");
  const KeptState before = state_of(workload);
  std::string other = state;
  const std::string start = std::to_string(before.keeper_start);
  other.replace(other.find(start), start.size(), std::to_string(before.keeper_start + 1));
  process_test::write_file(path("run") + "/state.json", other);
  EXPECT_EQ(state_of(workload).phase, Phase::kGone);
  EXPECT_EQ(workload.refresh().error().code, ErrorCode::kNotFound);
  process_test::write_file(path("run") + "/state.json", state);
  EXPECT_EQ(state_of(workload), before);
}

TEST_F(KeeperAttach, AStateThatIsNoneIsAnError) {
  process_test::write_file(path("run") + "/state.json", "{}");
  Kept workload = this->workload();
  EXPECT_EQ(workload.state().error().code, ErrorCode::kCorrupt);
  process_test::write_file(path("run") + "/state.json", "");
  EXPECT_EQ(workload.stop(kLongMs).error().code, ErrorCode::kCorrupt);
  std::filesystem::remove(path("run") + "/state.json");
}

}  // namespace
}  // namespace groupctl::keeper
