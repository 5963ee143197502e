// What every node of a simulated world stands on.
#pragma once

#include "tests/simulation/world/net.h"
#include "tests/simulation/world/truth.h"

namespace groupctl::sim {

struct Stage {
  explicit Stage(std::uint64_t seed) : random(seed), net(queue, random, faults) {}
  Stage(const Stage&) = delete;

  /// The wall clock of this world when it begins.
  static constexpr std::uint64_t kWallStartMs = 1'700'000'000'000;

  /// From here on nothing goes wrong any more; 0: not yet.
  Millis healed_at = 0;

  EventQueue queue;
  Pcg random;
  Faults faults;
  Trace trace;
  Net net;
  Truth truth;
};

}  // namespace groupctl::sim
