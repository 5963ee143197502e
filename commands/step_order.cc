#include "commands/step_order.h"

#include <algorithm>

#include "commands/state/order.h"

namespace groupctl {

std::vector<ArtefactStep> in_order(std::vector<ArtefactStep> steps) {
  StartsAfter after;
  for (const ArtefactStep& step : steps) {
    after[step.name] =
        step.desired.release ? step.desired.release->after : std::vector<std::string>();
  }
  std::map<std::string, std::size_t> place;
  for (const std::string& name : start_order(after)) place.emplace(name, place.size());
  const auto starts = [](const ArtefactStep& step) {
    return step.desired.release && step.desired.running;
  };
  std::stable_sort(steps.begin(), steps.end(), [&](const auto& a, const auto& b) {
    if (starts(a) != starts(b)) return starts(b);
    return starts(a) ? place[a.name] < place[b.name] : place[a.name] > place[b.name];
  });
  return steps;
}

}  // namespace groupctl
