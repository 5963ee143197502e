// A coordinator with a long log, killed and started again.
#pragma once

#include "bench/coordinator_process.h"
#include "log/result.h"
#include "log/types.h"

namespace groupctl::bench {

class LongLog {
 public:
  /// Fills the log of a fresh group.
  static Result<LongLog> make(const std::string& program, const std::string& dir,
                              std::uint64_t entries, std::uint64_t first_seed);

  CoordinatorProcess& coordinator() { return coordinator_; }
  std::uint64_t entries() const { return entries_; }
  /// After coordinator().kill(): seconds from the process's start to its first durable reply. Asks
  /// until somebody listens, as a client does that waits for nothing else.
  Result<double> start_again();

 private:
  LongLog(CoordinatorProcess coordinator, std::uint64_t entries)
      : coordinator_(std::move(coordinator)), entries_(entries) {}
  CoordinatorProcess coordinator_;
  std::uint64_t entries_;
  std::uint64_t starts_ = 0;
};

}  // namespace groupctl::bench
