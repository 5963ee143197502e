// What a rollout does next. Pure.
#pragma once

#include <string>
#include <vector>

#include "commands/state/rollout.h"
#include "log/outcome.h"

namespace groupctl {

/// A target of a rollout as it stands now.
struct RolloutMember {
  MemberId id;
  bool released = false;
  bool forgiven = false;                ///< it was released before the last RESUME
  bool here = true;                     ///< it is heard
  bool expected = false;                ///< it is not, and not lost yet: it may be about to join
  bool left = false;                    ///< it is no member any more, and nobody waits for it
  Outcome outcome = Outcome::kWaiting;  ///< of its RELEASE
};

struct RolloutStep {
  std::vector<MemberId> release;
  bool finish = false;
  std::string stop;  ///< why it goes no further; empty: it does
  bool waits_for_pause = false;
};

/// Whether nothing that was released is still at work.
bool is_quiet(const std::vector<RolloutMember>& members);

/// By the policy: never more at work than the window, and no member more once too many have failed
/// or are lost. Who is not heard comes last, and who is expected is waited for. `pause_over`: with
/// pauses, whether the one after the last wave is.
RolloutStep next_step(const RolloutPolicy& policy, const std::vector<RolloutMember>& members,
                      bool pause_over);

}  // namespace groupctl
