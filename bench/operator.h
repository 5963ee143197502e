// groupctl as an operator types it, timed; and other programs beside it.
#pragma once

#include <string>
#include <vector>

#include "bench/coordinator_process.h"

namespace groupctl::bench {

class Operator {
 public:
  /// `log`: what the program says. The coordinator outlives it.
  Operator(std::string program, const CoordinatorProcess& coordinator, std::string log)
      : program_(std::move(program)), coordinator_(coordinator), log_(std::move(log)) {}

  /// Seconds until it has ended. Error: it did not end with 0.
  Result<double> type(std::vector<std::string> words) const;

 private:
  const std::string program_;
  const CoordinatorProcess& coordinator_;
  const std::string log_;
};

/// Runs these at once; seconds until the last has ended. Error: one did not end with 0.
Result<double> run_at_once(std::vector<std::vector<std::string>> programs, const std::string& log);

}  // namespace groupctl::bench
