// Where a test puts programs that daemons are to run: they run none whose place others can change,
// as they can below /tmp.
#pragma once

#include <filesystem>
#include <string>

namespace groupctl::process_test {

class ProgramsFolder {
 public:
  /// Made for the test that has this folder of its own; goes with it.
  explicit ProgramsFolder(const std::filesystem::path& test_dir);
  ~ProgramsFolder();
  ProgramsFolder(const ProgramsFolder&) = delete;
  ProgramsFolder& operator=(const ProgramsFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// A program of this text, 0755; gives its path.
  std::string add(const std::string& name, const std::string& script) const;

 private:
  std::filesystem::path path_;
};

}  // namespace groupctl::process_test
