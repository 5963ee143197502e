// repo put at a terminal.
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/process/harness_group.h"
#include "tests/process/harness_terminal.h"

namespace groupctl::process_test {
namespace {

TEST(Upload, ABarThatIsLeftAndComeBackToShowsWhatWasThere) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  const auto archive = group.dir() / "big.tar.gz";
  write_file(archive, "not packed: nobody looks into it here");
  std::filesystem::resize_file(archive, 256ULL * 1024 * 1024);
  const std::vector<std::string> put = {
      groupctl_program(), "-E", group.endpoint("admin"), "repo", "put", "big@1.0",
      archive.string()};
  {
    Terminal terminal(put, {});
    ASSERT_TRUE(terminal.shows("█")) << terminal.screen();
    group.coordinator().send(SIGSTOP);
    EXPECT_TRUE(terminal.shows("/268.4 MB   0:00")) << terminal.screen();
    terminal.type(kCtrlC);
    EXPECT_EQ(terminal.wait(), (Ended{130, 0}));
    const std::size_t cleared = terminal.screen().rfind("\x1b[J");
    ASSERT_NE(cleared, std::string::npos);
    EXPECT_NE(terminal.screen().find("goes on where it ended", cleared), std::string::npos)
        << terminal.screen();
  }
  group.coordinator().send(SIGCONT);
  Terminal again(put, {.columns = 100});
  EXPECT_TRUE(again.shows(" were there", 60'000)) << again.screen();
  EXPECT_EQ(again.wait(60'000), (Ended{0, 0}));
  const std::size_t cleared = again.screen().rfind("\x1b[J");
  ASSERT_NE(cleared, std::string::npos);
  EXPECT_EQ(again.screen().find("░", cleared), std::string::npos) << "nothing of the bar is left";
}

}  // namespace
}  // namespace groupctl::process_test
