// Files that entries have left on this member to be fetched: DIR/SEQ.ENDING, each there whole or
// not at all, the newest few.
//
//     DIR/SEQ.ENDING         what the entry SEQ has left
//     DIR/.SEQ.sha256        its digest, there before it
//     DIR/.unfinished        one that is being written
#pragma once

#include <string>

#include "commands/host.h"
#include "wire/question_messages.h"

namespace groupctl {

/// One thread writes, another may read meanwhile.
class LeftFiles {
 public:
  /// `folder` is this member's alone, made when it is needed; `ending` is ".tar.zst".
  LeftFiles(std::string folder, std::string ending, std::size_t most)
      : folder_(std::move(folder)), ending_(std::move(ending)), most_(most) {}

  const std::string& folder() const { return folder_; }
  std::string unfinished() const { return folder_ + "/.unfinished"; }
  /// Errors: kIo.
  Status make_folder() const;
  /// Puts unfinished() in its place, instead of one that is there already, and drops the oldest
  /// that are too many. Errors: kIo, kStorageFull.
  Result<LeftFile> keep(Sequence at) const;
  /// A piece of one. Errors: kNotFound, also for one that is no longer kept; kInvalid for an offset
  /// beyond its end; kIo.
  Result<BundleChunk> read(const BundleQuestion& question) const;

 private:
  std::string path(Sequence at) const;
  std::string digest_path(const std::string& number) const;
  void prune(Sequence newest) const;

  std::string folder_;
  std::string ending_;
  std::size_t most_;
};

}  // namespace groupctl
