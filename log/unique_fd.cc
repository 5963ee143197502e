#include "log/unique_fd.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

namespace groupctl {

tl::unexpected<Error> errno_error(std::string_view what) {
  const int number = errno;
  ErrorCode code = ErrorCode::kIo;
  if (number == ENOENT) code = ErrorCode::kNotFound;
  if (number == ENOSPC || number == EDQUOT || number == EFBIG) code = ErrorCode::kStorageFull;
  return fail(what, Error{code, std::strerror(number)});
}

Status write_all(const UniqueFd& file, ByteView bytes, std::string_view path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno_error(path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Status sync_names(const std::string& folder) {
  const char* path = folder.empty() ? "." : folder.c_str();
  const UniqueFd directory(::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::fsync(directory.get()) != 0) return errno_error("cannot sync " + folder);
  return {};
}

}  // namespace groupctl
