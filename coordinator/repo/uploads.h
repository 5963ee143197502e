// Archives on their way into the group's repository.
#pragma once

#include <map>
#include <set>

#include "coordinator/repo/blobs.h"
#include "daemon/digested_file.h"
#include "wire/repository_messages.h"

namespace groupctl {

/// Not more than these; what is beyond is refused as kBusy or kInvalid.
inline constexpr std::size_t kMaxUploads = 16;
inline constexpr std::uint64_t kMaxArtefactBytes = 64ULL << 30;
/// Left free on the disk, which the log may share: else kStorageFull.
inline constexpr std::uint64_t kSpareBytes = 16 << 20;

class Uploads {
 public:
  explicit Uploads(Blobs& blobs) : blobs_(blobs) {}

  /// How far it is; where there is none one is begun. All there and checked: `whole`. Errors:
  /// kInvalid, kBusy, kStorageFull, kIo.
  struct State {
    PutState state;
    bool whole = false;
  };
  Result<State> open(LocalTime now, const PutArtefact& put);
  /// Errors: kNotFound when it is not open; kInvalid beyond the end; kStorageFull, kIo;
  /// kDigestMismatch at the end, and nothing of it stays.
  Result<PutState> write(LocalTime now, const PutChunk& chunk);

  /// Whether work() has something to do.
  bool busy() const;
  /// Reads on in what an earlier process left, a slice.
  void work();

  bool holds(const ArtefactDigest& digest) const { return open_.contains(digest); }

 private:
  struct Upload {
    DigestedFile file;
    std::uint64_t total = 0;
    LocalTime used;
  };
  Result<bool> find_whole(const PutArtefact& put);
  Status make_room(LocalTime now);
  Status check_space(std::uint64_t wanted) const;
  Status finish(const ArtefactDigest& digest);
  void drop(const ArtefactDigest& digest);

  Blobs& blobs_;
  std::map<ArtefactDigest, Upload> open_;
};

}  // namespace groupctl
