// What a DEPLOY may say beside its release, wherever it is typed: on a line, in a plan, in a
// payload.
#pragma once

#include "commands/state/rollout.h"
#include "commands/state/rows.h"
#include "log/result.h"

namespace groupctl {

/// What a health check without times has.
inline constexpr std::uint64_t kHealthEveryMs = 1000;
inline constexpr std::uint64_t kHealthWithinMs = 30'000;
/// The longest of either.
inline constexpr std::uint64_t kMaxHealthMs = 3'600'000;
/// The longest pause between the waves of a rollout.
inline constexpr std::uint64_t kMaxBatchPauseMs = 86'400'000;

/// Each error: kInvalid, with a bound where one is passed.
Status check_health_command(const std::vector<std::string>& words);
Status check_health_times(const HealthCheck& health);
Status check_policy(const RolloutPolicy& policy);
/// That these are names, and few enough.
Status check_starts_after(const std::vector<std::string>& names);

}  // namespace groupctl
