#include "daemon/crash_mark.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <optional>

#include "daemon/exit_codes.h"

namespace groupctl {
namespace {

constexpr off_t kMostCrashes = 3;
constexpr time_t kCalmSeconds = 600;
constexpr std::string_view kCountSuffix = "-count";
constexpr std::string_view kLastWords =
    "error: the stored data cannot be read (SIGBUS); the next start verifies all of it\n";

// A handler can reach nothing but globals, and may call nothing that allocates. SIGBUS, SIGSEGV and
// SIGABRT come in the thread that they are about.
std::optional<CrashPlace> g_place_of_process;
thread_local const CrashPlace* t_place = nullptr;

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

Result<CrashPlace> CrashPlace::open(const std::string& path) {
  const std::string count = path + std::string(kCountSuffix);
  if (Status calm = check_count(count); !calm) return tl::unexpected<Error>(calm.error());
  const std::filesystem::path whole(path);
  const std::string folder = whole.parent_path().string();
  UniqueFd opened(::open(folder.c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC));
  if (!opened) return errno_error(folder);
  return CrashPlace(std::move(opened), whole.filename().string(),
                    std::filesystem::path(count).filename().string());
}

/// The count has one byte a crash; those before a calm time do not count.
void CrashPlace::mark() const {
  const int mark = openat(folder_.get(), mark_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (mark >= 0) close(mark);
  const int count =
      openat(folder_.get(), count_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (count < 0) return;
  struct stat about {};
  const bool old = fstat(count, &about) == 0 && time(nullptr) - about.st_mtime > kCalmSeconds;
  [[maybe_unused]] const bool begun_anew = old && ftruncate(count, 0) == 0;
  [[maybe_unused]] const ssize_t written = write(count, "x", 1);
  close(count);
}

Status leave_crash_mark(const std::string& path) {
  auto place = CrashPlace::open(path);
  if (!place) return tl::unexpected<Error>(place.error());
  g_place_of_process.emplace(*std::move(place));
  struct sigaction action = {};
  action.sa_handler = mark_and_die;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  for (int signal_number : {SIGBUS, SIGSEGV, SIGABRT}) sigaction(signal_number, &action, nullptr);
  return {};
}

void mark_crashes_at(const CrashPlace* place) { t_place = place; }
const CrashPlace* crash_place() { return t_place; }

void mark_crash() {
  if (t_place != nullptr) return t_place->mark();
  if (g_place_of_process) g_place_of_process->mark();
}

bool has_crash_mark(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

void clear_crash_mark(const std::string& path) { unlink(path.c_str()); }

}  // namespace groupctl
