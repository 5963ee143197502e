// One seed: a group under drawn faults, then without any, watched all the time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

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

struct SimulationWish {
  std::size_t trace_lines = 0;  ///< so many are kept
  bool open = false;            ///< without keys, whatever the seed says
  /// What is barred is never said: if that changes anything, it has had an effect.
  bool mute_the_barred = false;
  std::string group = "shop";
};

/// Runs a seed to its end or to the first broken invariant.
SimulationResult simulate(std::uint64_t seed, const SimulationWish& wish = {});

struct ProcessWish {
  std::size_t groups = 3;
  /// The one with this number by itself, and noise instead of visitors from the others: it must go
  /// as it does beside them (I13).
  std::optional<std::size_t> alone = {};
  std::size_t trace_lines = 0;
};

/// Several groups in one process, side by side, each with a seed that follows from this one.
std::vector<SimulationResult> simulate_process(std::uint64_t seed, const ProcessWish& wish);

/// One line: the seed, the invariant, and how to see more.
std::string report(const SimulationResult& result);

}  // namespace groupctl::sim
