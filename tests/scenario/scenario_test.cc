// Plays every golden scenario. GROUPCTL_REWRITE=1 writes what was given into the files instead of
// comparing it; read the difference before it is kept.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/scenario/player.h"
#include "tests/scenario/script.h"

namespace groupctl::scenario {
namespace {

const std::filesystem::path kFolder = GROUPCTL_SCENARIO_FOLDER;

std::vector<std::string> names() {
  std::vector<std::string> names;
  std::istringstream list(GROUPCTL_SCENARIOS);
  std::string name;
  while (std::getline(list, name, ' ')) {
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

std::filesystem::path path_of(const std::string& name) { return kFolder / (name + ".txt"); }

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool rewriting() {
  const char* wish = std::getenv("GROUPCTL_REWRITE");
  return wish != nullptr && std::string(wish) == "1";
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, gives_what_it_says) {
  auto script = parse_script(read(path_of(GetParam())));
  ASSERT_TRUE(script) << script.error().text;
  ASSERT_FALSE(script->steps.empty());
  Player player;
  for (Step& step : script->steps) {
    std::string given;
    std::string told;
    for (const std::string& command : step.commands) {
      told += command + "\n";
      if (!command.starts_with('#')) given += player.run(command);
    }
    EXPECT_EQ(given.find("error: "), std::string::npos) << told << given;
    if (!rewriting()) {
      EXPECT_EQ(given, step.expected) << "after\n" << told;
    }
    step.expected = given;
  }
  if (rewriting()) std::ofstream(path_of(GetParam())) << to_text(*script);
}

std::string test_name(const testing::TestParamInfo<std::string>& info) { return info.param; }

INSTANTIATE_TEST_SUITE_P(Scenario, Golden, testing::ValuesIn(names()), test_name);

TEST(ScenarioFolder, every_file_is_listed) {
  std::set<std::string> found;
  for (const auto& file : std::filesystem::directory_iterator(kFolder)) {
    found.insert(file.path().stem().string());
  }
  const auto listed = names();
  EXPECT_EQ(found, std::set<std::string>(listed.begin(), listed.end()));
}

}  // namespace
}  // namespace groupctl::scenario
