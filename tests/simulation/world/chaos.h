// Crashes, wipes, departures, cuts and lost sessions, drawn until they end for good.
#pragma once

#include "tests/simulation/world/operator.h"

namespace groupctl::sim {

class Chaos {
 public:
  explicit Chaos(World& world) : world_(world), operator_(world) {}
  void start() { next(); }
  /// Heals everything and starts everybody; from now on nothing goes wrong any more.
  void end();

 private:
  void next();
  void strike();
  void strike_coordinator();
  void strike_disk();
  void strike_member(MemberNode& member);
  void strike_link();
  void restart_later(MemberNode& member);

  World& world_;
  Operator operator_;
  std::optional<MemoryStore> copy_;  // of the coordinator's disk
  bool ended_ = false;
};

}  // namespace groupctl::sim
