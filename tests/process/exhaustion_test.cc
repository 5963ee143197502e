// A coordinator that has few descriptors or little memory, or whose authenticator stands still; and
// members that do.
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "tests/process/harness_flood.h"
#include "tests/process/harness_group.h"
#include "tests/process/harness_load.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

std::string own_door(const Group& group) {
  return "ipc://" + (group.state_dir() / "groups" / group.name() / "admin.sock").string();
}

/// Milliseconds of a processor that it has used.
std::uint64_t used_ms(const Process& process) {
  std::ifstream file("/proc/" + std::to_string(process.pid()) + "/stat");
  std::string word;
  std::getline(file, word, ')');
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  for (int field = 3; field < 14; ++field) file >> word;
  file >> user >> system;
  return (user + system) * 1000 / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
}

// ---- F51

class FewDescriptors : public testing::TestWithParam<int> {};

TEST_P(FewDescriptors, F51_NewConnectionsAreShedAndTheGroupIsServed) {
  constexpr std::size_t kPeers = 300;
  constexpr std::uint64_t kQuietMs = 3000;
  const std::string limit = std::to_string(GetParam());
  Group group;
  ASSERT_TRUE(
      group.start_coordinator({.flags = {"--heartbeat", "1s"},
                               .before = {"/usr/bin/prlimit", "--nofile=" + limit + ":" + limit}}));
  EXPECT_TRUE(eventually(
      [&] { return group.logged("more members may join than there are descriptors for") != 0; }));
  group.start_members({"m1"});
  std::vector<std::unique_ptr<Flood>> floods;
  for (const char* plane : {"member", "command", "admin"}) {
    floods.push_back(std::make_unique<Flood>(
        address_of(group.endpoint(plane)),
        FloodOptions{Hostility::kIdle, kPeers, "CURVE", true, "127.0.2.1", 15}));
  }
  for (const auto& flood : floods) {
    EXPECT_TRUE(eventually([&] { return flood->closed() > kPeers; }, 60'000));
  }
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(group.ctl_at(own_door(group), {"set", "k=" + std::to_string(i)}).exit_code, 0);
  }
  EXPECT_EQ(group.ctl_at(own_door(group), {"status"}).exit_code, 0);
  EXPECT_NE(group.logged("connections were ended", "too many in all"), 0U);
  floods.clear();
  group.expect_converged({"m1"});
  EXPECT_EQ(group.logged("joined member=m1"), 1U) << "it has not lost its place";
  // Idle ones that do not come again leave it at rest.
  const Flood idle(address_of(group.endpoint("member")),
                   {Hostility::kIdle, kPeers, "CURVE", false, "127.0.2.1", 15});
  EXPECT_TRUE(eventually([&] { return idle.closed() == kPeers; }));
  const std::uint64_t used = used_ms(group.coordinator());
  const std::uint64_t until = now_ms() + kQuietMs;
  EXPECT_TRUE(eventually([&] { return now_ms() >= until; }));
  EXPECT_LT(used_ms(group.coordinator()) - used, kQuietMs / 4) << "of " << kQuietMs << " ms";
  EXPECT_TRUE(group.coordinator().running());
}

INSTANTIATE_TEST_SUITE_P(Descriptors, FewDescriptors, testing::Values(64, 256));

TEST(LittleMemory, F51_AFloodOfUnfinishedFramesStaysWithinIt) {
  Group group;
  ASSERT_TRUE(group.start_coordinator({.flags = {"--heartbeat", "1s", "--map-mib", "64"},
                                       .before = {"/usr/bin/prlimit", "--as=2147483648"}}));
  group.start_members({"m1"});
  const Flood flood(address_of(group.endpoint("member")),
                    {Hostility::kHalfFrame, 3000, "CURVE", true, "127.0.2.1", 15});
  EXPECT_TRUE(eventually([&] { return flood.closed() > 3000; }, 60'000));
  EXPECT_EQ(group.ctl({"set", "k=1"}).exit_code, 0);
  group.expect_converged({"m1"});
  EXPECT_TRUE(group.coordinator().running());
}

// ---- F50

/// The thread of this name; 0: there is none.
pid_t thread_of(const Process& process, const std::string& name) {
  for (const auto& task :
       fs::directory_iterator("/proc/" + std::to_string(process.pid()) + "/task")) {
    if (read_file(task.path() / "comm") == name + "\n") {
      return static_cast<pid_t>(std::stol(task.path().filename().string()));
    }
  }
  return 0;
}

/// Holds one thread of a process still, until the process has ended; the others run.
class HeldThread {
 public:
  explicit HeldThread(pid_t thread) : holder_(::fork()) {
    if (holder_ != 0) return;
    if (::ptrace(PTRACE_SEIZE, thread, nullptr, nullptr) != 0) ::_exit(1);
    ::ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr);
    while (::waitpid(-1, nullptr, __WALL) > 0) continue;
    ::_exit(0);
  }
  ~HeldThread() {
    ::kill(holder_, SIGKILL);
    ::waitpid(holder_, nullptr, 0);
  }
  HeldThread(const HeldThread&) = delete;
  HeldThread& operator=(const HeldThread&) = delete;

 private:
  const pid_t holder_;
};

TEST(Authenticator, F50_AProcessWhoseAuthenticatorStandsStillEndsAndCanBeStartedAgain) {
  if (!can_trace()) GTEST_SKIP() << "one thread cannot be held still: no ptrace here";
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  const pid_t thread = thread_of(group.coordinator(), "authenticator");
  ASSERT_NE(thread, 0);
  {
    const HeldThread held(thread);
    const auto ended = group.coordinator().wait(20'000);
    ASSERT_TRUE(ended) << "it serves on without";
    EXPECT_EQ(ended->signal, SIGABRT);
  }
  EXPECT_NE(group.logged("the authenticator answers"), 0U);
  ASSERT_TRUE(group.start_coordinator());
  EXPECT_EQ(group.ctl({"set", "k=1"}).exit_code, 0);
  group.expect_converged({"m1"});
}

// ---- F38

TEST(StoppedMember, F38_LeavesTheWindowIsMarkedLostAndCatchesUpWhileTheOthersGoOn) {
  constexpr std::uint64_t kMostGrowth = std::uint64_t{32} << 20;
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1", "m2", "m3", "m4"});
  const std::uint64_t before = group.coordinator().private_memory();
  Load load(group, 2);
  ASSERT_TRUE(load.goes_on(50));
  group.member("m4").process().send(SIGSTOP);
  const auto row_of = [&](const std::string& name) -> std::optional<MemberInfo> {
    const auto members = group.admin().members();
    if (!members) return std::nullopt;
    for (const MemberInfo& row : members->rows) {
      if (row.name == name) return row;
    }
    return std::nullopt;
  };
  EXPECT_TRUE(eventually([&] {
    const auto row = row_of("m4");
    return row && row->state == MemberState::kLost;
  }));
  const auto stopped = row_of("m4");
  ASSERT_TRUE(stopped);
  EXPECT_TRUE(load.goes_on(300)) << "who stands still holds nobody up";
  const auto others = row_of("m1");
  ASSERT_TRUE(others);
  EXPECT_GT(others->marks.received.value, stopped->marks.received.value + 200)
      << "the others acknowledge on";
  load.stop();
  group.expect_converged({"m1", "m2", "m3"});
  EXPECT_LT(group.coordinator().private_memory(), before + kMostGrowth);
  group.member("m4").process().send(SIGCONT);
  group.expect_converged({"m1", "m2", "m3", "m4"});
  load.expect_nothing_lost(group);
}

}  // namespace
}  // namespace groupctl::process_test
