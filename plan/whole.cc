// What can be wrong with a plan though each of its parts is right.
#include <algorithm>
#include <set>
#include <tuple>

#include "commands/state/order.h"
#include "commands/state/target.h"
#include "plan/parts.h"

namespace groupctl::plan {
namespace {

void check_artefacts_once(const Plan& plan, Complaints& complaints) {
  std::set<std::tuple<std::string, bool, Target>> seen;
  for (const Artefact& one : plan.artefacts) {
    const bool releases = one.says != Artefact::Says::kRunOnly;
    const bool first = seen.insert({one.name, releases, one.target}).second;
    const bool runs_once =
        !one.running || !releases || seen.insert({one.name, false, one.target}).second;
    if (first && runs_once) continue;
    complaints.add(one.where, one.name + " on " + to_text(one.target) + " is there twice");
  }
}

/// What one list says: releases of a name, or whether it runs, or a property.
using ListName = std::pair<char, std::string>;

/// Notes an entry of a list. What is for all takes the place of all that stands before it, which
/// would never be there.
void note_entry(std::set<ListName>& before, const ListName& list, const Target& target,
                const std::string& where, Complaints& complaints) {
  if (target.kind != Target::Kind::kAll) {
    before.insert(list);
  } else if (before.contains(list)) {
    complaints.add(where, list.second + " on all stands behind others of it, which then say " +
                              "nothing: put it first");
  }
}

void check_reach(const Plan& plan, Complaints& complaints) {
  std::set<ListName> before;
  for (const Artefact& one : plan.artefacts) {
    const bool releases = one.says != Artefact::Says::kRunOnly;
    if (releases) note_entry(before, {'a', one.name}, one.target, one.where, complaints);
    if (one.running) note_entry(before, {'r', one.name}, one.target, one.where, complaints);
  }
  for (const Property& one : plan.properties) {
    note_entry(before, {'p', one.key}, one.target, one.where, complaints);
  }
}

/// A rollout of a name is for one target, and ends what is under way of it for another.
void check_rollouts(const Plan& plan, Complaints& complaints) {
  if (!plan.rollout) return;
  std::set<std::string> seen;
  for (const Artefact& one : plan.artefacts) {
    if (one.says == Artefact::Says::kRunOnly || seen.insert(one.name).second) continue;
    complaints.add(one.where, one.name + " is there for a second target, and with [rollout] an " +
                                  "artefact has one");
  }
}

void check_properties_once(const Plan& plan, Complaints& complaints) {
  std::set<std::pair<std::string, Target>> seen;
  for (const Property& one : plan.properties) {
    if (seen.insert({one.key, one.target}).second) continue;
    complaints.add(one.where, one.key + " on " + to_text(one.target) + " is there twice");
  }
}

StartsAfter after_in(const Plan& plan) {
  StartsAfter after;
  for (const Artefact& one : plan.artefacts) {
    auto& others = after[one.name];
    others.insert(others.end(), one.release.after.begin(), one.release.after.end());
  }
  return after;
}

void check_order(const Plan& plan, Complaints& complaints) {
  const std::vector<std::string> cycle = cycle_in(after_in(plan));
  if (cycle.empty()) return;
  std::string text;
  for (const std::string& name : cycle) text += (text.empty() ? "" : " after ") + name;
  const auto at = std::find_if(plan.artefacts.begin(), plan.artefacts.end(),
                               [&](const Artefact& one) { return one.name == cycle.front(); });
  complaints.add(at->where, "they cannot start in an order: " + text);
}

void warn_of_strangers(Plan& plan) {
  std::set<std::string> known;
  for (const Artefact& one : plan.artefacts) known.insert(one.name);
  for (const Artefact& one : plan.artefacts) {
    for (const std::string& other : one.release.after) {
      if (known.contains(other)) continue;
      plan.warnings.push_back(one.where + ": " + one.name + " starts after " + other +
                              ", which the plan does not name");
    }
  }
}

}  // namespace

void check_whole(Plan& plan, Complaints& complaints) {
  check_artefacts_once(plan, complaints);
  check_rollouts(plan, complaints);
  check_properties_once(plan, complaints);
  check_reach(plan, complaints);
  check_order(plan, complaints);
  warn_of_strangers(plan);
}

}  // namespace groupctl::plan
