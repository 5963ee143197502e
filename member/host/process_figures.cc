#include "member/host/process_figures.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "daemon/clock.h"

namespace groupctl {
namespace {

/// The number behind "NAME:" in /proc/self/status.
std::uint64_t status_number(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with(name + ":")) continue;
    std::uint64_t number = 0;
    std::istringstream(line.substr(name.size() + 1)) >> number;
    return number;
  }
  return 0;
}

std::uint64_t count_open_files() {
  std::uint64_t files = 0;
  std::error_code error;
  std::filesystem::directory_iterator at("/proc/self/fd", error);
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) ++files;
  return files > 0 ? files - 1 : 0;  // the one that reads the folder
}

/// Since the machine was booted: field 22 of /proc/self/stat, behind a name in parentheses.
std::uint64_t started_ms() {
  std::ifstream file("/proc/self/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(text.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 22; ++field) fields >> skipped;
  std::uint64_t ticks = 0;
  fields >> ticks;
  const long ticks_per_second = ::sysconf(_SC_CLK_TCK);
  return ticks_per_second > 0 ? ticks * 1000 / static_cast<std::uint64_t>(ticks_per_second) : 0;
}

}  // namespace

ProcessFigures process_figures() {
  constexpr std::uint64_t kKiB = 1024;
  const std::uint64_t now = local_now().value;
  const std::uint64_t started = started_ms();
  ProcessFigures figures;
  figures.pid = static_cast<std::uint64_t>(::getpid());
  figures.resident_bytes = status_number("VmRSS") * kKiB;
  figures.peak_bytes = status_number("VmHWM") * kKiB;
  figures.threads = status_number("Threads");
  figures.open_files = count_open_files();
  figures.uptime_ms = started != 0 && now > started ? now - started : 0;
  return figures;
}

}  // namespace groupctl
