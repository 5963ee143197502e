// What a coordinator does when its disk or its store is full, fails or is damaged.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "log/pcg.h"
#include "tests/process/harness_disk.h"
#include "tests/process/harness_load.h"
#include "tests/random_text.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

std::uint64_t head_of(const Group& group) {
  return group.ctl({"status", "-o", "json"}).json().at("log").at("seq");
}

/// Sets large properties until one is refused; gives that answer.
Answer set_until_refused(const Group& group, std::uint64_t pairs = 7) {
  Answer answer;
  for (std::uint64_t i = 0; i < 400; ++i) {
    std::vector<std::string> words = {"set", "--no-wait", "--allow-empty", "-o", "json"};
    for (std::uint64_t pair = 0; pair < pairs; ++pair) {
      words.push_back("k" + std::to_string(i) + "." + std::to_string(pair) + "=" +
                      random_text(4000, 7 * i + pair));
    }
    answer = group.ctl(words);
    if (answer.exit_code != 0) return answer;
  }
  return answer;
}

TEST(Storage, F5_AFullDiskRefusesAndGoesOnWhenThereIsRoom) {
  Group group;
  const SmallDisk disk(group.state_dir(), "6m");
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount a tmpfs here";
  ASSERT_TRUE(group.start_coordinator());
  ASSERT_EQ(group.ctl({"set", "before=1", "--allow-empty"}).exit_code, 0);
  disk.fill();
  const Answer refused = set_until_refused(group);
  EXPECT_EQ(refused.exit_code, 7) << refused.out;
  EXPECT_EQ(refused.json().at("code"), "storage_full");
  const std::uint64_t head = head_of(group);
  EXPECT_EQ(set_until_refused(group).json().at("code"), "storage_full");
  EXPECT_EQ(head_of(group), head) << "a refused command took a sequence";
  EXPECT_EQ(group.ctl({"log", "show", "1"}).exit_code, 0);
  EXPECT_TRUE(group.coordinator().running());
  disk.free();
  const Answer after = group.ctl({"set", "after=1", "--allow-empty", "-o", "json"});
  EXPECT_EQ(after.exit_code, 0) << after.out;
  EXPECT_EQ(after.json().at("seq"), head + 1);
}

TEST(Storage, F6_AFullMapRefusesCommandsAndStillRecordsAcknowledgements) {
  Group group;
  const CoordinatorOptions small{.flags = {"--map-mib", "1", "--log-cap-mib", "1"}};
  ASSERT_TRUE(group.start_coordinator(small));
  group.start_members({"m1"});
  group.member("m1").process().kill_nine();
  const Answer refused = set_until_refused(group);
  EXPECT_EQ(refused.exit_code, 7) << refused.out;
  EXPECT_EQ(refused.json().at("code"), "log_full");
  EXPECT_EQ(set_until_refused(group, 1).json().at("code"), "log_full");
  group.start_members({"m1"});
  const std::uint64_t head = head_of(group);
  const auto executed = [&] {
    return group.ctl({"member", "list", "-o", "json"}).json().at("members").at(0).at("executed");
  };
  EXPECT_TRUE(eventually([&] { return executed() == head; }));
  EXPECT_TRUE(group.coordinator().running());
  // Watermarks are written within a moment of idleness; then it knows them by itself.
  EXPECT_TRUE(eventually([&] {
    return fs::file_time_type::clock::now() - fs::last_write_time(group.data_file()) >
           std::chrono::milliseconds(500);
  }));
  group.member("m1").process().kill_nine();
  group.coordinator().send(SIGTERM);
  EXPECT_EQ(group.coordinator().wait(20000), (Ended{0, 0}));
  ASSERT_TRUE(group.start_coordinator(small));
  EXPECT_EQ(head_of(group), head);
  EXPECT_EQ(executed(), head);
}

