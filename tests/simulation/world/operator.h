// Who looks after a group whose coordinator was put back: gives up what is lost, and sets up anew
// the members that say that they follow another history.
#pragma once

#include "tests/simulation/world/world.h"

namespace groupctl::sim {

class Operator {
 public:
  explicit Operator(World& world) : world_(world) {}
  /// From now on to the end.
  void watch();
  bool watches() const { return watches_; }

 private:
  void look();
  void recover(const AdminReply& reply);
  void set_up_anew(MemberNode& member);

  World& world_;
  bool watches_ = false;
};

}  // namespace groupctl::sim
