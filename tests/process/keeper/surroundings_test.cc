// What a program finds around it: what its spec says, and nothing of its starter.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "tests/process/keeper/keeper_fixture.h"

namespace groupctl::keeper {
namespace {

using process_test::count_in;

/// The signals that are ignored, as the system says it: the first one is the lowest bit.
std::uint64_t ignored(const std::string& said) {
  const std::string word = "SigIgn:\t";
  return std::stoull(said.substr(said.find(word) + word.size(), 16), nullptr, 16);
}

class KeeperSurroundings : public KeeperTest {};

TEST_F(KeeperSurroundings, AreNothingOfItsStarters) {
  const int open_here = ::open("/dev/null", O_RDONLY);  // not closed at exec
  ::signal(SIGUSR1, SIG_IGN);
  const std::string said = once(subject({"show"})).out.text();
  ::signal(SIGUSR1, SIG_DFL);
  ::close(open_here);
  EXPECT_EQ(count_in(said, "\nopen "), 0U) << said;
  EXPECT_NE(said.find("umask 027\nfolder /\nleader 1\n"), std::string::npos) << said;
  EXPECT_NE(said.find("NoNewPrivs:\t1"), std::string::npos) << said;
  EXPECT_NE(said.find("SigBlk:\t0000000000000000"), std::string::npos) << said;
  EXPECT_EQ(ignored(said) & 1ULL << (SIGUSR1 - 1), 0U) << said;
  EXPECT_EQ(count_in(said, "env "), 3U) << said;
  EXPECT_EQ(count_in(said, "env GROUP_KEEPER="), 1U);
  EXPECT_EQ(count_in(said, "env MARK=" + mark()), 1U);
}

TEST_F(KeeperSurroundings, HaveTheFolderAndTheLimitsOfTheSpec) {
  ProgramSpec where = program("/bin/pwd");
  where.folder = path(".");
  EXPECT_EQ(once(where).out.text(), path(".").substr(0, path(".").size() - 2) + "\n");
  ProgramSpec spec = program("/bin/cat");
  spec.argv = {"cat", "/proc/self/limits"};
  spec.limits.files = 77;
  spec.limits.file_bytes = 123'456;
  spec.limits.memory_bytes = 2'000'000'000;
  spec.limits.cpu_seconds = 55;
  const std::string said = once(spec).out.text();
  for (const std::string number : {"77", "123456", "2000000000", "55"}) {
    EXPECT_GE(count_in(said, " " + number + " "), 2U) << number << said;
  }
}

TEST_F(KeeperSurroundings, AreThoseOfItsUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may start programs as somebody else";
  ProgramSpec spec = program("/usr/bin/id");
  spec.user = "nobody";
  EXPECT_NE(once(spec).out.text().find("uid=65534(nobody)"), std::string::npos);
  ProgramSpec text = script("who", "#!/bin/sh\nid -un\n");
  text.user = "nobody";
  EXPECT_EQ(once(text).out.text(), "nobody\n");
}

}  // namespace
}  // namespace groupctl::keeper
