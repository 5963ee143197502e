#include "cli/collect_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "daemon/durable_file.h"
#include "daemon/file_digest.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

constexpr const char* kIndex = "index.json";

tl::unexpected<Error> in_the_way(const std::string& path) {
  return fail(ErrorCode::kConflict, "another file is there: " + path);
}

/// Whether the index that is there is one of this entry.
Status check_index(const std::string& path, const std::string& group,
                   std::optional<Sequence> sequence) {
  const auto text = read_small_file(path);
  if (!text && text.error().code == ErrorCode::kNotFound) return {};
  if (!text) return tl::unexpected(text.error());
  const auto index = nlohmann::json::parse(*text, nullptr, false);
  const bool readable = index.is_object() && index.contains("seq") && index.contains("group") &&
                        index["seq"].is_number_unsigned() && index["group"].is_string();
  if (!readable) return in_the_way(path);
  const auto seq = index["seq"].get<std::uint64_t>();
  const auto of = index["group"].get<std::string>();
  if (sequence && seq == sequence->value && of == group) return {};
  return fail(ErrorCode::kConflict,
              fmt::format("{} is of seq {} of group {}: name another folder", path, seq, of));
}

Result<UniqueFd> lock_folder(const std::string& folder) {
  UniqueFd lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock) return errno_error(folder);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return errno_error(folder);
  return fail(ErrorCode::kConflict, folder + ": another groupctl collects into it");
}

/// Not over another file: where the file system has no such rename, by a second name for it.
Status put_in_place(const std::string& from, const std::string& to) {
  int put = ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
  if (put != 0 && errno == EINVAL) put = ::link(from.c_str(), to.c_str());
  if (put != 0 && errno == EEXIST) return in_the_way(to);
  return put == 0 ? Status{} : errno_error(to);
}

}  // namespace

std::string IncomingFile::unfinished() const {
  const fs::path path(path_);
  return (path.parent_path() / ("." + path.filename().string() + ".part")).string();
}

Result<IncomingFile> IncomingFile::create(std::string path) {
  IncomingFile made(std::move(path), UniqueFd());
  const std::string name = made.unfinished();
  made.file_ =
      UniqueFd(::open(name.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!made.file_) return errno_error(name);
  return made;
}

IncomingFile& IncomingFile::operator=(IncomingFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  return *this;
}

IncomingFile::~IncomingFile() {
  if (file_) ::unlink(unfinished().c_str());
}

Status IncomingFile::write(ByteView bytes) { return write_all(file_, bytes, path_); }

Status IncomingFile::finish(const ArtefactDigest& digest) {
  if (::fsync(file_.get()) != 0) return errno_error(path_);
  const auto written = file_digest(unfinished());
  if (!written) return tl::unexpected(written.error());
  if (*written != digest) {
    return fail(ErrorCode::kDigestMismatch, "what arrived is not what its digest says");
  }
  if (Status put = put_in_place(unfinished(), path_); !put) return put;
  return sync_names(fs::path(path_).parent_path().string());
}

std::string CollectFolder::file_name(Sequence sequence, const std::string& member) {
  return fmt::format("{}-{}.tar.zst", sequence.value, member);
}

Result<CollectFolder> CollectFolder::open(std::string folder, const std::string& group,
                                          std::optional<Sequence> sequence) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(ErrorCode::kIo, folder + ": " + error.message());
  auto lock = lock_folder(folder);
  if (!lock) return tl::unexpected(lock.error());
  CollectFolder opened(std::move(folder), *std::move(lock));
  const Status fits = check_index(opened.folder_ + "/" + kIndex, group, sequence);
  if (!fits) return tl::unexpected(fits.error());
  return opened;
}

Result<bool> CollectFolder::has(const std::string& name, const ArtefactDigest& digest) const {
  const std::string path = folder_ + "/" + name;
  const auto there = file_digest(path);
  if (!there && there.error().code == ErrorCode::kNotFound) return false;
  if (!there && there.error().code == ErrorCode::kInvalid) return in_the_way(path);
  if (!there) return tl::unexpected(there.error());
  if (*there != digest) return in_the_way(path);
  return true;
}

Result<IncomingFile> CollectFolder::begin(const std::string& name) const {
  return IncomingFile::create(folder_ + "/" + name);
}

Status CollectFolder::write_index(const std::string& text) const {
  return write_file_durably(folder_ + "/" + kIndex, text);
}

}  // namespace groupctl
