#include "plan/diff.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "commands/building.h"
#include "commands/state/catalogue.h"
#include "commands/state/target.h"
#include "plan/fields.h"
#include "plan/lists.h"
#include "plan/step_sequence.h"

namespace groupctl::plan {
namespace {

using Kind = Difference::Kind;

/// The digest that the group knows a release by, as a DEPLOY without one is pinned.
Status pin(const GroupState& state, const ArtefactLists* have, Artefact& one) {
  Release& release = one.release;
  const auto row = catalogued(state, one.name, release.version);
  if (row && release.digest && row->digest != release.digest) {
    return fail(ErrorCode::kConflict, one.where + ": " + one.name + "@" + release.version +
                                          " is catalogued with digest sha256:" + row->digest.hex());
  }
  if (release.digest) return {};
  if (row) release.digest = row->digest;
  if (have != nullptr) {
    for (const auto& there : have->releases) {
      if (release.digest || !there.value || there.value->version != release.version) continue;
      release.digest = there.value->digest;
    }
  }
  if (release.digest) return {};
  return fail(ErrorCode::kNotFound,
              one.where + ": " + not_catalogued(state, one.name, release.version));
}

/// One name's lists beside each other, and what is told and done about them.
struct Work {
  Diff& diff;
  const GroupState& state;
  const std::optional<RolloutPolicy>& rolling;
  bool prune;

  Result<BuiltCommand> deploy(const std::string& name, const Release& release,
                              const Target& target) const {
    const bool anybody = rolling && !resolve(target, state).empty();
    if (anybody) ++diff.rollouts;
    return build_deploy(name, release, anybody ? rolling : std::nullopt);
  }

  Status step(Result<BuiltCommand> built, const Target& target, std::vector<Step>& into) const {
    if (!built) return tl::unexpected(built.error());
    into.push_back({*std::move(built), target});
    return {};
  }

