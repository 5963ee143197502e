// One seed: a group under drawn faults, then without any, watched all the time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "tests/simulation/world/truth.h"

namespace groupctl::sim {

struct SimulationResult {
  std::uint64_t seed = 0;
  std::optional<Violation> violation;
  std::uint64_t trace_hash = 0;
  std::uint64_t events = 0;
  std::uint64_t entries = 0;
  std::map<std::string, std::uint64_t> sometimes;
  std::string faults;             ///< of the seed
  std::deque<std::string> trace;  ///< the last lines, if they were asked for
};

/// Runs a seed to its end or to the first broken invariant. Keeps so many lines of trace.
SimulationResult simulate(std::uint64_t seed, std::size_t trace_lines = 0);

/// One line: the seed, the invariant, and how to see more.
std::string report(const SimulationResult& result);

}  // namespace groupctl::sim
