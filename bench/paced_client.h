// A client that submits at a steady rate, and what each reply took.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "bench/door.h"
#include "log/result.h"

namespace groupctl::bench {

/// Submits 200 commands a second from its start on, whether or not the former ones are answered, in
/// a thread of its own. Each on a group needs a seed of its own.
class PacedClient {
 public:
  PacedClient(PlaneDoor admin, std::uint64_t seed);
  ~PacedClient();
  PacedClient(const PacedClient&) = delete;
  PacedClient& operator=(const PacedClient&) = delete;

  /// Ends it when all replies are there: seconds from each submit to its durable reply.
  Result<std::vector<double>> stop();

 private:
  Result<std::vector<double>> run(const PlaneDoor& admin, std::uint64_t seed);

  std::atomic<bool> stops_ = false;
  Result<std::vector<double>> took_;
  std::thread thread_;  // the last: it uses the others
};

}  // namespace groupctl::bench
