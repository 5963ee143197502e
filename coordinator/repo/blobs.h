// The archives of a group, named by their digests.
//
//   REPO/blobs/HEX     whole, checked and synced before it got this name
//   REPO/partial/HEX   uploads on their way
//   REPO/damaged/HEX   blobs that were found not to be what their digest says
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "log/result.h"
#include "log/types.h"
#include "log/unique_fd.h"

namespace groupctl {

/// What is read of a long file before others have their turn.
inline constexpr std::uint64_t kReadSliceBytes = 4 << 20;

struct OpenBlob {
  UniqueFd file;
  std::uint64_t bytes = 0;
};

class Blobs {
 public:
  /// Blobs that members read are kept open, as many as this.
  static constexpr std::size_t kMaxOpen = 16;

  /// Makes the folders. Errors: kIo, kStorageFull.
  static Result<Blobs> open(std::string folder);

  std::string path(const ArtefactDigest& digest) const {
    return folder_ + "/blobs/" + digest.hex();
  }
  std::string partial(const ArtefactDigest& digest) const {
    return folder_ + "/partial/" + digest.hex();
  }
  std::string damaged(const ArtefactDigest& digest) const {
    return folder_ + "/damaged/" + digest.hex();
  }
  const std::string& folder() const { return folder_; }

  /// Kept open until others are wanted. Errors: kNotFound, kIo.
  Result<std::shared_ptr<const OpenBlob>> find(const ArtefactDigest& digest);
  /// The next find() looks at the disk.
  void forget(const ArtefactDigest& digest);
  /// A partial file, synced and checked, becomes the blob; written now. Errors: kIo.
  Status take_in(const ArtefactDigest& digest);
  /// Puts a damaged blob aside. Errors: kIo.
  Status put_aside(const ArtefactDigest& digest);

  struct Listed {
    std::string path;
    ArtefactDigest digest;
    std::uint64_t bytes = 0;
    std::int64_t changed_s = 0;  ///< wall time of the last write
  };
  /// What lies in a folder ("blobs", "partial", "damaged") under a digest's name. Errors: kIo.
  Result<std::vector<Listed>> list(const std::string& what) const;
  Status remove(const Listed& file);

 private:
  explicit Blobs(std::string folder) : folder_(std::move(folder)) {}

  struct Kept {
    ArtefactDigest digest;
    std::shared_ptr<const OpenBlob> blob;
  };
  std::string folder_;
  std::deque<Kept> kept_;  // the one used last in front
};

}  // namespace groupctl
