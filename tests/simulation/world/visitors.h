// Who belongs to other groups of the process and comes to this one's doors: with what was said
// there, or with a server that is a member there.
#pragma once

#include <vector>

#include "tests/simulation/world/world.h"

namespace groupctl::sim {

class Visitors {
 public:
  Visitors(World& world, std::uint64_t seed) : world_(world), random_(seed, kStream) {}

  /// They come at drawn times. Without worlds, or with one that is not there (null), they make
  /// noise instead: to this group it must be all the same (I13).
  void start(std::vector<World*> from);
  void stop() { stopped_ = true; }

 private:
  static constexpr std::uint64_t kStream = 17;
  void next();
  void visit();
  bool repeat(World& home, std::uint64_t which);
  bool bring_a_member(World& home, std::uint64_t which);

  World& world_;
  Pcg random_;
  std::vector<World*> from_;
  bool stopped_ = false;
};

}  // namespace groupctl::sim
