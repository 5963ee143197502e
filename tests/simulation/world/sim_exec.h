// A member's executor: carries out work in order, one item at a time, in virtual time.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "member/work.h"
#include "tests/simulation/world/sim_host.h"
#include "tests/simulation/world/trace.h"

namespace groupctl::sim {

class SimExec {
 public:
  using Done = std::function<void(const WorkItem&, WorkResult)>;
  SimExec(EventQueue& queue, Pcg& random, const Faults& faults, Trace& trace, Done done);

  SimHost& host() { return host_; }
  const SimHost& host() const { return host_; }
  bool idle() const { return items_.empty(); }

  void add(std::vector<WorkItem> items);
  /// What runs has changed the machine or has not; nobody hears of it. What waits is forgotten.
  void crash();
  /// Every item takes so long until told otherwise; 0: as the faults say.
  void set_step_ms(Millis ms) { step_ms_ = ms; }

 private:
  void start_next();
  void finish();

  EventQueue& queue_;
  Pcg& random_;
  const Faults& faults_;
  Trace& trace_;
  Done done_;
  SimHost host_;
  std::deque<WorkItem> items_;  // the first one runs
  std::uint64_t life_ = 0;
  Millis step_ms_ = 0;
};

}  // namespace groupctl::sim
