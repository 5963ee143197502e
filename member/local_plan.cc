#include "member/local_plan.h"

#include <algorithm>
#include <set>

#include "commands/state/names.h"
#include "member/intentions.h"

namespace groupctl {
namespace {

tl::unexpected<Error> no_name(const std::string& name) {
  return fail(ErrorCode::kInvalid, "\"" + name + "\" is no artefact's name");
}

/// Fills a plan for one verb.
class Planner {
 public:
  Planner(const LocalCommand& command, const LocalView& view) : command_(command), view_(view) {}

  Result<LocalPlan> operator()(const LocalDeploy& verb);
  Result<LocalPlan> operator()(const LocalUndeploy& verb);
  Result<LocalPlan> operator()(const LocalSet& verb);
  Result<LocalPlan> operator()(const LocalUnset& verb);
  Result<LocalPlan> operator()(const LocalHold& verb);
  Result<LocalPlan> operator()(const LocalRelease& verb);
  Result<LocalPlan> operator()(const LocalReconcile& verb);
  Result<LocalPlan> operator()(const LocalScan&) { return LocalPlan{}; }
  Result<LocalPlan> operator()(const LocalStart& verb) { return want_run(verb.name, true); }
  Result<LocalPlan> operator()(const LocalStop& verb) { return want_run(verb.name, false); }

 private:
  void want(const std::string& key, Cause cause, Wanted wanted);
  Result<LocalPlan> want_run(const std::string& name, bool running);
  void give_up(const std::string& key);
  bool known(const std::string& name) const;
  Result<std::string> key_of(const std::string& name) const;
  Result<LocalPlan> done() const;