TEST(Storage, F7_AFileSizeLimitRefusesAndGoesOnWhenItIsRaised) {
  Group group;
  ASSERT_TRUE(group.start_coordinator({.before = {"/usr/bin/prlimit", "--fsize=1048576:"}}));
  ASSERT_EQ(group.ctl({"set", "before=1", "--allow-empty"}).exit_code, 0);
  const Answer refused = set_until_refused(group);
  EXPECT_EQ(refused.exit_code, 7) << refused.out;
  EXPECT_EQ(refused.json().at("code"), "storage_full");
  const std::uint64_t head = head_of(group);
  EXPECT_EQ(set_until_refused(group).json().at("code"), "storage_full");
  EXPECT_EQ(head_of(group), head) << "a refused command took a sequence";
  EXPECT_EQ(group.ctl({"log", "show", "1"}).exit_code, 0);
  EXPECT_TRUE(group.coordinator().running()) << "SIGXFSZ ended it";
  const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(group.coordinator().pid(), RLIMIT_FSIZE, &none, nullptr), 0);
  const Answer after = group.ctl({"set", "after=1", "--allow-empty", "-o", "json"});
  EXPECT_EQ(after.exit_code, 0) << after.out;
  EXPECT_EQ(after.json().at("seq"), head + 1);
}

/// Whether a tracer holds every thread of a process.
bool all_traced(pid_t pid) {
  for (const auto& task : fs::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    if (read_file(task.path() / "status").find("TracerPid:\t0\n") != std::string::npos)
      return false;
  }
  return true;
}

TEST(Storage, F8_AFailedSyncIsUnknownUntilTheRestart) {
  if (!can_trace()) GTEST_SKIP() << "strace cannot trace here";
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  ASSERT_EQ(group.ctl({"set", "before=1", "--allow-empty"}).exit_code, 0);
  const pid_t pid = group.coordinator().pid();
  Process tracer = Process::start({"/usr/bin/strace", "-f", "-p", std::to_string(pid), "-o",
                                   "/dev/null", "-e", "inject=fdatasync,fsync,msync:error=EIO"},
                                  {});
  ASSERT_TRUE(eventually([&] { return all_traced(pid); }));
  const std::vector<std::string> words = {"set",  "x=1", "--allow-empty", "--id",
                                          "once", "-o",  "json",          "--timeout"};
  auto impatient = words;
  impatient.push_back("3s");
  const Answer unknown = group.ctl(impatient);
  EXPECT_EQ(unknown.exit_code, 9) << unknown.out << unknown.err;
  EXPECT_EQ(unknown.json().at("exitCode"), 9);
  EXPECT_EQ(group.coordinator().wait(20000), (Ended{kReadWriteError, 0}));
  ASSERT_TRUE(group.start_coordinator());
  auto patient = words;
  patient.push_back("20s");
  const Answer first = group.ctl(patient);
  const Answer second = group.ctl(patient);
  EXPECT_EQ(first.exit_code, 0) << first.out;
  EXPECT_EQ(first.json().at("seq"), 2);
  EXPECT_EQ(second.json().at("seq"), 2);
  EXPECT_EQ(head_of(group), 2U);
}

// ---- damage

std::string scrambled(std::size_t size) {
  Pcg random(12);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.below(256));
  return bytes;
}

struct Damage {
  const char* name;
  std::string (*done)(const std::string& sound);
};

class Damaged : public ::testing::TestWithParam<Damage> {};

TEST_P(Damaged, F12_IsRefusedInOneLineAndNothingIsMadeAnew) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(group.ctl({"set", "k=" + std::to_string(i), "--allow-empty"}).exit_code, 0);
  }
  group.coordinator().kill_nine();
  const std::string damaged = GetParam().done(read_file(group.data_file()));
  write_file(group.data_file(), damaged);
  fs::remove(group.log_file());
  EXPECT_FALSE(group.start_coordinator());
  EXPECT_EQ(group.coordinator().wait(20000), (Ended{kBadData, 0}));
  const std::string said = read_file(group.log_file());
  EXPECT_TRUE(said.starts_with("error: ")) << said;
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  EXPECT_EQ(read_file(group.data_file()), damaged);
  EXPECT_NE(group.init().exit_code, 0) << "init made a new group over a damaged one";
}

