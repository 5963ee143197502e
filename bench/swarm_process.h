// A bench_swarm as a child.
#pragma once

#include "bench/child.h"
#include "bench/coordinator_process.h"
#include "bench/works.h"

namespace groupctl::bench {

class SwarmProcess {
 public:
  /// The members are there, let in, and not started.
  static Result<SwarmProcess> open(const std::string& program,
                                   const CoordinatorProcess& coordinator, std::uint64_t members,
                                   const std::string& log);
  /// They are there and in step with a new group.
  static Result<SwarmProcess> joined(const Bench& bench, const CoordinatorProcess& coordinator,
                                     ZmqClient& client, const std::string& log);
  /// All members start; they were absent since stop_members().
  Status start_members() { return tell("start"); }
  /// They are in step: they have and acknowledge what comes, and apply nothing any more.
  Status only_listen() { return tell("listen"); }
  Status stop_members() { return tell("stop"); }
  /// Waits until the last has received `at`: seconds since the first was welcomed.
  Result<double> wait(Sequence at);

 private:
  explicit SwarmProcess(Child child) : child_(std::move(child)) {}
  Result<std::string> ask(const std::string& line);
  Status tell(const std::string& line);

  Child child_;
};

}  // namespace groupctl::bench
