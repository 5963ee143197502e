#include "log/dir_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace groupctl {
namespace {

/// Who wrote the LOCK file, for the text of kInUse.
std::string holder(int fd) {
  std::array<char, 32> text{};
  ssize_t length = ::pread(fd, text.data(), text.size() - 1, 0);
  if (length <= 0) return "another process";
  std::string pid(text.data(), static_cast<std::size_t>(length));
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return "pid " + pid;
}

bool write_pid(int fd) {
  std::string pid = std::to_string(::getpid()) + "\n";
  return ::ftruncate(fd, 0) == 0 &&
         ::pwrite(fd, pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
}

}  // namespace

Result<DirLock> DirLock::take(const std::filesystem::path& dir) {
  std::filesystem::path path = dir / "LOCK";
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return fail(ErrorCode::kIo, path.string() + ": " + std::strerror(errno));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return fail(ErrorCode::kIo, path.string() + ": " + std::strerror(errno));
    }
    return fail(ErrorCode::kInUse, dir.string() + ": in use by " + holder(fd.get()));
  }
  if (!write_pid(fd.get())) {
    return fail(ErrorCode::kIo, path.string() + ": " + std::strerror(errno));
  }
  return DirLock(std::move(fd));
}

}  // namespace groupctl
