#include "commands/deploy_bounds.h"

#include <algorithm>

#include "commands/state/names.h"
#include "commands/state/order.h"
#include "log/duration.h"
#include "log/text.h"

namespace groupctl {

Status check_health_command(const std::vector<std::string>& words) {
  if (is_command_line(words)) return {};
  return fail(ErrorCode::kInvalid, "a health check is a program and at most " +
                                       std::to_string(kMaxCommandWords - 1) + " words, of " +
                                       std::to_string(kMaxCommandBytes) + " bytes in all");
}

Status check_health_times(const HealthCheck& health) {
  if (std::max(health.every_ms, health.within_ms) <= kMaxHealthMs) return {};
  return fail(ErrorCode::kInvalid, "a health check takes at most " + duration_text(kMaxHealthMs));
}

Status check_policy(const RolloutPolicy& policy) {
  for (const Amount& amount : {policy.window, policy.max_failures}) {
    if (amount.percent && amount.value > 100) return fail(ErrorCode::kInvalid, "more than 100 %");
  }
  if (policy.pause_ms <= kMaxBatchPauseMs) return {};
  return fail(ErrorCode::kInvalid,
              "a pause between waves is at most " + duration_text(kMaxBatchPauseMs));
}

Status check_starts_after(const std::vector<std::string>& names) {
  if (names.size() > kMaxStartsAfter) {
    return fail(ErrorCode::kInvalid,
                "after more than " + std::to_string(kMaxStartsAfter) + " artefacts");
  }
  for (const std::string& name : names) {
    if (!is_name(name)) {
      return fail(ErrorCode::kInvalid, "\"" + escaped(name) + "\" is no artefact's name");
    }
  }
  return {};
}

}  // namespace groupctl
