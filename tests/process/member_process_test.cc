// Starting a member's process where the system refuses a part of it.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cerrno>

#include "agent/process.h"
#include "tests/process/harness_process.h"

namespace groupctl::process_test {
namespace {

/// So many descriptors and no more while it lives.
class FewDescriptors {
 public:
  explicit FewDescriptors(rlim_t most) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit few = {most, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

 private:
  rlimit before_{};
};

bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

TEST(MemberProcess, AStartThatFailsLeavesNoProcess) {
  const TempDir dir;
  const MemberProcess::Program program = {
      "/bin/true", {}, dir.path().string(), (dir.path() / "log").string(), {}};
  ASSERT_FALSE(has_children());
  // One descriptor more each time: also the last of them, which is for watching it, is refused
  // once.
  std::size_t refused = 0;
  for (rlim_t most = 3; most < 1000; ++most) {
    auto started = [&] {
      const FewDescriptors few(most);
      return MemberProcess::start(program);
    }();
    if (started) {
      started->drop();
      break;
    }
    ++refused;
    ASSERT_FALSE(has_children()) << "with " << most << ": " << started.error().text;
  }
  EXPECT_GE(refused, 5U) << "two files, two ends of a pipe and what it is watched by";
  EXPECT_FALSE(has_children());
}

}  // namespace
}  // namespace groupctl::process_test
