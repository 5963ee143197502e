// SHA-256 of files: what names an artefact's archive.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "log/result.h"
#include "log/types.h"

namespace groupctl {

/// SHA-256 fed in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(ByteView bytes);
  /// Ends the digest; nothing may be added afterwards.
  ArtefactDigest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Called with the pieces of a file, in order; an error ends the reading.
using TakePiece = std::function<Status(ByteView piece)>;

/// Reads an open file from where it stands to its end, in pieces of kChunkBytes. Errors: kIo, and
/// those of `take`.
Status read_pieces(int fd, const TakePiece& take);

/// Reads an open file from where it stands to its end, and returns the digest of what it read. Each
/// piece goes to `take` too, if there is one, so that the bytes that are kept are the bytes that
/// were digested. Errors: kIo, and those of `take`.
Result<ArtefactDigest> digest_of_open_file(int fd, const TakePiece& take = {});

/// Errors: kNotFound, kIo; kInvalid for what is no regular file.
Result<ArtefactDigest> file_digest(const std::string& path);

}  // namespace groupctl
