#include "member/host/left_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "daemon/durable_file.h"
#include "daemon/file_digest.h"
#include "log/unique_fd.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::string LeftFiles::path(Sequence at) const {
  return folder_ + "/" + std::to_string(at.value) + ending_;
}

std::string LeftFiles::digest_path(const std::string& number) const {
  return folder_ + "/." + number + ".sha256";
}

Status LeftFiles::make_folder() const {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (!error) fs::permissions(folder_, fs::perms::owner_all, error);
  if (error) return fail(ErrorCode::kIo, folder_ + ": " + error.message());
  return {};
}

Result<LeftFile> LeftFiles::keep(Sequence at) const {
  const auto digest = file_digest(unfinished());
  if (!digest) return tl::unexpected<Error>(digest.error());
  std::error_code error;
  const std::uint64_t bytes = fs::file_size(unfinished(), error);
  if (error) return fail(ErrorCode::kIo, unfinished() + ": " + error.message());
  // The one that it replaces must not be read with another digest.
  fs::remove(path(at), error);
  const std::string note = digest_path(std::to_string(at.value));
  if (Status noted = write_file_durably(note, digest->hex()); !noted) {
    return tl::unexpected<Error>(noted.error());
  }
  if (std::rename(unfinished().c_str(), path(at).c_str()) != 0) return errno_error(path(at));
  if (Status synced = sync_names(folder_); !synced) {
    return tl::unexpected<Error>(synced.error());
  }
  prune(at);
  return LeftFile{path(at), *digest, bytes};
}

Result<BundleChunk> LeftFiles::read(const BundleQuestion& question) const {
  const std::string none = "nothing of " + std::to_string(question.at.value) + " is kept here";
  const UniqueFd file(::open(path(question.at).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file && errno == ENOENT) return fail(ErrorCode::kNotFound, none);
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) return errno_error(path(question.at));
  const auto digest = read_small_file(digest_path(std::to_string(question.at.value)));
  BundleChunk chunk;
  if (!digest || !chunk.digest.assign_hex(*digest)) return fail(ErrorCode::kNotFound, none);
  chunk.bytes = static_cast<std::uint64_t>(info.st_size);
  chunk.offset = question.offset;
  if (question.offset > chunk.bytes) {
    return fail(ErrorCode::kInvalid, "an offset beyond its end");
  }
  chunk.data.resize(std::min<std::uint64_t>(kQuestionPageBytes, chunk.bytes - question.offset));
  std::size_t done = 0;
  while (done < chunk.data.size()) {
    const ssize_t got = ::pread(file.get(), chunk.data.data() + done, chunk.data.size() - done,
                                static_cast<off_t>(question.offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error(path(question.at));
    if (got == 0) return fail(ErrorCode::kIo, path(question.at) + ": shorter than it was");
    done += static_cast<std::size_t>(got);
  }
  return chunk;
}

/// By age, not by sequence: another history begins at 1 again. What cannot be removed costs space,
/// not the newest file. A clock that was put back must not cost the newest one.
void LeftFiles::prune(Sequence newest) const {
  std::vector<std::pair<fs::file_time_type, fs::path>> kept;
  std::error_code error;
  fs::directory_iterator at(folder_, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    if (!at->path().filename().string().ends_with(ending_) || at->path() == path(newest)) continue;
    kept.emplace_back(at->last_write_time(error), at->path());
  }
  std::sort(kept.begin(), kept.end());
  for (std::size_t i = 0; i + most_ < kept.size() + 1; ++i) {
    const std::string name = kept[i].second.filename().string();
    fs::remove(kept[i].second, error);
    fs::remove(digest_path(name.substr(0, name.size() - ending_.size())), error);
  }
}

}  // namespace groupctl
