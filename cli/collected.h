// What became of the bundles of an entry that were to be brought home.
#pragma once

#include <string>

#include "log/outcome.h"
#include "log/types.h"

namespace groupctl {

/// Of one target.
struct CollectedBundle {
  MemberId id;
  std::string member;
  std::string file;                  ///< its name in the folder; empty: it is missing
  std::string missing;               ///< why
  Outcome outcome = Outcome::kDone;  ///< of the entry on that member
  ArtefactDigest digest;             ///< of the file
  std::uint64_t bytes = 0;           ///< of the file
};

struct CollectProgress {
  std::size_t ended = 0;  ///< targets whose bundle is there, or missing for good
  std::size_t missing = 0;
  std::size_t targets = 0;
  std::uint64_t bytes = 0;  ///< that have arrived
  bool reachable = true;    ///< a coordinator is there
  const CollectedBundle* just_ended = nullptr;
};

}  // namespace groupctl
