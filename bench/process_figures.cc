#include "bench/process_figures.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

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

Result<double> cpu_seconds(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');  // a name may hold anything
  if (name_end == std::string::npos) {
    return fail(ErrorCode::kNotFound, "no process " + std::to_string(pid));
  }
  std::istringstream fields(line.substr(name_end + 1));
  constexpr int kBeforeTimes = 11;
  std::string skipped;
  for (int i = 0; i < kBeforeTimes; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
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
