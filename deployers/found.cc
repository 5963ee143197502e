#include "deployers/found.h"

#include <unistd.h>

#include <filesystem>

#include "daemon/logging.h"
#include "log/types.h"

namespace groupctl::deployers {
namespace {

namespace fs = std::filesystem;

void add_from(const std::string& folder, std::map<std::string, std::string>& found) {
  std::error_code error;
  fs::directory_iterator at(folder, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    const std::string name = at->path().filename().string();
    std::error_code gone;
    if (!is_name(name) || !at->is_regular_file(gone)) continue;
    const std::string path = at->path().string();
    if (::access(path.c_str(), X_OK) != 0) continue;
    const auto former = found.find(name);
    if (former != found.end()) {
      log_line(LogLevel::kInfo, "deployers", "the last one of this name counts",
               {{"deployer", name}, {"path", path}, {"instead_of", former->second}});
    }
    found.insert_or_assign(name, path);
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    log_line(LogLevel::kWarn, "deployers", "a folder of deployers cannot be read",
             {{"path", folder}, {"why", error.message()}});
  }
}

}  // namespace

std::map<std::string, std::string> find_deployers(const std::vector<std::string>& folders) {
  std::map<std::string, std::string> found;
  for (const std::string& folder : folders) add_from(folder, found);
  return found;
}

}  // namespace groupctl::deployers
