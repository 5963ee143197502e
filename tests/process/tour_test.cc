// The tour of README.md, typed word for word by a newcomer who has built the programs. It uses the
// default ports, so it runs in a network and among processes of its own, which end with it.
#include <gtest/gtest.h>

#include <sstream>

#include "tests/process/harness_group.h"

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

const std::vector<std::string> kOwnWorld = {"/usr/bin/unshare", "--net", "--pid", "--fork",
                                            "--kill-child"};

std::vector<std::string> in_own_world(std::vector<std::string> words) {
  words.insert(words.begin(), kOwnWorld.begin(), kOwnWorld.end());
  return words;
}

std::string search_path() {
  std::string path;
  for (const std::string& program : {coordinator_program(), member_program(), groupctl_program()}) {
    path += std::filesystem::path(program).parent_path().string() + ":";
  }
  return path + "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

TEST(Tour, TheFirstFiveMinutesOfTheReadmeWordForWord) {
  const std::string loopback = "ip link set lo up && ";
  const Said world = run_program(in_own_world({"/bin/bash", "-c", loopback + "true"}));
  if (world.ended != Ended{0, 0}) GTEST_SKIP() << "no network of its own here: " << world.err;

  const std::string tour =
      commands_below("## First five minutes", read_file(source_dir() / "README.md"));
  ASSERT_NE(tour.find("groupctl deploy"), std::string::npos) << "README.md has no tour";
  const TempDir dir;
  write_file(dir.path() / "tour", loopback + "set -eux\n" + tour);
  const Said said = run_program(in_own_world({"/bin/bash", (dir.path() / "tour").string()}),
                                {{"HOME", dir.path().string()},
                                 {"TMPDIR", dir.path().string()},
                                 {"PATH", search_path()}});
  EXPECT_EQ(said.ended, (Ended{0, 0})) << said.out << said.err;
  // What the newcomer came for: their own page, on all three.
  std::size_t pages = 0;
  for (std::size_t at = said.out.find("<h1>Hello"); at != std::string::npos;
       at = said.out.find("<h1>Hello", at + 1)) {
    ++pages;
  }
  EXPECT_EQ(pages, 3u) << said.out << said.err;
}

}  // namespace
}  // namespace groupctl::process_test
