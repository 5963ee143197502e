// What one peer, and all of them together, may make a coordinator keep or do. A part of
// CoordinatorConfig.
#pragma once

#include <cstddef>

#include "log/token_bucket.h"

namespace groupctl {

struct PeerBounds {
  Rate knocks = {2, 1000, 60};  ///< hellos and joins of one peer; more are dropped
  /// JOINED and LABELLED (with the LEFT of who is replaced) by joins of one peer; then it is busy.
  Rate roster_changes = {1, 60'000, 10};
  /// Outcomes of one member that are written; those beyond are reported again.
  Rate outcomes = {5000, 1000, 20'000};
  std::uint64_t replaced_outcome_cost = 100;  ///< of one that says otherwise than it did before
  std::size_t outcome_text_bytes = 1 << 20;   ///< Exceptions::Limits
  std::size_t outcome_rows = 65'536;
  std::size_t members = 10'000;   ///< in the roster; then joins are refused as busy
  std::size_t challenges = 256;   ///< joins that wait for a probe's answer
  std::size_t waiters = 131'072;  ///< for their turn or for a commit; then it is busy
  /// About keys, that wait for a commit: to those who ask, and as many to those who rule on them.
  std::size_t key_answers = 256;
  std::size_t request_rows = 1'000'000;  ///< clients remembered, however young
};

}  // namespace groupctl
