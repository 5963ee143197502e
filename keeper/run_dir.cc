#include "keeper/run_dir.h"

#include <fcntl.h>
#include <sys/file.h>

#include <array>
#include <cerrno>
#include <cstdio>

namespace groupctl::keeper {
namespace {

Status replace_file(const std::string& folder, const std::string& name,
                    const Result<std::string>& text) {
  const std::string path = folder + "/" + name;
  if (!text) return fail(path, text.error());
  const std::string temporary = path + ".new";
  {
    const UniqueFd file(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return errno_error(temporary);
    if (Status written = write_all(file, as_bytes(*text), temporary); !written) return written;
    if (::fsync(file.get()) != 0) return errno_error(temporary);
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) return errno_error(path);
  return sync_names(folder);
}

Result<std::string> read_text(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return errno_error(path);
  std::string text;
  std::array<char, 4096> piece{};
  while (text.size() <= kMaxSpecBytes) {
    const ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error(path);
    if (got == 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  return text;
}

template <class T>
Result<T> read_with(const std::string& path, Result<T> (*decode)(std::string_view)) {
  const auto text = read_text(path);
  if (!text) return tl::unexpected(text.error());
  auto value = decode(*text);
  if (!value) return fail(ErrorCode::kCorrupt, path + ": " + value.error().text);
  return value;
}

}  // namespace

Result<UniqueFd> take_run_lock(const std::string& folder) {
  const std::string path = folder + "/lock";
  UniqueFd lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock) return errno_error(path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) return fail(ErrorCode::kInUse, folder + ": has a keeper already");
  return errno_error(path);
}

Status write_spec(const std::string& folder, const KeptSpec& spec) {
  return replace_file(folder, "spec.json", to_json(spec));
}

Status write_state(const std::string& folder, const KeptState& state) {
  return replace_file(folder, "state.json", to_json(state));
}

Status remove_state(const std::string& folder) {
  const std::string path = folder + "/state.json";
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return errno_error(path);
  return {};
}

Result<KeptSpec> read_spec(const std::string& folder) {
  return read_with(folder + "/spec.json", &kept_spec_from_json);
}

Result<KeptState> read_state(const std::string& folder) {
  return read_with(folder + "/state.json", &kept_state_from_json);
}

}  // namespace groupctl::keeper
