// The tour of README.md and docs/operating.md, typed word for word by a newcomer who has built the
// programs. They use the default ports, so each runs in a network and among processes of its own,
// which end with it.
#include <gtest/gtest.h>

#include <sstream>

#include "tests/process/harness_group.h"
#include "tests/process/harness_net.h"

namespace groupctl::process_test {
namespace {

/// The indented lines below a heading of a Markdown page, as they would be typed.
std::string commands_below(const std::string& heading, const std::string& page) {
  std::istringstream lines(page);
  std::string commands;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) inside = line == heading;
    if (inside && line.starts_with("    ")) commands += line.substr(4) + "\n";
  }
  return commands;
}

const std::vector<std::string> kOwnProcesses = {"/usr/bin/unshare", "--pid", "--fork",
                                                "--kill-child"};

std::string search_path() {
  std::string path;
  for (const std::string& program : {coordinator_program(), member_program(), groupctl_program()}) {
    path += std::filesystem::path(program).parent_path().string() + ":";
  }
  return path + "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

std::string readme() { return read_file(source_dir() / "README.md"); }

/// Types it behind these words, at home in a folder of its own.
Said typed(const std::string& commands, std::vector<std::string> words, const std::string& path) {
  const TempDir dir;
  write_file(dir.path() / "typed", "set -eux\n" + commands);
  words.insert(words.end(), {"/bin/bash", (dir.path() / "typed").string()});
  return run_program(words, {{"HOME", dir.path().string()},
                             {"TMPDIR", dir.path().string()},
                             {"PATH", path},
                             {"examples", (source_dir() / "examples").string()}});
}

/// Types the tour, and expects what the newcomer came for: their own page, on all three members.
void expect_tour(const std::string& tour, std::vector<std::string> words, const std::string& path) {
  ASSERT_NE(tour.find("groupctl deploy"), std::string::npos) << "README.md has no tour";
  words.insert(words.end(), kOwnProcesses.begin(), kOwnProcesses.end());
  const Said said = typed(tour, std::move(words), path);
  EXPECT_EQ(said.ended, (Ended{0, 0})) << said.out << said.err;
  EXPECT_EQ(count_in(said.out, "<h1>Hello"), 3U) << said.out << said.err;
}

const std::vector<std::string> kOwnNetwork = {"/usr/bin/unshare", "--net"};
constexpr const char* kLoopback = "ip link set lo up\n";
// Keepers are found by /proc. That one mount is made private, not all: the root need not be one.
constexpr const char* kOwnProc = "mount --make-private /proc\nmount -t proc proc /proc\n";

/// Why there can be no network of its own here; empty: there can.
std::string no_own_network() {
  std::vector<std::string> probe = kOwnNetwork;
  probe.insert(probe.end(), {"/bin/bash", "-c", kLoopback});
  const Said world = run_program(probe);
  return world.ended == Ended{0, 0} ? "" : "no network of its own here: " + world.err;
}

TEST(Tour, TheFirstFiveMinutesOfTheReadmeWordForWord) {
  if (const std::string why = no_own_network(); !why.empty()) GTEST_SKIP() << why;
  expect_tour(kLoopback + commands_below("## First five minutes", readme()), kOwnNetwork,
              search_path());
}

/// All that docs/operating.md types once the programs are built.
std::string operating() {
  const std::string page = read_file(source_dir() / "docs/operating.md");
  std::istringstream lines(page);
  std::string commands;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ") && line != "## The programs")
      commands += commands_below(line, page);
  }
  return commands;
}

TEST(Tour, OperatingAFleetWordForWord) {
  if (const std::string why = no_own_network(); !why.empty()) GTEST_SKIP() << why;
  const std::vector<std::string> own_world = {"/usr/bin/unshare", "--net",         "--pid",
                                              "--mount",          "--propagation", "unchanged",
                                              "--fork",           "--kill-child"};
  const Said said =
      typed(std::string(kOwnProc) + kLoopback + operating(), own_world, search_path());
  ASSERT_EQ(said.ended, (Ended{0, 0})) << said.out << said.err;
  const auto expect = [&](std::size_t times, const std::string& line) {
    EXPECT_EQ(count_in("\n" + said.out, "\n" + line), times) << line << "\n"
                                                             << said.out << said.err;
  };
  expect(2, "<h1>Open till nine</h1>\n");  // both members, at first
  expect(4, "<h1>Open till ten</h1>\n");   // updated; reconciled; outliving its member
  expect(0, "<h1>Closed</h1>\n");
  expect(2, "2.0\n");  // after the version that was not well
  expect(1, "exit code 6: the rollout has stopped\n");
  expect(1, "exit code 5: two has not answered\n");
  expect(1, "hello\n");  // what Redis kept
  expect(1, "appendonlydir\n");
}

/// The tour where `init` is typed as for several machines.
std::string tour_of_several_machines() {
  std::istringstream lines(commands_below("## First five minutes", readme()));
  std::string tour;
  for (std::string line; std::getline(lines, line);) {
    const bool init = line.starts_with("group-coordinator init");
    tour += init ? commands_below("## On several machines", readme()) : line + "\n";
  }
  return tour;
}

TEST(Tour, TheSameWithTheMembersOnAnotherHost) {
  auto hosts = TwoHosts::make("10.77.7");
  if (!hosts) GTEST_SKIP() << hosts.error().text;
  // There group-member is typed, and its keys are there.
  const TempDir elsewhere;
  std::string words;
  for (const std::string& word : (*hosts)->second().inside()) words += word + " ";
  const auto typed = elsewhere.path() / "group-member";
  write_file(typed, "#!/bin/bash\nGROUPCTL_KEY_DIR=" + (elsewhere.path() / "keys").string() +
                        " exec " + words + member_program() + " \"$@\"\n");
  std::filesystem::permissions(typed, std::filesystem::perms::owner_all);
  expect_tour("export host=" + (*hosts)->first().address() + "\n" + tour_of_several_machines(),
              (*hosts)->first().inside(), elsewhere.path().string() + ":" + search_path());
}

}  // namespace
}  // namespace groupctl::process_test
