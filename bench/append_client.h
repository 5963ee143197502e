// A client that submits SET commands with a window of them under way.
#pragma once

#include <string>
#include <vector>

#include "bench/door.h"
#include "log/result.h"
#include "log/types.h"

namespace groupctl::bench {

struct AppendRun {
  std::uint64_t commands = 0;
  double seconds = 0;  ///< from the first submit until the last reply
  Sequence last;       ///< the highest sequence given
  double per_second() const { return static_cast<double>(commands) / seconds; }
};

/// Made beforehand: the client's own work is not what is measured. Each run on a group needs a seed
/// of its own.
Result<std::vector<Bytes>> make_submits(ZmqClient& client, std::uint64_t commands,
                                        std::uint64_t seed);

/// Submits `commands` commands with a value of 256 random characters each, one command a submit, at
/// most `window` unanswered; every reply is awaited. Each run on a group needs a seed of its own.
/// Errors: anything refused, unknown or silent.
Result<AppendRun> run_appends(const PlaneDoor& admin, std::uint64_t commands, std::uint64_t window,
                              std::uint64_t seed);

/// The same as a series of runs, so that few requests are in memory; gives the last sequence.
Result<Sequence> fill_log(const PlaneDoor& admin, std::uint64_t commands, std::uint64_t window,
                          std::uint64_t first_seed);

}  // namespace groupctl::bench
