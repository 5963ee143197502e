#include "tests/process/programs_folder.h"

#include <sys/stat.h>

#include "tests/process/harness_process.h"

namespace groupctl::process_test {

namespace fs = std::filesystem;

ProgramsFolder::ProgramsFolder(const fs::path& test_dir)
    : path_(fs::path(GROUPCTL_TEST_DIR) / ("programs-" + test_dir.filename().string())) {
  fs::create_directories(path_);
}

ProgramsFolder::~ProgramsFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string ProgramsFolder::add(const std::string& name, const std::string& script) const {
  const std::string path = (path_ / name).string();
  write_file(path, script);
  ::chmod(path.c_str(), 0755);
  return path;
}

}  // namespace groupctl::process_test
