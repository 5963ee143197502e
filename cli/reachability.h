// Says once when the coordinator has gone, and once when it is back.
#pragma once

#include <utility>

#include "cli/run.h"

namespace groupctl {

class Reachability {
 public:
  Reachability(const GlobalOptions& global, const Surroundings& around)
      : quiet_(global.quiet), around_(around) {}

  void note(bool reachable) {
    if (reachable == std::exchange(reachable_, reachable) || quiet_) return;
    around_.say(reachable ? "note: the coordinator answers again\n"
                          : "note: no coordinator answers; waiting for it\n");
  }

 private:
  const bool quiet_;
  const Surroundings& around_;
  bool reachable_ = true;
};

}  // namespace groupctl
