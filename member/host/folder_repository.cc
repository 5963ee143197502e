#include "member/host/folder_repository.h"

#include <fcntl.h>
#include <unistd.h>

#include "daemon/file_digest.h"
#include "member/host/names.h"

namespace groupctl {
namespace {

tl::unexpected<Miss> unreadable(const StepError& error) {
  return tl::unexpected<Miss>(Miss{Miss::Why::kUnreachable, error.text});
}

}  // namespace

Looked<ArtefactDigest> FolderRepository::digest_of(const std::string& name, const Release& wanted,
                                                   const Progress&) {
  auto found = files_.find(name, wanted.version);
  if (!found) return unreadable(found.error());
  if (!*found) return std::nullopt;
  auto digest = digests_.digest_of((*found)->file.get());
  if (digest) return *digest;
  return tl::unexpected<Miss>(Miss{Miss::Why::kUnreachable, url() + ": " + digest.error().text});
}

Looked<Bytes> FolderRepository::config_of(const std::string& name, const std::string& version) {
  auto found = files_.find_config(name, version);
  if (!found) return unreadable(found.error());
  return *std::move(found);
}

tl::expected<Located, Miss> FolderRepository::locate(const std::string& name,
                                                     const Release& release) {
  auto found = files_.find(name, release.version);
  if (!found) return unreadable(found.error());
  if (!*found) return tl::unexpected<Miss>(Miss{Miss::Why::kAbsent, {}});
  return Located{url(), (*found)->bytes, true};
}

tl::expected<std::string, Miss> FolderRepository::fetch(const std::string& name,
                                                        const Release& release, Patience,
                                                        const Progress& progress) {
  auto found = files_.find(name, release.version);
  if (!found) return unreadable(found.error());
  if (!*found) return tl::unexpected<Miss>(Miss{Miss::Why::kAbsent, {}});
  return take_over(**found, release.digest, progress);
}

tl::expected<std::string, Miss> FolderRepository::take_over(const FoundArchive& found,
                                                            const ArtefactDigest& wanted,
                                                            const Progress& progress) {
  const UniqueFd copy(
      ::open(staged_path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!copy) {
    return tl::unexpected<Miss>(Miss{Miss::Why::kFailed, errno_error(staged_path_).value().text});
  }
  Status written;
  std::uint64_t done = 0;
  int shown = -1;
  const auto digest = digest_of_open_file(found.file.get(), [&](ByteView piece) -> Status {
    if (done + piece.size() > found.bytes) {
      return fail(ErrorCode::kIo, "the archive grew while it was read");
    }
    written = write_all(copy, piece, staged_path_);
    done += piece.size();
    const int percent = static_cast<int>(done * 100 / found.bytes);
    if (percent != shown) progress(shown = percent);
    return written;
  });
  if (digest && *digest == wanted) return staged_path_;
  ::unlink(staged_path_.c_str());
  if (!written) return tl::unexpected<Miss>(Miss{Miss::Why::kFailed, written.error().text});
  if (!digest) {
    return tl::unexpected<Miss>(Miss{Miss::Why::kUnreachable, url() + ": " + digest.error().text});
  }
  return tl::unexpected<Miss>(Miss{Miss::Why::kDamaged, mismatch(url(), wanted, *digest)});
}

}  // namespace groupctl
