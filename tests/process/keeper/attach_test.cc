// A workload is found again, whatever became of its starter and of its keeper.
#include <signal.h>

#include "keeper/proc.h"
#include "keeper/run_dir.h"
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

/// A workload of which one process has overwritten its environment, as nginx does.
class KeeperBare : public KeeperAttach {
 protected:
  ProgramSpec bare() const {
    return script("bare", "#!/bin/sh\nenv -i " GROUPCTL_KEEPER_SUBJECT " hang &\necho $!\nwait\n");
  }
  /// Of the one with the empty environment, when it can hear no TERM any more.
  static pid_t bare_pid(const Kept& kept) {
    EXPECT_TRUE(eventually([&] { return count_in(*kept.output(), "\n") == 2; }));
    return std::stoi(*kept.output());
  }
  static bool is_alive(pid_t pid) {
    const auto stat = proc_stat(pid);
    return stat && !stat->ended;
  }
};

TEST_F(KeeperBare, WithoutItsKeeperItIsFoundByItsSession) {
  Kept workload = this->workload();
  for (const bool by_start : {false, true}) {
    ASSERT_TRUE(workload.start(kept(bare()), kLongMs));
    const pid_t pid = bare_pid(workload);
    ASSERT_EQ(process_test::read_file("/proc/" + std::to_string(pid) + "/environ"), "");
    kill_keeper(workload);
    ASSERT_TRUE(reaches(workload, Phase::kGone));
    ASSERT_TRUE(nothing_left()) << "but what has no mark";
    ASSERT_TRUE(is_alive(pid));
    if (by_start) {
      EXPECT_TRUE(workload.start(kept(subject({"polite"})), kLongMs));
    } else {
      EXPECT_TRUE(workload.stop(kLongMs));
    }
    EXPECT_FALSE(is_alive(pid));
  }
}

TEST_F(KeeperBare, ItIsFoundAlsoWhenTheKeeperWasKilledWhileItStopped) {
  Kept workload = this->workload();
  ProgramSpec patient = bare();
  patient.grace_ms = kLongMs;
  ASSERT_TRUE(workload.start(kept(patient), kLongMs));
  const pid_t pid = bare_pid(workload);
  ::kill(static_cast<pid_t>(state_of(workload).keeper_pid), SIGTERM);
  ASSERT_TRUE(eventually([&] {
    const KeptState state = state_of(workload);
    return state.phase == Phase::kStopping && state.pid == 0;
  }));
  kill_keeper(workload);
  ASSERT_TRUE(reaches(workload, Phase::kGone));
  ASSERT_TRUE(is_alive(pid));
  EXPECT_TRUE(workload.stop(kLongMs));
  EXPECT_FALSE(is_alive(pid));
}

TEST_F(KeeperBare, ItsSessionIsOnRecordBeforeItRuns) {
  Kept workload = this->workload();
  const std::string state = path("run") + "/state.json";
  const ProgramSpec reader = script("reader", "#!/bin/sh\ngrep -q \"\\\"session\\\":$$,\" " +
                                                  state + " && echo known || echo not\n");
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(workload.start(kept(reader), kLongMs));
    EXPECT_TRUE(eventually([&] { return !workload.output()->empty(); }));
    EXPECT_EQ(workload.output(), "known\n");
    ASSERT_TRUE(workload.stop(kLongMs));
  }
}

/// A state that names a stranger as keeper and as what was kept, as after a restart of the machine.
class KeeperStranger : public KeeperAttach {
 protected:
  KeeperStranger()
      : stranger_(process_test::Process::start({"/usr/bin/setsid", "/bin/sleep", "50"}, {})) {
    std::filesystem::create_directory(path("run"));
  }
  KeptState naming(const std::string& boot) const {
    const auto pid = static_cast<std::uint64_t>(stranger_.pid());
    const std::uint64_t start = proc_stat(stranger_.pid()).value_or(ProcStat{}).start_time;
    KeptState state;
    state.phase = Phase::kRunning;
    state.boot = boot;
    state.keeper_pid = state.pid = state.session = pid;
    state.keeper_start = state.session_start = start;
    state.run_id = "none";
    return state;
  }
  bool stranger_lives() const {
    const auto stat = proc_stat(stranger_.pid());
    return stat && !stat->ended;
  }
  process_test::Process stranger_;
};

