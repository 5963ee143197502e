#include "member/host/artefact_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "daemon/file_io.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

/// Left free on the disk that the member's store is on.
constexpr std::uint64_t kSpareBytes = 16 << 20;

struct Archive {
  std::string path;
  std::uint64_t bytes = 0;
  fs::file_time_type used;
};

/// The one used longest ago first.
std::vector<Archive> archives_in(const std::string& folder) {
  std::vector<Archive> found;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    ArtefactDigest digest;
    if (!digest.assign_hex(it->path().filename().string())) continue;
    std::error_code gone;
    Archive one{it->path().string(), it->file_size(gone), it->last_write_time(gone)};
    if (!gone) found.push_back(std::move(one));
  }
  std::sort(found.begin(), found.end(),
            [](const Archive& a, const Archive& b) { return a.used < b.used; });
  return found;
}

}  // namespace

std::optional<std::uint64_t> ArtefactCache::size_of(const ArtefactDigest& digest) const {
  std::error_code error;
  const std::uint64_t bytes = fs::file_size(path(digest), error);
  return error ? std::nullopt : std::optional(bytes);
}

Result<ArtefactCache> ArtefactCache::open(std::string folder, std::uint64_t max_bytes) {
  if (auto made = make_folders_durably(folder); !made) return tl::unexpected<Error>(made.error());
  if (::chmod(folder.c_str(), 0700) != 0) return errno_error("cannot close to others " + folder);
  return ArtefactCache(std::move(folder), max_bytes);
}

std::optional<std::string> ArtefactCache::find(const ArtefactDigest& digest) {
  std::string there = path(digest);
  const auto found = file_digest(there);
  if (!found) return std::nullopt;
  if (*found != digest) {
    ::unlink(there.c_str());
    return std::nullopt;
  }
  ::utimensat(AT_FDCWD, there.c_str(), nullptr, 0);  // used now
  return there;
}

Result<DigestedFile> ArtefactCache::begin(const ArtefactDigest& digest) {
  const std::string wanted = part(digest);
  std::error_code error;
  for (fs::directory_iterator it(folder_, error), end; !error && it != end; it.increment(error)) {
    const bool other_part = it->path().extension() == ".part" && it->path() != wanted;
    if (other_part) ::unlink(it->path().c_str());
  }
  return DigestedFile::open(wanted);
}

Status ArtefactCache::make_room(std::uint64_t bytes) {
  const auto left = free_bytes(folder_);
  if (!left) return tl::unexpected<Error>(left.error());
  const std::uint64_t wanted = bytes + kSpareBytes;
  if (*left >= wanted) return {};
  std::uint64_t kept = 0;
  for (const Archive& one : archives_in(folder_)) kept += one.bytes;
  // What would not fit in their place either takes none of them away: a server may have lied.
  if (kept != 0 && *left + kept >= wanted) {
    trim(0, "");
    const auto now = free_bytes(folder_);
    if (!now) return tl::unexpected<Error>(now.error());
    if (*now >= wanted) return {};
  }
  return fail(ErrorCode::kStorageFull,
              folder_ + ": no room for " + std::to_string(bytes) + " bytes more");
}

Result<std::string> ArtefactCache::take_in(const ArtefactDigest& begun_as,
                                           const ArtefactDigest& digest) {
  std::string whole = path(digest);
  if (std::rename(part(begun_as).c_str(), whole.c_str()) != 0) {
    return errno_error("cannot rename " + part(begun_as));
  }
  if (auto synced = sync_names(folder_); !synced) return tl::unexpected<Error>(synced.error());
  trim(max_bytes_, whole);
  return whole;
}

void ArtefactCache::drop_part(const ArtefactDigest& digest) { ::unlink(part(digest).c_str()); }

void ArtefactCache::trim(std::uint64_t most, const std::string& keep) {
  const auto archives = archives_in(folder_);
  std::uint64_t bytes = 0;
  for (const Archive& one : archives) bytes += one.bytes;
  for (const Archive& one : archives) {
    if (bytes <= most) return;
    if (one.path == keep || ::unlink(one.path.c_str()) != 0) continue;
    bytes -= one.bytes;
  }
}

}  // namespace groupctl
