// Options of a deploy as they are typed: health checks and rollouts.
#pragma once

#include <optional>

#include "commands/state/rollout.h"
#include "commands/syntax.h"

namespace groupctl {

/// --health, --health-every, --health-within; without a command when none is given. Error:
/// kInvalid.
Result<HealthCheck> health_in(const SyntaxValues& values);
/// --batch, --max-failures, --canary, --batch-pause; nullopt when none is given. Error: kInvalid.
Result<std::optional<RolloutPolicy>> rolling_in(const SyntaxValues& values);
/// "4 at a time, at most 2 failures, canary 1".
std::string policy_text(const RolloutPolicy& policy);

}  // namespace groupctl
