// F45: what was opened is what is executed, whatever stands in its place then.
#include <sys/wait.h>
#include <unistd.h>

#include "keeper/child.h"
#include "tests/process/keeper/keeper_fixture.h"

namespace groupctl::keeper {
namespace {

namespace fs = std::filesystem;

class KeeperSwap : public KeeperTest {
 protected:
  /// The exit code of what is executed when `link` is turned to `swapped` after it was opened.
  int code_after_swap(const ProgramSpec& first, const ProgramSpec& swapped) const {
    fs::create_symlink(first.path, path("link"));
    ProgramSpec spec = first;
    spec.path = path("link");
    const auto file = open_program(spec);
    fs::remove(path("link"));
    fs::create_symlink(swapped.path, path("link"));
    if (!file) return -1;
    const auto pid = start_child(spec, *file, "run", {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO});
    int status = 0;
    if (!pid || ::waitpid(*pid, &status, 0) != *pid) return -2;
    return WEXITSTATUS(status);
  }
};

TEST_F(KeeperSwap, F45_OfAProgram) {
  EXPECT_EQ(code_after_swap(program("/usr/bin/true"), program("/usr/bin/false")), 0);
}

TEST_F(KeeperSwap, F45_OfAScript) {
  EXPECT_EQ(code_after_swap(script("a", "#!/bin/sh\nexit 5\n"), script("b", "#!/bin/sh\nexit 6\n")),
            5);
}

}  // namespace
}  // namespace groupctl::keeper
