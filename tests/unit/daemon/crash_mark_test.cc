#include "daemon/crash_mark.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "daemon/exit_codes.h"
#include "daemon/thread_like_this.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

class CrashMarkTest : public ::testing::Test {
 protected:
  CrashMarkTest() {
    std::string name = (fs::temp_directory_path() / "crash_mark_XXXXXX").string();
    root_ = ::mkdtemp(name.data());
    mark_ = root_ + "/crashed";
  }
  ~CrashMarkTest() override { fs::remove_all(root_); }

  /// How a child ends that has called leave_crash_mark() and then does this.
  int ended(const std::function<void()>& deed) const {
    const pid_t child = ::fork();
    if (child == 0) {
      const struct rlimit no_core {};
      ::setrlimit(RLIMIT_CORE, &no_core);
      const int said = ::open((root_ + "/said").c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
      ::dup2(said, STDERR_FILENO);
      if (!leave_crash_mark(mark_)) ::_exit(99);
      deed();
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }
  std::string said() const {
    std::ifstream in(root_ + "/said");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string count_file() const { return mark_ + "-count"; }

  std::string root_;
  std::string mark_;
};

void die() { std::abort(); }

TEST_F(CrashMarkTest, F9_WhatIsMappedAndCannotBeReadEndsWith74AndAMark) {
  const std::string file = root_ + "/data";
  std::ofstream(file) << std::string(8192, 'd');
  const int status = ended([&] {
    const int data = ::open(file.c_str(), O_RDONLY);
    const auto* bytes =
        static_cast<const volatile char*>(::mmap(nullptr, 8192, PROT_READ, MAP_SHARED, data, 0));
    if (::truncate(file.c_str(), 0) == 0) ::_exit(bytes[5000]);
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), kExitIo);
  EXPECT_TRUE(has_crash_mark(mark_));
  const std::string words = said();
  EXPECT_TRUE(words.starts_with("error: ")) << words;
  EXPECT_EQ(std::count(words.begin(), words.end(), '\n'), 1) << words;
}

TEST_F(CrashMarkTest, F9_AnAbortLeavesAMarkAndEndsAsItWould) {
  const int status = ended(die);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
  EXPECT_TRUE(has_crash_mark(mark_));
  clear_crash_mark(mark_);
  EXPECT_FALSE(has_crash_mark(mark_));
}

TEST_F(CrashMarkTest, F9_AnEndThatIsNoCrashLeavesNone) {
  EXPECT_EQ(ended([] {}), 0);
  EXPECT_FALSE(has_crash_mark(mark_));
  EXPECT_FALSE(fs::exists(count_file()));
}

TEST_F(CrashMarkTest, F9_AfterThreeInARowItIsNotStartedUntilTheCountIsRemoved) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(WIFSIGNALED(ended(die))) << i;
  const Status refused = leave_crash_mark(mark_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(exit_code_for(refused.error().code), kExitIo);
  EXPECT_NE(refused.error().text.find(count_file()), std::string::npos) << refused.error().text;
  fs::remove(count_file());
  EXPECT_TRUE(WIFSIGNALED(ended(die)));
}

TEST_F(CrashMarkTest, F9_ACrashOfAThreadIsMarkedWhereThatThreadHasItsData) {
  const std::string own = root_ + "/own";
  const auto die_elsewhere = [&] {
    const auto place = CrashPlace::open(own);
    mark_crashes_at(&*place);
    thread_like_this(die).join();
  };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(WIFSIGNALED(ended(die_elsewhere))) << i;
  EXPECT_TRUE(has_crash_mark(own));
  EXPECT_FALSE(has_crash_mark(mark_));
  EXPECT_EQ(CrashPlace::open(own).error().code, ErrorCode::kIo) << "three in a row";
  EXPECT_EQ(ended([] {}), 0) << "the others may go on";
}

TEST_F(CrashMarkTest, F9_WhatIsNoLongerAThreadsOwnIsTheProcesss) {
  EXPECT_TRUE(WIFSIGNALED(ended([&] {
    const auto place = CrashPlace::open(root_ + "/own");
    mark_crashes_at(&*place);
    mark_crashes_at(nullptr);
    die();
  })));
  EXPECT_TRUE(has_crash_mark(mark_));
  EXPECT_FALSE(has_crash_mark(root_ + "/own"));
}

TEST_F(CrashMarkTest, F9_ACalmTimeBeginsTheCountAnew) {
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(WIFSIGNALED(ended(die))) << i;
  fs::last_write_time(count_file(), fs::file_time_type::clock::now() - std::chrono::minutes(11));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(WIFSIGNALED(ended(die))) << "after it, " << i;
  EXPECT_EQ(fs::file_size(count_file()), 2U);
}

}  // namespace
}  // namespace groupctl
