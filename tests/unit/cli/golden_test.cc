// What people see, as it is kept in golden/: at three widths and where the terminal knows ASCII
// only. GROUPCTL_REWRITE=1 writes what was given into the files; read the difference before it is
// kept.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "cli/render_bar.h"
#include "cli/render_text.h"
#include "tests/unit/cli/golden_cases.h"

namespace groupctl {
namespace {

const std::filesystem::path kFolder = GROUPCTL_GOLDEN_FOLDER;

std::filesystem::path path_of(const GoldenCase& one) { return kFolder / (one.name + ".txt"); }

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool rewriting() {
  const char* wish = std::getenv("GROUPCTL_REWRITE");
  return wish != nullptr && std::string(wish) == "1";
}

struct Setting {
  const char* title;
  Screen screen;
};

std::vector<Setting> settings() {
  std::vector<Setting> all;
  for (const auto& [title, columns] :
       {std::pair{"60 columns", 60}, std::pair{"80 columns", 80}, std::pair{"120 columns", 120}}) {
    Screen screen;
    screen.live = true;
    screen.size = {static_cast<std::size_t>(columns), 24};
    screen.result_columns = screen.size.columns;
    screen.utf8 = true;
    all.push_back({title, screen});
  }
  all.push_back({"60 columns, C locale", all[0].screen});
  all.push_back({"80 columns, C locale", all[1].screen});
  for (std::size_t i = 3; i < 5; ++i) all[i].screen.utf8 = false;
  all.push_back({"80 columns, colours", all[1].screen});
  all.back().screen.color = true;
  return all;
}

/// Escape characters as people read them.
std::string visible(const std::string& text) {
  std::string shown;
  for (const char c : text) shown += c == '\x1b' ? std::string("\\e") : std::string(1, c);
  return shown;
}

std::string given_by(const GoldenCase& one) {
  std::string text = "# " + one.why + "\n";
  for (const Setting& setting : settings()) {
    text += std::string("\n== ") + setting.title + "\n" + visible(one.render(setting.screen));
  }
  return text;
}

class Rendering : public ::testing::TestWithParam<GoldenCase> {};

TEST_P(Rendering, IsAsItIsKept) {
  const std::string given = given_by(GetParam());
  if (rewriting()) {
    std::ofstream(path_of(GetParam())) << given;
  } else {
    EXPECT_EQ(given, read(path_of(GetParam())));
  }
}

TEST_P(Rendering, FitsTheScreenAndItsLocale) {
  for (const Setting& setting : settings()) {
    if (setting.screen.color) continue;  // its codes take no column
    std::istringstream lines(GetParam().render(setting.screen));
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
      if (GetParam().redrawn) {
        EXPECT_LT(shown_width(line), setting.screen.size.columns) << setting.title << "\n" << line;
      }
      const bool ascii = in_ascii(line) == line;
      EXPECT_TRUE(ascii || setting.screen.utf8 || !GetParam().redrawn) << line;
    }
    if (!GetParam().redrawn) continue;
    EXPECT_LT(count, setting.screen.size.lines) << setting.title;
  }
}

std::string name_of(const ::testing::TestParamInfo<GoldenCase>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Golden, Rendering, ::testing::ValuesIn(golden_cases()), name_of);

TEST(GoldenFolder, HoldsAFileForEachCaseAndNoOther) {
  std::set<std::string> found;
  for (const auto& file : std::filesystem::directory_iterator(kFolder)) {
    found.insert(file.path().stem().string());
  }
  std::set<std::string> wanted;
  for (const GoldenCase& one : golden_cases()) wanted.insert(one.name);
  EXPECT_EQ(found, wanted);
}

}  // namespace
}  // namespace groupctl
