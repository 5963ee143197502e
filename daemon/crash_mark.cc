#include "daemon/crash_mark.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "log/unique_fd.h"

namespace groupctl {
namespace {

// A handler can reach nothing but globals, and may call nothing that allocates.
int g_folder = -1;
char g_name[256];

void mark_and_die(int signal_number) {
  const int file = openat(g_folder, g_name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) close(file);
  // The handler was reset when it was called, so this ends the process with the signal's own fate.
  raise(signal_number);
}

}  // namespace

Status leave_crash_mark(const std::string& path) {
  const std::filesystem::path whole(path);
  const std::string name = whole.filename().string();
  if (name.size() >= sizeof(g_name)) return fail(ErrorCode::kInvalid, path + ": too long a name");
  std::memcpy(g_name, name.c_str(), name.size() + 1);
  g_folder = open(whole.parent_path().c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC);
  if (g_folder < 0) return errno_error(whole.parent_path().string());
  struct sigaction action = {};
  action.sa_handler = mark_and_die;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  for (int signal_number : {SIGBUS, SIGSEGV, SIGABRT}) sigaction(signal_number, &action, nullptr);
  return {};
}

bool has_crash_mark(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

void clear_crash_mark(const std::string& path) { unlink(path.c_str()); }

}  // namespace groupctl