TEST_F(KeeperStranger, OfAnotherStartOfTheMachineIsLeftAlone) {
  ASSERT_TRUE(eventually([this] {
    const auto stat = proc_stat(stranger_.pid());
    return stat && stat->session == stranger_.pid();
  }));
  Kept workload = this->workload();
  ASSERT_TRUE(write_state(path("run"), naming("another")));
  EXPECT_EQ(state_of(workload).phase, Phase::kGone);
  EXPECT_EQ(workload.refresh().error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(workload.stop(kLongMs));
  EXPECT_EQ(state_of(workload).last_end, "the machine was restarted");
  EXPECT_TRUE(stranger_lives());
  // With the name of this one it would have been the keeper.
  ASSERT_TRUE(write_state(path("run"), naming(boot_name())));
  EXPECT_EQ(state_of(workload).phase, Phase::kRunning);
  EXPECT_TRUE(workload.stop(kLongMs));
  EXPECT_FALSE(stranger_lives());
}

TEST_F(KeeperStranger, WithTheNumberOfASessionThatHasEndedIsLeftAlone) {
  Kept workload = this->workload();
  KeptState state = naming(boot_name());
  state.keeper_start -= 1;
  state.session_start -= 1;
  ASSERT_TRUE(write_state(path("run"), state));
  EXPECT_TRUE(workload.stop(kLongMs));
  EXPECT_EQ(state_of(workload).phase, Phase::kStopped);
  EXPECT_TRUE(stranger_lives());
}

class KeeperDamage : public KeeperAttach {
 protected:
  void damage(const std::string& name, const std::string& text = "") const {
    process_test::write_file(path("run") + "/" + name, text);
  }
};

TEST_F(KeeperDamage, AStateThatIsNoneIsAnErrorUntilItIsStopped) {
  Kept workload = this->workload();
  std::filesystem::create_directory(path("run"));
  for (const std::string text : {"", "{}"}) {
    damage("state.json", text);
    damage("spec.json", text);
    EXPECT_EQ(workload.state().error().code, ErrorCode::kCorrupt);
    EXPECT_TRUE(workload.stop(kLongMs));
    EXPECT_EQ(state_of(workload).phase, Phase::kStopped);
    EXPECT_EQ(state_of(workload).last_end, "its state was damaged");
  }
  damage("state.json");
  EXPECT_TRUE(workload.start(kept(subject({"polite"})), kLongMs));
}

TEST_F(KeeperDamage, WhatIsLeftBehindADamagedStateIsKilled) {
  Kept workload = this->workload();
  ASSERT_TRUE(workload.start(kept(subject({"leave-and-stay"})), kLongMs));
  ASSERT_TRUE(eventually([&] { return count_in(*workload.output(), "hanging\n") == 2; }));
  kill_keeper(workload);
  ASSERT_TRUE(reaches(workload, Phase::kGone));
  ASSERT_TRUE(eventually([this] { return left() == 2; }));
  damage("state.json");
  EXPECT_TRUE(workload.stop(kLongMs));
  EXPECT_EQ(left(), 0U);
}

TEST_F(KeeperDamage, AKeeperThatLivesIsNotTakenForGone) {
  Kept workload = this->workload();
  ASSERT_TRUE(workload.start(kept(subject({"polite"})), kLongMs));
  const std::string state = process_test::read_file(path("run") + "/state.json");
  damage("state.json");
  EXPECT_EQ(workload.stop(kLongMs).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(left(), 1U);
  damage("state.json", state);
  EXPECT_TRUE(workload.stop(kLongMs));
}

}  // namespace
}  // namespace groupctl::keeper