  /// What is there and not named. Gives whether the plan's own have to be assigned behind it anew.
  template <class Value, class TakeAway>
  Result<bool> extras(const std::string& what, const Assignments<Value>& have,
                      const Assignments<Value>& want, const Comparison& found,
                      TakeAway take_away) const {
    bool to_all = false;
    for (std::size_t i = 0; i < want.size(); ++i) {
      to_all = to_all || (found.again[i] && want[i].target.kind == Target::Kind::kAll);
    }
    for (const std::size_t i : found.extra) {
      const Kind kind = to_all ? Kind::kReplaced : Kind::kExtra;
      diff.differences.push_back({kind, what, to_text(have[i].target), {}});
      if (!prune || to_all || !have[i].value) continue;
      if (const Status done = take_away(have[i].target); !done) {
        return tl::unexpected(done.error());
      }
    }
    return prune && !found.extra.empty();
  }
};

template <class Value>
Kind kind_of(const Assigned<Value>* there, bool again) {
  if (!again) return Kind::kSame;
  return there == nullptr || !there->value ? Kind::kNew : Kind::kChanged;
}

template <class Value>
const Assigned<Value>* at(const Assignments<Value>& list, std::optional<std::size_t> index) {
  return index ? &list[*index] : nullptr;
}

/// What has come to some and will not come to the others has to be said anew.
bool given_up(const ArtefactLists& have) { return have.rollout && !is_unfinished(*have.rollout); }

std::vector<Field> changed(std::vector<Field> fields, Kind kind, const ArtefactLists& has) {
  if (!fields.empty() || kind != Kind::kChanged) return fields;
  if (given_up(has)) return {{"rollout", std::string(to_word(*has.rollout)), "anew"}};
  return {{"order", "", "behind what counts before it"}};
}

std::vector<Field> release_fields(const Assigned<Release>* there, const Assigned<Release>& wanted,
                                  Kind kind, const ArtefactLists& has) {
  if (kind == Kind::kSame) return {};
  const Release* from = there != nullptr && there->value ? &*there->value : nullptr;
  if (!wanted.value) return {{"state", from == nullptr ? "" : from->version, "absent"}};
  return changed(fields_between(from, *wanted.value), kind, has);
}

/// Running is what everything is that nobody stopped; a stop behind it that the plan does not name
/// is one that the plan does not want.
Comparison compare_runs(const Assignments<bool>& have, const Assignments<bool>& want) {
  Comparison found = compare(have, want);
  const bool any_stopped = std::any_of(
      have.begin(), have.end(), [](const Assigned<bool>& one) { return one.value == false; });
  bool again = false;
  for (std::size_t i = 0; i < want.size(); ++i) {
    bool differs = found.again[i];
    if (want[i].value == true) {
      const std::size_t from = found.there[i] ? *found.there[i] : 0;
      differs = differs && any_stopped;
      for (std::size_t j = from; j < have.size(); ++j) {
        const bool named = find_target(want, have[j].target).has_value();
        differs = differs || (!named && have[j].value == false);
      }
    }
    again = again || differs;
    found.again[i] = again;
  }
  return found;
}

Status diff_releases(const Work& work, const std::string& name, const ArtefactLists& has,
                     const Assignments<Release>& want, ArtefactSteps& steps) {
  const Assignments<Release>& have = has.releases;
  Comparison found = compare(have, want);
  if (has.rollout) work.diff.warnings.push_back(rollout_text(name, has));
  if (given_up(has)) {
    const auto first = find_target(want, have.back().target);
    std::fill(found.again.begin() + static_cast<std::ptrdiff_t>(first.value_or(0)),
              found.again.end(), true);
  }
  const std::string what = "artefact " + name;
  const auto anew = work.extras(what, have, want, found, [&](const Target& target) {
    return work.step(build_command("undeploy", name), want.empty() ? Target::all() : target,
                     steps.away);
  });
  if (!anew) return tl::unexpected(anew.error());
  if (want.empty() && steps.away.size() > 1) steps.away.resize(1);
  for (std::size_t i = 0; i < want.size(); ++i) {
    const bool again = found.again[i] || *anew;
    const Assigned<Release>* there = at(have, found.there[i]);
    const Kind kind = kind_of(there, again);
    work.diff.differences.push_back(
        {kind, what, to_text(want[i].target), release_fields(there, want[i], kind, has)});
    if (!again) continue;
    auto built = want[i].value ? work.deploy(name, *want[i].value, want[i].target)
                               : build_command("undeploy", name);
    const Status done = work.step(std::move(built), want[i].target, steps.releases);
    if (!done) return done;
  }
  return {};
}

Status diff_runs(const Work& work, const std::string& name, const Assignments<bool>& have,
                 const Assignments<bool>& want, ArtefactSteps& steps) {
  const Comparison found = compare_runs(have, want);
  for (std::size_t i = 0; i < want.size(); ++i) {
    const char* state = *want[i].value ? "running" : "stopped";
    const Assigned<bool>* there = at(have, found.there[i]);
    const char* before = there == nullptr ? "" : *there->value ? "running" : "stopped";
    Difference difference{kind_of(there, found.again[i]), "state of " + name,
                          to_text(want[i].target)};
    if (found.again[i]) difference.fields.push_back({"state", before, state});
    work.diff.differences.push_back(std::move(difference));
    if (!found.again[i]) continue;
    const Status done = work.step(build_command(*want[i].value ? "start" : "stop", name),
                                  want[i].target, steps.runs);
    if (!done) return done;
  }
  return {};
}

Status diff_property(const Work& work, const std::string& key, const Assignments<std::string>& have,
                     const Assignments<std::string>& want) {
  const Comparison found = compare(have, want);
  const std::string what = "property " + key;
  const auto anew = work.extras(what, have, want, found, [&](const Target& target) {
    return work.step(build_command("unset", key), target, work.diff.steps);
  });
  if (!anew) return tl::unexpected(anew.error());
  for (std::size_t i = 0; i < want.size(); ++i) {
    const bool again = found.again[i] || *anew;
    const Assigned<std::string>* there = at(have, found.there[i]);
    Difference difference{kind_of(there, again), what, to_text(want[i].target)};
    const std::string from = there == nullptr ? "" : there->value.value_or("");
    if (again) difference.fields.push_back({"value", from, want[i].value.value_or("")});
    work.diff.differences.push_back(std::move(difference));
    if (!again) continue;
    auto built = want[i].value ? build_command("set", key + "=" + *want[i].value)
                               : build_command("unset", key);
    const Status done = work.step(std::move(built), want[i].target, work.diff.steps);
    if (!done) return done;
  }
  return {};
}

Status diff_artefacts(const Work& work, const GroupState& state, const Lists& have,
                      const Lists& want) {
  std::set<std::string> names;
  for (const Lists* lists : {&have, &want}) {
    for (const auto& [name, both] : lists->artefacts) names.insert(name);
  }
  std::map<std::string, ArtefactSteps> steps;
  for (const std::string& name : names) {
    const auto there = have.artefacts.find(name);
    const auto wanted = want.artefacts.find(name);
    const ArtefactLists none;
    const ArtefactLists& has = there == have.artefacts.end() ? none : there->second;
    const ArtefactLists& wants = wanted == want.artefacts.end() ? none : wanted->second;
    Status done = diff_releases(work, name, has, wants.releases, steps[name]);
    if (done) done = diff_runs(work, name, has.runs, wants.runs, steps[name]);
    if (!done) return done;
  }
  work.diff.steps = in_sequence(state, want, std::move(steps));
  return {};
}

Status diff_properties(const Work& work, const Lists& have, const Lists& want) {
  std::set<std::string> keys;
  for (const Lists* lists : {&have, &want}) {
    for (const auto& [key, values] : lists->properties) keys.insert(key);
  }
  for (const std::string& key : keys) {
    const Assignments<std::string> none;
    const auto there = have.properties.find(key);
    const auto wanted = want.properties.find(key);
    const Status done =
        diff_property(work, key, there == have.properties.end() ? none : there->second,
                      wanted == want.properties.end() ? none : wanted->second);
    if (!done) return done;
  }
  return {};
}

}  // namespace

std::string_view to_word(Difference::Kind kind) {
  constexpr std::array<std::string_view, 5> kWords = {"new", "changed", "same", "extra",
                                                      "replaced"};
  return kWords[static_cast<std::size_t>(kind)];
}

Result<Diff> diff_of(const Plan& plan, const GroupState& state, bool prune) {
  const Lists have = lists_of(state);
  Plan pinned = plan;
  for (Artefact& one : pinned.artefacts) {
    if (one.says != Artefact::Says::kRelease) continue;
    const auto there = have.artefacts.find(one.name);
    const Status done = pin(state, there == have.artefacts.end() ? nullptr : &there->second, one);
    if (!done) return tl::unexpected(done.error());
  }
  const Lists want = lists_of(pinned);
  Diff diff;
  const Work work{diff, state, plan.rollout, prune};
  Status done = diff_artefacts(work, state, have, want);
  if (done) done = diff_properties(work, have, want);
  if (!done) return tl::unexpected(done.error());
  return diff;
}

}  // namespace groupctl::plan