  const LocalCommand& command_;
  const LocalView& view_;
  LocalPlan plan_;
};

/// What the state says anyway is no deviation; it is carried out all the same. Of two words on one
/// key the last one counts.
void Planner::want(const std::string& key, Cause cause, Wanted wanted) {
  IntendedDelta delta{cause, std::move(wanted), command_.who, command_.when_ms, command_.why};
  if (std::find(plan_.keys.begin(), plan_.keys.end(), key) == plan_.keys.end()) {
    plan_.keys.push_back(key);
  }
  plan_.rows.erase(key);
  if (!says_the_same(view_.state, view_.me, key, delta)) {
    plan_.rows[key] = std::move(delta);
  } else if (view_.intended.contains(key)) {
    plan_.rows[key] = std::nullopt;
  }
}

/// What a private repository says cannot be given up here: it is asked anew by the work.
void Planner::give_up(const std::string& key) {
  plan_.keys.push_back(key);
  const auto row = view_.intended.find(key);
  const bool given = row != view_.intended.end() && row->second.cause != Cause::kOverride;
  if (given) plan_.rows[key] = std::nullopt;
  if (const auto name = artefact_in(key)) plan_.work.emplace_back(*name);
}

/// Whether anybody speaks of this artefact, or it is in place.
bool Planner::known(const std::string& name) const {
  return view_.intended.contains(artefact_key(name)) || in_place(view_.actual, name) ||
         view_.state.find(artefact_key(name)) != nullptr;
}

Result<LocalPlan> Planner::done() const {
  std::size_t rows = view_.intended.size();
  for (const auto& [key, delta] : plan_.rows) {
    if (delta && !view_.intended.contains(key)) ++rows;
  }
  if (rows > Intentions::kMaxIntended) {
    return fail(
        ErrorCode::kRefused,
        "this member deviates in " + std::to_string(Intentions::kMaxIntended) + " ways already");
  }
  return plan_;
}

Result<LocalPlan> Planner::operator()(const LocalDeploy& verb) {
  if (!is_name(verb.name)) return no_name(verb.name);
  if (!is_version(verb.version)) {
    return fail(ErrorCode::kInvalid, "\"" + verb.version + "\" is no version");
  }
  if (!verb.digest) return fail(ErrorCode::kInvalid, "the digest of the archive is missing");
  Release release{verb.version, verb.digest,
                  verb.deployer.empty() ? std::string(kDefaultDeployer) : verb.deployer,
                  verb.config};
  want(artefact_key(verb.name), Cause::kLocal, std::move(release));
  plan_.work = {verb.name};
  return done();
}

Result<LocalPlan> Planner::operator()(const LocalUndeploy& verb) {
  if (!is_name(verb.name)) return no_name(verb.name);
  if (!known(verb.name)) return fail(ErrorCode::kNotFound, "nothing is known of " + verb.name);
  want(artefact_key(verb.name), Cause::kLocal, NoRelease{});
  plan_.work = {verb.name};
  return done();
}

Result<LocalPlan> Planner::operator()(const LocalSet& verb) {
  for (const auto& [key, value] : verb.pairs) {
    if (!is_property_key(key)) return fail(ErrorCode::kInvalid, "\"" + key + "\" is no property");
    if (!is_property_value(value)) {
      return fail(ErrorCode::kInvalid, "the value of " + key + " is no UTF-8, or above 4 KiB");
    }
    want(property_key(key), Cause::kLocal, value);
  }
  return done();
}

Result<LocalPlan> Planner::operator()(const LocalUnset& verb) {
  for (const std::string& key : verb.keys) {
    if (!is_property_key(key)) return fail(ErrorCode::kInvalid, "\"" + key + "\" is no property");
    want(property_key(key), Cause::kLocal, NoValue{});
  }
  return done();
}

Result<LocalPlan> Planner::want_run(const std::string& name, bool running) {
  if (!is_name(name)) return no_name(name);
  if (!known(name)) return fail(ErrorCode::kNotFound, "nothing is known of " + name);
  want(run_key(name), Cause::kLocal, WantedRun{running});
  plan_.work = {name};
  return done();
}

Result<LocalPlan> Planner::operator()(const LocalHold& verb) {
  if (!is_name(verb.name)) return no_name(verb.name);
  if (!known(verb.name)) return fail(ErrorCode::kNotFound, "nothing is known of " + verb.name);
  want(artefact_key(verb.name), Cause::kHold, LeftAsItIs{});
  return done();
}

Result<std::string> Planner::key_of(const std::string& name) const {
  if (const auto artefact = artefact_name(name); artefact && known(std::string(*artefact))) {
    return name;
  }
  if (run_name(name) && view_.intended.contains(name)) return name;
  if (property_name(name) && (view_.intended.contains(name) || view_.state.find(name) != nullptr)) {
    return name;
  }
  if (view_.intended.contains(artefact_key(name))) return artefact_key(name);
  if (view_.intended.contains(run_key(name))) return run_key(name);
  if (view_.intended.contains(property_key(name))) return property_key(name);
  if (known(name)) return artefact_key(name);
  return fail(ErrorCode::kNotFound, "nothing deviates under the name " + name);
}

Result<LocalPlan> Planner::operator()(const LocalRelease& verb) {
  const auto key = key_of(verb.name);
  if (!key) return tl::unexpected<Error>(key.error());
  if (!view_.intended.contains(*key)) {
    return fail(ErrorCode::kNotFound, verb.name + " is neither held nor changed on this member");
  }
  give_up(*key);
  // Whoever names an artefact means how it runs as well.
  const bool runs = artefact_name(*key) && view_.intended.contains(run_key(verb.name));
  if (runs) give_up(run_key(verb.name));
  return done();
}

Result<LocalPlan> Planner::operator()(const LocalReconcile& verb) {
  std::set<std::string> keys;
  for (const std::string& name : verb.names) {
    auto key = key_of(name);
    if (!key) return tl::unexpected<Error>(key.error());
    keys.insert(std::move(*key));
  }
  if (verb.names.empty()) {
    for (const Deviation& one : deviations(view_)) keys.insert(one.key);
  }
  for (const std::string& key : keys) give_up(key);
  std::sort(plan_.work.begin(), plan_.work.end());
  plan_.work.erase(std::unique(plan_.work.begin(), plan_.work.end()), plan_.work.end());
  return done();
}

}  // namespace

Result<LocalPlan> plan_local(const LocalCommand& command, const LocalView& view) {
  return std::visit(Planner(command, view), command.verb);
}

}  // namespace groupctl
