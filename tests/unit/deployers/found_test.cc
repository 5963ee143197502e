#include "deployers/found.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace groupctl::deployers {
namespace {

namespace fs = std::filesystem;

class Found : public ::testing::Test {
 protected:
  Found() : dir_(fs::temp_directory_path() / ("found-" + std::to_string(::getpid()))) {
    fs::create_directories(dir_ / "one");
    fs::create_directories(dir_ / "two");
  }
  ~Found() override { fs::remove_all(dir_); }

  std::string file(const std::string& name, mode_t mode = 0755) const {
    const std::string path = (dir_ / name).string();
    std::ofstream(path) << "#!/bin/sh\n";
    ::chmod(path.c_str(), mode);
    return path;
  }
  std::vector<std::string> folders() const {
    return {(dir_ / "one").string(), (dir_ / "none").string(), (dir_ / "two").string()};
  }

  fs::path dir_;
};

TEST_F(Found, TheLastOfANameCounts) {
  file("one/hook");
  const std::string unit = file("one/unit");
  const std::string hook = file("two/hook");
  const std::map<std::string, std::string> expected = {{"hook", hook}, {"unit", unit}};
  EXPECT_EQ(find_deployers(folders()), expected);
}

TEST_F(Found, WhatIsNoProgramOrHasNoNameIsNone) {
  file("one/data", 0644);
  file("one/.hidden");
  file("one/two words");
  fs::create_directories(dir_ / "one/folder");
  EXPECT_TRUE(find_deployers(folders()).empty());
}

}  // namespace
}  // namespace groupctl::deployers
