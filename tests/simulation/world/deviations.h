// What people do on single members of a simulated group: local commands, changes by hand, and what
// operators ask of one.
#pragma once

#include "tests/simulation/world/world.h"

namespace groupctl::sim {

/// Deviates at random until stopped; what deviates then stays so.
class Deviations {
 public:
  explicit Deviations(World& world) : world_(world) {}
  void start() { next(); }
  void stop() { stopped_ = true; }

 private:
  void next();
  void change_by_hand(MemberNode& member);
  void have_it_reconcile(const MemberNode& member);
  void change_repository(MemberNode& member);
  LocalVerb draw_verb();

  World& world_;
  bool stopped_ = false;
};

}  // namespace groupctl::sim
