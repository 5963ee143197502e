// The repository `group:` as a member sees it: chunks from the coordinator, kept by digest.
#pragma once

#include <functional>

#include "commands/host.h"
#include "member/host/artefact_cache.h"
#include "member/host/artefact_desk.h"
#include "member/host/miss.h"

namespace groupctl {

/// Used by the executor's thread.
class GroupRepository {
 public:
  /// Told of the percentage that is there.
  using Progress = std::function<void(int percent)>;

  GroupRepository(ArtefactCache cache, ArtefactDesk& desk)
      : cache_(std::move(cache)), desk_(desk) {}

  /// The path of the archive, checked. Asks until it is there, or nothing was heard for so long.
  /// What a break or an earlier process left is gone on with.
  tl::expected<std::string, Miss> fetch(const ArtefactDigest& digest, std::uint64_t patience_ms,
                                        const Progress& progress);

  /// Whether it is there, and how large. Asks the coordinator for the first piece, and keeps
  /// nothing.
  tl::expected<Located, Miss> locate(const ArtefactDigest& digest, std::uint64_t patience_ms);

 private:
  tl::expected<void, Miss> fill(const ArtefactDigest& digest, DigestedFile& file,
                                std::uint64_t patience_ms, const Progress& progress);

  ArtefactCache cache_;
  ArtefactDesk& desk_;
};

}  // namespace groupctl
