// What there is to say about rollouts, before it is text or JSON.
#pragma once

#include <string>
#include <vector>

#include "cli/report.h"
#include "cli/screen.h"
#include "cli/text.h"
#include "commands/state/rollout.h"

namespace groupctl {

struct ShownRollout {
  RolloutRow row;
  std::uint32_t targets = 0;
  std::vector<OutcomeCount> counts;  ///< of its targets
};
/// `rollout list`: the last one first.
struct RolloutsReport {
  std::vector<ShownRollout> rollouts;
};
/// `rollout status`.
struct RolloutReport {
  ShownRollout rollout;
  std::vector<LedgerRow> rows;  ///< one a target, by name
};

/// "shop@2.4.1".
std::string release_of(const RolloutRow& row);

// As text for people, and as JSON (docs/json.md). Pure.
std::string render_text(const RolloutsReport& report);
std::string render_text(const RolloutReport& report);
std::string render_json(const RolloutsReport& report);
std::string render_json(const RolloutReport& report);

}  // namespace groupctl
