#include "plan/step_sequence.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "commands/state/order.h"

namespace groupctl::plan {
namespace {

/// As things start when the plan has been carried out, as far as can be told.
std::vector<std::string> order_of(const GroupState& state, const Lists& want) {
  StartsAfter after = start_edges(state);
  for (const auto& [name, lists] : want.artefacts) {
    after[name].clear();
    for (const auto& one : lists.releases) {
      if (!one.value) continue;
      after[name].insert(after[name].end(), one.value->after.begin(), one.value->after.end());
    }
  }
  return start_order(after);
}

/// Leaves none where they were.
void append(std::vector<Step>& to, std::vector<Step>& from) {
  std::vector<Step> steps = std::exchange(from, {});
  std::move(steps.begin(), steps.end(), std::back_inserter(to));
}

/// Whether nobody is to have any of it.
bool goes(const ArtefactLists& wanted) {
  return std::none_of(wanted.releases.begin(), wanted.releases.end(),
                      [](const auto& one) { return one.value; });
}

/// Whether those that have it are only told to stop: before they are given anything else.
bool stops(const GroupState& state, const std::string& name, const Assignments<bool>& runs) {
  return state.find(artefact_key(name)) != nullptr &&
         std::none_of(runs.begin(), runs.end(), [](const auto& one) { return one.value == true; });
}

}  // namespace

std::vector<Step> in_sequence(const GroupState& state, const Lists& want,
                              std::map<std::string, ArtefactSteps> steps) {
  std::vector<Step> all;
  const auto order = order_of(state, want);
  for (auto name = order.rbegin(); name != order.rend(); ++name) {
    ArtefactSteps& own = steps[*name];
    append(all, own.away);
    const auto wanted = want.artefacts.find(*name);
    if (wanted == want.artefacts.end()) continue;
    if (stops(state, *name, wanted->second.runs)) append(all, own.runs);
    if (goes(wanted->second)) append(all, own.releases);
  }
  for (const std::string& name : order) {
    append(all, steps[name].releases);
    append(all, steps[name].runs);
  }
  return all;
}

}  // namespace groupctl::plan
