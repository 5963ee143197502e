// What the admins of a simulated group ask of it.
#pragma once

#include "tests/simulation/world/world.h"

namespace groupctl::sim {

/// Submits drawn commands until stopped.
class Workload {
 public:
  explicit Workload(World& world) : world_(world) {}
  void start();
  void stop() { stopped_ = true; }

 private:
  void next(AdminNode& admin);
  void dry_run(AdminNode& admin);
  void foreseen(AdminNode& admin, const Submit& submit, const ForeseenReply& reply);
  std::vector<SubmittedCommand> draw_request();
  SubmittedCommand draw_command();
  std::string draw_policy();
  Result<SubmittedCommand> draw_steering();
  Target draw_target();
  std::string drawn_member();

  World& world_;
  bool stopped_ = false;
};

}  // namespace groupctl::sim
