// Places that cannot be used or cannot be read: said at the start in one line; later the command
// fails, or the process ends, and never runs on with other data.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "tests/process/harness_group.h"
#include "tests/random_text.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

constexpr int kBadSettings = 2;

/// A file system over a folder, gone with this.
class Mounted {
 public:
  Mounted(const char* type, fs::path folder, const std::string& options) : folder_(folder) {
    fs::create_directories(folder);
    mounted_ = ::mount(type, folder.c_str(), type, 0, options.c_str()) == 0;
  }
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;
  ~Mounted() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  bool done() const { return mounted_; }
  bool read_only(bool on) const {
    const unsigned long flags = on ? MS_REMOUNT | MS_RDONLY : +MS_REMOUNT;
    return ::mount("none", folder_.c_str(), nullptr, flags, "") == 0;
  }

 private:
  fs::path folder_;
  bool mounted_ = false;
};

/// Ended with this code, and one line that names the path.
void expect_refused(const Said& said, int code, const std::string& path) {
  EXPECT_EQ(said.ended, (Ended{code, 0})) << said.err;
  EXPECT_TRUE(said.err.starts_with("error: ")) << said.err;
  EXPECT_EQ(std::count(said.err.begin(), said.err.end(), '\n'), 1) << said.err;
  EXPECT_NE(said.err.find(path), std::string::npos) << said.err;
}

std::vector<std::string> member_words(const fs::path& state, const fs::path& root) {
  return {member_program(), "run",         "--group", "shop",        "--name",      "m1",
          "--coordinator",  "ipc:///none", "--root",  root.string(), "--state-dir", state.string()};
}

std::vector<std::string> coordinator_words(const char* verb, const fs::path& state) {
  return {coordinator_program(), verb, "--group", "shop", "--state-dir", state.string()};
}

// ---- F48

TEST(Places, F48_WhatCannotBeUsedIsSaidAtTheStart) {
  const TempDir dir;
  const fs::path file = dir.path() / "file";
  const fs::path usable = dir.path() / "usable";
  write_file(file, "in the way");
  expect_refused(run_program(coordinator_words("init", file)), kReadWriteError, file);
  expect_refused(run_program(coordinator_words("init", file / "below")), kReadWriteError, file);
  expect_refused(run_program(member_words(file, usable)), kReadWriteError, file);
  expect_refused(run_program(member_words(usable, file)), kReadWriteError, file);
  auto words = coordinator_words("run", usable);
  ASSERT_EQ(run_program(coordinator_words("init", usable / "c")).ended, (Ended{0, 0}));
  words = coordinator_words("run", usable / "c");
  words.insert(words.end(), {"--admin-endpoint", "ipc://" + (dir.path() / "no/admin").string(),
                             "--member-endpoint", "tcp://127.0.0.1:*", "--command-endpoint",
                             "tcp://127.0.0.1:*"});
  expect_refused(run_program(words), kReadWriteError, dir.path() / "no/admin");
}

TEST(Places, F48_AReadOnlyPlaceIsSaidAtTheStart) {
  const TempDir dir;
  const fs::path place = dir.path() / "place";
  const Mounted disk("tmpfs", place, "size=32m");
  if (!disk.done()) GTEST_SKIP() << "cannot mount a tmpfs here";
  ASSERT_EQ(run_program(coordinator_words("init", place / "c")).ended, (Ended{0, 0}));
  ASSERT_TRUE(disk.read_only(true));
  expect_refused(run_program(coordinator_words("run", place / "c")), kReadWriteError, place);
  expect_refused(run_program(coordinator_words("init", place / "new")), kReadWriteError, place);
  expect_refused(run_program(member_words(place / "m", dir.path() / "r")), kReadWriteError, place);
  expect_refused(run_program(member_words(dir.path() / "m", place / "r")), kReadWriteError, place);
}

TEST(Places, F48_LaterTheCommandFailsAndTheMemberLives) {
  Group group;
  const Mounted disk("tmpfs", group.member("m1").files(), "size=32m");
  if (!disk.done()) GTEST_SKIP() << "cannot mount a tmpfs here";
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1", "m2"});
  const std::string archive = group.pack_site("1.0");
  ASSERT_TRUE(disk.read_only(true));
  const Answer failed = group.ctl({"deploy", "site@1.0", "--archive", archive, "-o", "json"});
  EXPECT_EQ(failed.exit_code, 1) << failed.err;
  EXPECT_EQ(failed.json().at("summary"), nlohmann::json({{"done", 1}, {"failed", 1}}));
  EXPECT_TRUE(group.member("m1").process().running());
  ASSERT_TRUE(disk.read_only(false));
  EXPECT_EQ(group.ctl({"deploy", "site@1.0", "--archive", archive}).exit_code, 0);
  EXPECT_TRUE(group.serves("m1", "1.0"));
}

TEST(Places, F48_AWorkingDirectoryThatIsGoneIsNotMissed) {
  Group group;
  const fs::path gone = group.dir() / "gone";
  fs::create_directories(gone);
  // Started there; then the folder is removed.
  const std::string there =
      "cd '" + gone.string() + "' && rmdir '" + gone.string() + "' && exec \"$@\"";
  ASSERT_TRUE(group.start_coordinator({.before = {"/bin/sh", "-c", there, "sh"}}));
  EXPECT_EQ(group.ctl({"set", "k=1", "--allow-empty"}).exit_code, 0);
  fs::create_directories(gone);
  std::vector<std::string> relative = {"/bin/sh", "-c", there, "sh"};
  for (const std::string& word : coordinator_words("init", "here")) relative.push_back(word);
  expect_refused(run_program(relative), kReadWriteError, "here");
}

