#include "coordinator/repo/blobs.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "daemon/file_io.h"

namespace groupctl {
namespace {

Status rename_durably(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) return errno_error("cannot rename " + from);
  for (const std::string& path : {to, from}) {
    const auto folder = std::filesystem::path(path).parent_path().string();
    if (auto synced = sync_names(folder); !synced) return synced;
  }
  return {};
}

}  // namespace

Result<Blobs> Blobs::open(std::string folder) {
  for (const char* part : {"/blobs", "/partial", "/damaged"}) {
    if (auto made = make_folders_durably(folder + part); !made) {
      return tl::unexpected<Error>(made.error());
    }
  }
  return Blobs(std::move(folder));
}

Result<std::shared_ptr<const OpenBlob>> Blobs::find(const ArtefactDigest& digest) {
  auto known = std::find_if(kept_.begin(), kept_.end(),
                            [&](const Kept& kept) { return kept.digest == digest; });
  if (known != kept_.end()) {
    std::rotate(kept_.begin(), known, known + 1);
    return kept_.front().blob;
  }
  auto blob = std::make_shared<OpenBlob>();
  blob->file =
      UniqueFd(::open(path(digest).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat info {};
  if (!blob->file || ::fstat(blob->file.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return errno_error("cannot open " + path(digest));
  }
  blob->bytes = static_cast<std::uint64_t>(info.st_size);
  kept_.push_front({digest, blob});
  if (kept_.size() > kMaxOpen) kept_.pop_back();
  return kept_.front().blob;
}

void Blobs::forget(const ArtefactDigest& digest) {
  std::erase_if(kept_, [&](const Kept& kept) { return kept.digest == digest; });
}

Status Blobs::take_in(const ArtefactDigest& digest) {
  ::utimensat(AT_FDCWD, partial(digest).c_str(), nullptr, 0);  // its age is that of the blob
  return rename_durably(partial(digest), path(digest));
}

Status Blobs::put_aside(const ArtefactDigest& digest) {
  forget(digest);
  return rename_durably(path(digest), damaged(digest));
}

Result<std::vector<Blobs::Listed>> Blobs::list(const std::string& what) const {
  std::vector<Listed> found;
  std::error_code error;
  const std::string folder = folder_ + "/" + what;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    Listed file;
    file.path = it->path().string();
    struct stat info {};
    if (!file.digest.assign_hex(it->path().filename().string())) continue;
    if (::lstat(file.path.c_str(), &info) != 0) continue;  // gone meanwhile
    file.bytes = static_cast<std::uint64_t>(info.st_size);
    file.changed_s = info.st_mtim.tv_sec;
    found.push_back(std::move(file));
  }
  if (error) return fail(ErrorCode::kIo, folder + ": " + error.message());
  return found;
}

Status Blobs::remove(const Listed& file) {
  forget(file.digest);
  if (::unlink(file.path.c_str()) != 0) return errno_error("cannot remove " + file.path);
  return {};
}

}  // namespace groupctl
