// What a rollout may do, judged by the durable log and by what members have really carried out.
#pragma once

#include <map>

#include "commands/state/rollout.h"
#include "tests/simulation/world/world.h"

namespace groupctl::sim {

/// Looks on as entries become durable, and judges each RELEASE and each end by itself:
///
/// R1: never more at work than the window; in waves, none of the one before.
/// R2: none is released once more have failed than may, by what the coordinator had on disk.
/// R3: what comes after another rollout waits for it.
/// R4: at the end every target was released or is gone, and nobody has run it to whom it was not
///     released.
/// R5: as long as the canaries have not proved it, no more are released than they are.
class RolloutJudge {
 public:
  /// After every event.
  void look(World& world);

 private:
  void begin_anew(const Truth& truth);
  void note_phase(World& world, const RolloutRow& row);
  void note_others(World& world, const std::vector<RolloutRow>& all);

  Sequence seen_;
  std::uint64_t generation_ = 0;
  std::uint64_t life_ = 0;  ///< of the coordinator
  std::map<Sequence, RolloutPhase> phases_;
};

/// A rollout that is open though nothing goes wrong any more; empty: none.
std::string open_rollout(const Truth& truth);
/// Whether nothing more comes of it until somebody says so: it is paused, or its turn comes behind
/// one that was stopped or paused.
bool waits_for_somebody(const Truth& truth, Sequence rollout);

}  // namespace groupctl::sim
