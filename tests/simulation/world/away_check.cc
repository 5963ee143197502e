#include "tests/simulation/world/away_check.h"

#include <algorithm>

#include "commands/state/rows.h"
#include "commands/system/system.h"

namespace groupctl::sim {
namespace {

bool in_roster(const GroupState& state, const ServerId& server) {
  const auto rows = roster(state);
  return std::any_of(rows.begin(), rows.end(),
                     [&](const MemberRow& row) { return row.server_id == server; });
}

/// What LABELLED has a member do was decided while it was in the roster.
bool decided_long_ago(const Truth& truth, const ReconcileRequest& request) {
  return request.at && request.at <= truth.last() &&
         truth.at(request.at).entry.kind == kLabelledKind;
}

}  // namespace

void check_kept(Truth& truth, const MemberCore& core, const std::string& name,
                const ServerId& server, const Intended& before) {
  for (const auto& [key, delta] : before) {
    if (core.intended().contains(key) || in_roster(core.state(), server)) continue;
    truth.broken("G36", name + " forgot " + key + " while it was not in the roster");
  }
}

void check_untouched(Truth& truth, const MemberCore& core, const std::string& name,
                     const ServerId& server, const std::vector<WorkItem>& work) {
  for (const WorkItem& item : work) {
    const auto* request = std::get_if<ReconcileRequest>(&item.what);
    if (request == nullptr || decided_long_ago(truth, *request)) continue;
    if (in_roster(core.state(), server)) return;
    for (const ArtefactStep& step : request->steps) {
      if (step.leave || stands_against_commands(core.intended(), artefact_key(step.name))) continue;
      if (step.run_only && core.intended().contains(run_key(step.name))) continue;
      truth.broken("G36", name + " touches " + step.name + " while it is not in the roster");
    }
  }
}

}  // namespace groupctl::sim
