// The tour of README.md, typed word for word by a newcomer who has built the programs. It uses the
// default ports, so it runs in a network and among processes of its own, which end with it.
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

/// Types it behind these words, and expects what the newcomer came for: their own page, on all
/// three members.
void expect_tour(const std::string& tour, std::vector<std::string> words, const std::string& path) {
  ASSERT_NE(tour.find("groupctl deploy"), std::string::npos) << "README.md has no tour";
  const TempDir dir;
  write_file(dir.path() / "tour", "set -eux\n" + tour);
  words.insert(words.end(), kOwnProcesses.begin(), kOwnProcesses.end());
  words.insert(words.end(), {"/bin/bash", (dir.path() / "tour").string()});
  const Said said = run_program(
      words, {{"HOME", dir.path().string()}, {"TMPDIR", dir.path().string()}, {"PATH", path}});
  EXPECT_EQ(said.ended, (Ended{0, 0})) << said.out << said.err;
  EXPECT_EQ(count_in(said.out, "<h1>Hello"), 3U) << said.out << said.err;
}

TEST(Tour, TheFirstFiveMinutesOfTheReadmeWordForWord) {
  const std::vector<std::string> own_network = {"/usr/bin/unshare", "--net"};
  const std::string loopback = "ip link set lo up";
  std::vector<std::string> probe = own_network;
  probe.insert(probe.end(), {"/bin/bash", "-c", loopback});
  const Said world = run_program(probe);
  if (world.ended != Ended{0, 0}) GTEST_SKIP() << "no network of its own here: " << world.err;
  expect_tour(loopback + "\n" + commands_below("## First five minutes", readme()), own_network,
              search_path());
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
