#include "commands/state/order.h"

#include <algorithm>
#include <set>

#include "commands/state/rollout.h"

namespace groupctl {
namespace {

/// Kahn's algorithm with the names that may start ordered, so that the result is one.
struct Sorter {
  explicit Sorter(const StartsAfter& after) {
    for (const auto& [name, others] : after) {
      std::set<std::string> known;
      for (const std::string& other : others) {
        if (after.contains(other)) known.insert(other);
      }
      for (const std::string& other : known) behind[other].push_back(name);
      if (known.empty()) ready.insert(name);
      waits_for[name] = known.size();
    }
  }
  /// Whatever can start, in order. What then still waits is on a cycle, or behind one.
  std::vector<std::string> sort() {
    std::vector<std::string> order;
    while (!ready.empty()) {
      std::string next = std::move(ready.extract(ready.begin()).value());
      waits_for.erase(next);
      for (const std::string& other : behind[next]) {
        if (--waits_for.at(other) == 0) ready.insert(other);
      }
      order.push_back(std::move(next));
    }
    return order;
  }

  std::map<std::string, std::size_t> waits_for;
  std::map<std::string, std::vector<std::string>> behind;
  std::set<std::string> ready;
};

/// Of a rollout that was given up, too: it may have come to some.
std::vector<std::string> after_of(const GroupState& state, const std::string& name) {
  const ArtefactRow row = artefact_row(state, name);
  std::vector<std::string> others;
  const auto add = [&](const ArtefactAssignment& one) {
    if (!one.release) return;
    others.insert(others.end(), one.release->after.begin(), one.release->after.end());
  };
  for (const ArtefactAssignment& one : row.releases) add(one);
  if (const auto rollout = rollout_row(state, row.rollout)) {
    if (counts_by_release(rollout->phase)) add(rollout->assignment);
  }
  return others;
}

}  // namespace

std::vector<std::string> start_order(const StartsAfter& after) {
  Sorter sorter(after);
  std::vector<std::string> order = sorter.sort();
  for (const auto& [name, waits] : sorter.waits_for) order.push_back(name);
  return order;
}

/// From anything that waits one comes to a cycle by going to something that it waits for and that
/// waits itself.
std::vector<std::string> cycle_in(const StartsAfter& after) {
  Sorter sorter(after);
  sorter.sort();
  if (sorter.waits_for.empty()) return {};
  std::vector<std::string> path{sorter.waits_for.begin()->first};
  for (;;) {
    const auto& others = after.at(path.back());
    const auto next = std::find_if(others.begin(), others.end(), [&](const std::string& other) {
      return sorter.waits_for.contains(other);
    });
    const auto seen = std::find(path.begin(), path.end(), *next);
    const bool closed = seen != path.end();
    const std::string name = *next;
    if (closed) path.erase(path.begin(), seen);
    path.push_back(name);
    if (closed) return path;
  }
}

std::vector<std::string> cycle_through(const GroupState& state, const std::string& name,
                                       const std::vector<std::string>& after) {
  std::map<std::string, std::string> come_from;
  std::vector<std::string> open{name};
  for (std::size_t i = 0; i < open.size(); ++i) {
    const std::string at = open[i];
    std::vector<std::string> others = after_of(state, at);
    if (i == 0) others.insert(others.end(), after.begin(), after.end());
    for (const std::string& other : others) {
      if (come_from.try_emplace(other, at).second) open.push_back(other);
    }
    if (come_from.contains(name)) break;
  }
  if (!come_from.contains(name)) return {};
  std::vector<std::string> path{name};
  do {
    path.push_back(come_from.at(path.back()));
  } while (path.back() != name);
  std::reverse(path.begin(), path.end());
  return path;
}

StartsAfter start_edges(const GroupState& state) {
  StartsAfter after;
  const std::string prefix = artefact_key("");
  for (auto at = state.lower_bound(prefix); at != state.end() && at->first.starts_with(prefix);
       ++at) {
    const std::string name = at->first.substr(prefix.size());
    after[name] = after_of(state, name);
  }
  return after;
}

}  // namespace groupctl
