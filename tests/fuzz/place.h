// A folder that lives as long as its target, in memory where there is some.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "log/strong.h"

namespace groupctl::fuzz {

class Place {
 public:
  Place() : path_(std::filesystem::exists("/dev/shm") ? "/dev/shm/" : ::testing::TempDir()) {
    path_ += "groupctl-XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) ADD_FAILURE() << "no temporary folder";
  }
  ~Place() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  /// Makes or replaces a file; gives its path.
  std::string put(const std::string& name, ByteView bytes) const {
    std::ofstream file(*this / name, std::ios::binary | std::ios::trunc);
    file << as_text(bytes) << std::flush;
    EXPECT_TRUE(file) << name;
    return *this / name;
  }

 private:
  std::string path_;
};

}  // namespace groupctl::fuzz
