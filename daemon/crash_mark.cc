#include "daemon/crash_mark.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <ctime>
#include <filesystem>

#include "daemon/exit_codes.h"
#include "log/unique_fd.h"

namespace groupctl {
namespace {

constexpr off_t kMostCrashes = 3;
constexpr time_t kCalmSeconds = 600;
constexpr std::string_view kCountSuffix = "-count";
constexpr std::string_view kLastWords =
    "error: the stored data cannot be read (SIGBUS); the next start verifies all of it\n";

// A handler can reach nothing but globals, and may call nothing that allocates.
int g_folder = -1;
char g_mark[256];
char g_count[256];

/// One byte a crash; those before a calm time do not count.
void count_crash() {
  const int file = openat(g_folder, g_count, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return;
  struct stat about {};
  const bool old = fstat(file, &about) == 0 && time(nullptr) - about.st_mtime > kCalmSeconds;
  [[maybe_unused]] const bool begun_anew = old && ftruncate(file, 0) == 0;
  [[maybe_unused]] const ssize_t written = write(file, "x", 1);
  close(file);
}

void mark_and_die(int signal_number) {
  mark_crash();
  if (signal_number == SIGBUS) {
    [[maybe_unused]] const ssize_t said =
        write(STDERR_FILENO, kLastWords.data(), kLastWords.size());
    _exit(kExitIo);
  }
  // The handler was reset when it was called, so this ends the process with the signal's own fate.
  raise(signal_number);
}

Status check_count(const std::string& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0 || about.st_size < kMostCrashes) return {};
  return fail(ErrorCode::kIo, "reading or writing the stored data ended this daemon " +
                                  std::to_string(about.st_size) +
                                  " times in a row; it is not started again until " + path +
                                  " is removed");
}

}  // namespace

Status leave_crash_mark(const std::string& path) {
  const std::string count_path = path + std::string(kCountSuffix);
  if (Status calm = check_count(count_path); !calm) return calm;
  const std::filesystem::path whole(path);
  const std::string name = whole.filename().string();
  const std::string count = std::filesystem::path(count_path).filename().string();
  if (count.size() >= sizeof(g_count)) return fail(ErrorCode::kInvalid, path + ": too long a name");
  std::memcpy(g_mark, name.c_str(), name.size() + 1);
  std::memcpy(g_count, count.c_str(), count.size() + 1);
  g_folder = open(whole.parent_path().c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC);
  if (g_folder < 0) return errno_error(whole.parent_path().string());
  struct sigaction action = {};
  action.sa_handler = mark_and_die;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  for (int signal_number : {SIGBUS, SIGSEGV, SIGABRT}) sigaction(signal_number, &action, nullptr);
  return {};
}

void mark_crash() {
  const int file = openat(g_folder, g_mark, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) close(file);
  count_crash();
}

bool has_crash_mark(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

void clear_crash_mark(const std::string& path) { unlink(path.c_str()); }

}  // namespace groupctl
