// How long commands take until their ledgers are closed.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "bench/submit.h"

namespace groupctl::bench {

/// A command a request, whose number is the id of its message, too.
using MakeSubmit = std::function<Result<Bytes>(const RequestId&)>;

struct Pace {
  std::uint64_t commands = 0;
  /// From one submit to the next, whether that one has closed or not; 0: the next follows its
  /// closing.
  std::chrono::steady_clock::duration between = {};
  std::uint64_t seed = 0;  ///< of the client's id
};

/// Seconds from the submit of each until whoever watches it is told that the last member has
/// answered. The members are in step.
Result<std::vector<double>> time_commands(ZmqClient& client, const MakeSubmit& make,
                                          const Pace& pace);

}  // namespace groupctl::bench
