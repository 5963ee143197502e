// Archives from the group's repository and from web servers, kept on this member by their digests.
//
//   CACHE/HEX        whole; its digest was right when it got this name
//   CACHE/HEX.part   on its way; at most one
#pragma once

#include <optional>
#include <string>

#include "daemon/digested_file.h"

namespace groupctl {

/// Of one archive; the coordinator takes no longer ones.
inline constexpr std::uint64_t kMaxArchiveBytes = 64ULL << 30;

class ArtefactCache {
 public:
  /// Makes the folder (0700). Errors: kIo.
  static Result<ArtefactCache> open(std::string folder, std::uint64_t max_bytes);

  /// The archive's path, read and digested anew; one that has changed is dropped. nullopt: not
  /// here.
  std::optional<std::string> find(const ArtefactDigest& digest);
  /// Its bytes, not read; nullopt: not here.
  std::optional<std::uint64_t> size_of(const ArtefactDigest& digest) const;
  /// The part of it that is there; others are dropped. Errors: kIo, kStorageFull.
  Result<DigestedFile> begin(const ArtefactDigest& digest);
  /// Whether so many bytes more can be written; makes room by dropping archives. Errors:
  /// kStorageFull, kIo.
  Status make_room(std::uint64_t bytes);
  /// The part is whole and right: gives the archive's path. The others make way, those used longest
  /// ago first, until all are within the bound, but never this one. Errors: kIo.
  Result<std::string> take_in(const ArtefactDigest& digest) { return take_in(digest, digest); }
  /// The same of a part that was begun under another name, before its digest was known.
  Result<std::string> take_in(const ArtefactDigest& begun_as, const ArtefactDigest& digest);
  /// The part is of no use.
  void drop_part(const ArtefactDigest& digest);

 private:
  ArtefactCache(std::string folder, std::uint64_t max_bytes)
      : folder_(std::move(folder)), max_bytes_(max_bytes) {}
  std::string path(const ArtefactDigest& digest) const { return folder_ + "/" + digest.hex(); }
  std::string part(const ArtefactDigest& digest) const { return path(digest) + ".part"; }
  void trim(std::uint64_t most, const std::string& keep);

  std::string folder_;
  std::uint64_t max_bytes_;
};

}  // namespace groupctl
