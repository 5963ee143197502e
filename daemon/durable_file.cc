#include "daemon/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "daemon/file_io.h"
#include "log/unique_fd.h"

namespace groupctl {
Status write_file_durably(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".new";
  {
    const UniqueFd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file) return errno_error("cannot create " + temporary);
    const std::string writing = "cannot write " + temporary;
    if (Status written = write_all(file, as_bytes(text), writing); !written) return written;
    if (::fsync(file.get()) != 0) return errno_error(writing);
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0)
    return errno_error("cannot replace " + path);
  return sync_names(std::filesystem::path(path).parent_path().string());
}

Status make_folder_whole(const std::filesystem::path& folder,
                         const std::function<Status(const std::filesystem::path&)>& make) {
  const std::filesystem::path unfinished =
      folder.parent_path() / (".new-" + folder.filename().string());
  std::error_code error;
  std::filesystem::remove_all(unfinished, error);
  if (!error) std::filesystem::create_directories(unfinished, error);
  if (error) return fail(ErrorCode::kIo, unfinished.string() + ": " + error.message());
  if (Status made = make(unfinished); !made) return made;
  std::filesystem::rename(unfinished, folder, error);
  if (error) return fail(ErrorCode::kIo, folder.string() + ": " + error.message());
  return sync_names(folder.parent_path().string());
}

Result<std::string> read_small_file(const std::string& path) {
  constexpr std::size_t kMostBytes = 1024 * 1024;
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return errno_error("cannot open " + path);
  std::string text;
  std::array<char, 4096> piece{};
  while (true) {
    const ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error("cannot read " + path);
    if (got == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > kMostBytes) return fail(ErrorCode::kIo, path + " is too large");
  }
}

}  // namespace groupctl