// ---- F14

TEST(Places, F14_ALayeredFileSystemIsRefusedUnlessAllowed) {
  const TempDir dir;
  ::unsetenv("GROUPCTL_ALLOW_UNSAFE_FS");
  for (const char* part : {"lower", "upper", "work"}) fs::create_directories(dir.path() / part);
  const fs::path place = dir.path() / "place";
  const std::string at = dir.path().string();
  const Mounted overlay(
      "overlay", place,
      "lowerdir=" + at + "/lower,upperdir=" + at + "/upper,workdir=" + at + "/work");
  if (!overlay.done()) GTEST_SKIP() << "cannot mount an overlay here";
  const auto without = coordinator_words("init", place / "c");
  expect_refused(run_program(without), kBadSettings, place / "c");
  EXPECT_FALSE(fs::exists(place / "c")) << "nothing is made there";
  auto with = without;
  with.push_back("--allow-unsafe-fs");
  EXPECT_EQ(run_program(with).ended, (Ended{0, 0}));
  expect_refused(run_program(coordinator_words("run", place / "c")), kBadSettings, place / "c");
  expect_refused(run_program(member_words(place / "m", dir.path() / "r")), kBadSettings,
                 place / "m");
  // The variable allows it too: what ends this start is the next thing, an endpoint.
  auto run = coordinator_words("run", place / "c");
  run.insert(run.end(), {"--admin-endpoint", "ipc:///none/admin", "--member-endpoint",
                         "tcp://127.0.0.1:*", "--command-endpoint", "tcp://127.0.0.1:*"});
  expect_refused(run_program(run, {{"GROUPCTL_ALLOW_UNSAFE_FS", "true"}}), kReadWriteError,
                 "/none/admin");
}

// ---- F9

constexpr std::size_t kWithinAFrame = 500;  // behind its header

/// A log that is larger than what a process reads at its start.
void fill_log(const Group& group) {
  for (std::uint64_t i = 0; i < 12; ++i) {
    ASSERT_EQ(
        group.ctl({"set", "--allow-empty", "--no-wait", "k=" + random_text(4000, i)}).exit_code, 0);
  }
}

/// Over the bytes that are there: who has the file mapped sees them.
void write_in_place(const fs::path& path, const std::string& bytes) {
  std::fstream out(path, std::ios::in | std::ios::out | std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// Each start reads everything, says in one line what is wrong, and changes nothing.
void expect_no_crash_loop(Group& group) {
  const std::string damaged = read_file(group.data_file());
  for (int i = 0; i < 4; ++i) {
    fs::remove(group.log_file());
    EXPECT_FALSE(group.start_coordinator());
    EXPECT_EQ(group.coordinator().wait(20000), (Ended{kBadData, 0})) << "start " << i;
    const std::string said = read_file(group.log_file());
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  }
  EXPECT_EQ(read_file(group.data_file()), damaged);
}

TEST(ReadErrors, F9_ALogCutShortUnderTheCoordinatorEndsItAndTheNextStartFindsIt) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  fill_log(group);
  const std::string sound = read_file(group.data_file());
  fs::resize_file(group.data_file(), 8192);
  group.ctl({"log", "list", "--from", "1", "--timeout", "2s"});
  EXPECT_EQ(group.coordinator().wait(20000), (Ended{kReadWriteError, 0}));
  expect_no_crash_loop(group);
  write_file(group.data_file(), sound);
  ASSERT_TRUE(group.start_coordinator()) << "with the data as they were it starts";
  EXPECT_EQ(group.ctl({"log", "show", "12"}).exit_code, 0);
}

TEST(ReadErrors, F9_ARecordThatDoesNotVerifyEndsTheCoordinator) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  fill_log(group);
  const std::string sound = read_file(group.data_file());
  std::string damaged = sound;
  for (std::size_t at = damaged.find("grpframe"); at != std::string::npos;
       at = damaged.find("grpframe", at + 1)) {
    damaged[at + kWithinAFrame] ^= 1;
  }
  write_in_place(group.data_file(), damaged);
  group.ctl({"log", "list", "--from", "1", "--timeout", "2s"});
  EXPECT_EQ(group.coordinator().wait(20000), (Ended{kReadWriteError, 0}));
  EXPECT_EQ(group.logged("the log cannot be read"), 1U);
  expect_no_crash_loop(group);
  write_file(group.data_file(), sound);
  ASSERT_TRUE(group.start_coordinator());
  EXPECT_EQ(group.ctl({"log", "show", "12"}).exit_code, 0);
}

TEST(ReadErrors, F9_AStoreCutShortUnderAMemberEndsItAndTheOthersGoOn) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1", "m2"});
  fs::resize_file(group.member("m1").state_dir() / "log" / "data.mdb", 8192);
  ASSERT_EQ(group.ctl({"set", "k=1", "--no-wait"}).exit_code, 0);
  EXPECT_EQ(group.member("m1").process().wait(20000), (Ended{kReadWriteError, 0}));
  group.start_member("m1");
  EXPECT_EQ(group.member("m1").process().wait(20000), (Ended{kBadData, 0}));
  group.expect_converged({"m2"});
}

}  // namespace
}  // namespace groupctl::process_test
