// The folder that bundles are brought home to: DIR/SEQ-MEMBER.tar.zst, each there whole or not at
// all, and DIR/index.json. Nothing that is there already is overwritten, but for the index of the
// same entry. One groupctl at a time works in a folder.
#pragma once

#include <optional>
#include <string>

#include "log/result.h"
#include "log/types.h"
#include "log/unique_fd.h"

namespace groupctl {

/// A file on its way; without finish() nothing of it stays.
class IncomingFile {
 public:
  /// Errors: kIo, kStorageFull.
  static Result<IncomingFile> create(std::string path);
  ~IncomingFile();
  IncomingFile(IncomingFile&& other) noexcept = default;
  IncomingFile& operator=(IncomingFile&& other) noexcept;

  /// Errors: kIo, kStorageFull.
  Status write(ByteView bytes);
  /// Puts it in its place. Errors: kDigestMismatch when it is another content; kConflict when
  /// another file has come there meanwhile; kIo.
  Status finish(const ArtefactDigest& digest);

 private:
  IncomingFile(std::string path, UniqueFd file) : path_(std::move(path)), file_(std::move(file)) {}
  std::string unfinished() const;

  std::string path_;
  UniqueFd file_;
};

class CollectFolder {
 public:
  /// Made if it is not there. With a sequence an index of that entry of that group may be there,
  /// without one none at all. Errors: kConflict, also when another process works in it; kIo.
  static Result<CollectFolder> open(std::string folder, const std::string& group,
                                    std::optional<Sequence> sequence);

  const std::string& path() const { return folder_; }
  static std::string file_name(Sequence sequence, const std::string& member);
  /// Whether this very file is there already. Errors: kConflict when another one is; kIo.
  Result<bool> has(const std::string& name, const ArtefactDigest& digest) const;
  Result<IncomingFile> begin(const std::string& name) const;
  /// Errors: kIo, kStorageFull.
  Status write_index(const std::string& text) const;

 private:
  CollectFolder(std::string folder, UniqueFd lock)
      : folder_(std::move(folder)), lock_(std::move(lock)) {}

  std::string folder_;
  UniqueFd lock_;  ///< the folder itself
};

}  // namespace groupctl
