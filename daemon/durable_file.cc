#include "daemon/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "log/unique_fd.h"

namespace groupctl {
namespace {

tl::unexpected<Error> failed(std::string_view doing, const std::string& path) {
  ErrorCode code = ErrorCode::kIo;
  if (errno == ENOENT) code = ErrorCode::kNotFound;
  if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) code = ErrorCode::kStorageFull;
  return fail(code, std::string(doing) + " " + path + ": " + std::strerror(errno));
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Status write_file_durably(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".new";
  {
    const UniqueFd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file) return failed("cannot create", temporary);
    if (!write_all(file.get(), text) || ::fsync(file.get()) != 0) {
      return failed("cannot write", temporary);
    }
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) return failed("cannot replace", path);
  return sync_names(std::filesystem::path(path).parent_path().string());
}

Status sync_names(const std::string& folder) {
  const UniqueFd directory(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC));
  if (!directory || ::fsync(directory.get()) != 0) return failed("cannot sync", folder);
  return {};
}

Result<std::string> read_small_file(const std::string& path) {
  constexpr std::size_t kMostBytes = 1024 * 1024;
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return failed("cannot open", path);
  std::string text;
  std::array<char, 4096> piece{};
  while (true) {
    const ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("cannot read", path);
    if (got == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > kMostBytes) return fail(ErrorCode::kIo, path + " is too large");
  }
}

}  // namespace groupctl
