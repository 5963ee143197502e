#include "bench/process_figures.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace groupctl::bench {
namespace {

constexpr double kKibibyte = 1024;
constexpr double kBlock = 512;  // of st_blocks

}  // namespace

Result<double> private_bytes(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  double kibibytes = 0;
  bool found = false;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("RssAnon:") && !line.starts_with("VmSwap:")) continue;
    kibibytes += std::stod(line.substr(line.find(':') + 1));
    found = true;
  }
  if (!found) return fail(ErrorCode::kNotFound, "no process " + std::to_string(pid));
  return kibibytes * kKibibyte;
}

double disk_bytes(const std::string& dir) {
  double bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(dir)) {
    struct stat about {};
    if (::stat(file.path().c_str(), &about) == 0) {
      bytes += static_cast<double>(about.st_blocks) * kBlock;
    }
  }
  return bytes;
}

}  // namespace groupctl::bench