INSTANTIATE_TEST_SUITE_P(
    Files, Damaged,
    ::testing::Values(
        Damage{"Truncated", [](const std::string& sound) { return sound.substr(0, 9000); }},
        Damage{"TruncatedByHalf",
               [](const std::string& sound) { return sound.substr(0, sound.size() / 2); }},
        Damage{"Zeroed", [](const std::string& sound) { return std::string(sound.size(), '\0'); }},
        Damage{"Foreign", [](const std::string& sound) { return scrambled(sound.size()); }},
        Damage{"Empty", [](const std::string&) { return std::string(); }}),
    [](const ::testing::TestParamInfo<Damage>& tested) { return std::string(tested.param.name); });

TEST(Storage, F12_AMissingFileIsNotMadeAnew) {
  Group group;
  fs::remove(group.data_file());
  EXPECT_FALSE(group.start_coordinator());
  EXPECT_EQ(group.coordinator().wait(20000), (Ended{kBadData, 0}));
  EXPECT_FALSE(fs::exists(group.data_file()));
}

TEST(Storage, F11_ARolledBackLogIsRefused) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  ASSERT_EQ(group.ctl({"set", "k=1", "--allow-empty"}).exit_code, 0);
  group.coordinator().send(SIGTERM);
  ASSERT_EQ(group.coordinator().wait(20000), (Ended{0, 0}));
  const std::string older = read_file(group.data_file());
  ASSERT_TRUE(group.start_coordinator());
  ASSERT_EQ(group.ctl({"set", "k=2", "--allow-empty"}).exit_code, 0);
  group.coordinator().kill_nine();
  const std::string newer = read_file(group.data_file());
  write_file(group.data_file(), older);
  fs::remove(group.log_file());
  EXPECT_FALSE(group.start_coordinator());
  EXPECT_EQ(group.coordinator().wait(20000), (Ended{kBadData, 0}));
  const std::string said = read_file(group.log_file());
  EXPECT_NE(said.find("sequence 2 was durable"), std::string::npos) << said;
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  write_file(group.data_file(), newer);
  ASSERT_TRUE(group.start_coordinator());
  EXPECT_EQ(head_of(group), 2U);
}

TEST(Storage, F13_ASecondCoordinatorNamesTheFirst) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  const std::string first = "in use by pid " + std::to_string(group.coordinator().pid());
  const std::vector<std::string> second = {coordinator_program(), "run",
                                           "--state-dir",         group.state_dir().string(),
                                           "--member-endpoint",   "tcp://127.0.0.1:*",
                                           "--admin-endpoint",    "tcp://127.0.0.1:*",
                                           "--command-endpoint",  "tcp://127.0.0.1:*"};
  const Said refused = run_program(second);
  EXPECT_EQ(refused.ended, (Ended{kLocked, 0}));
  EXPECT_NE(refused.err.find(first), std::string::npos) << refused.err;
  // LMDB's own lock says nothing: without its file the second is refused as well.
  fs::remove(group.data_file().parent_path() / "lock.mdb");
  EXPECT_EQ(run_program(second).ended, (Ended{kLocked, 0}));
  EXPECT_EQ(group.init().exit_code, kLocked);
  EXPECT_EQ(group.ctl({"set", "k=1", "--allow-empty"}).exit_code, 0);
  group.coordinator().kill_nine();
  fs::remove(group.data_file().parent_path() / "lock.mdb");
  EXPECT_TRUE(group.start_coordinator());
  EXPECT_EQ(head_of(group), 1U);
}

}  // namespace
}  // namespace groupctl::process_test
