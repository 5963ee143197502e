#include "commands/reconcile.h"

#include "commands/state/names.h"
#include "log/text.h"

namespace groupctl {
namespace {

/// What was found, as a row of the member's store; its sequence is known only if it is what the
/// store has there.
std::optional<ActualArtefact> as_actual(const std::optional<Placed>& placed,
                                        const ArtefactStep& step) {
  if (!placed) return std::nullopt;
  ActualArtefact actual{placed->version, placed->digest, {}};
  if (step.actual && step.actual->version == actual.version &&
      step.actual->digest == actual.digest) {
    actual.sequence = step.actual->sequence;
  }
  return actual;
}

ExecuteResult ended_badly(const StepError& error) {
  return {error.outcome, error.step, std::string(cut_text(error.text, kMaxOutcomeText)), {}};
}

/// The release is in place, or nothing is where nothing is desired.
ExecuteResult ended_well(Outcome outcome, const ArtefactStep& step, std::string text = {}) {
  ExecuteResult result{outcome, {}, std::move(text), {}};
  auto& actual = result.actual[step.name];
  if (const auto& release = step.desired.release) {
    actual = ActualArtefact{release->version, release->digest, step.desired.sequence};
  }
  return result;
}

/// How what is in place and is the wanted release was altered; empty: it was not.
StepResult<std::string> alteration(const ArtefactStep& step, Deployer* deployer) {
  if (!step.desired.release) return std::string();
  auto found = deployer->inspect(step.name, at_once);
  if (!found) return tl::unexpected<StepError>(found.error());
  return std::move(found->altered);
}

/// Gives the repository that the release came from.
StepResult<std::string> carry_out(const ArtefactStep& step, Deployer& deployer, Host& host) {
  if (!step.desired.release) {
    host.progress("undeploy", 0);
    return deployer.undeploy(step.name).map([] { return std::string(); });
  }
  host.progress("fetch", 0);
  auto source = host.fetch(step.name, *step.desired.release);
  if (!source) return tl::unexpected<StepError>(source.error());
  host.progress("deploy", 0);
  return deployer.deploy(step.name, *step.desired.release, *source).map([&] {
    return source->repository;
  });
}

/// Who is to work, and what it has in place.
struct Found {
  Deployer* deployer = nullptr;  ///< nullptr: nothing is in place, and nothing is desired
  std::optional<Placed> placed;
};

StepResult<Found> find_by(Deployer& deployer, const std::string& name) {
  return deployer.status(name).map([&](std::optional<Placed> placed) {
    return Found{&deployer, std::move(placed)};
  });
}

/// The release says its deployer. Where none is desired, what is in place can be any one's doing.
StepResult<Found> find(const ArtefactStep& step, Host& host) {
  if (const auto& release = step.desired.release) {
    if (Deployer* own = host.deployer(release->deployer)) return find_by(*own, step.name);
    return tl::unexpected<StepError>(StepError{
        Outcome::kFailed, "deployer", "this member has no deployer \"" + release->deployer + "\""});
  }
  for (const std::string& name : host.deployer_names()) {
    auto found = find_by(*host.deployer(name), step.name);
    if (!found || found->placed) return found;
  }
  return Found{};
}

bool is_desired(const std::optional<Placed>& placed, const ArtefactStep& step) {
  const auto& release = step.desired.release;
  if (!release || !placed) return !release && !placed;
  return placed->version == release->version && placed->digest == release->digest;
}

/// Later bad outcomes do not replace the first; a change wins over none.
void merge(ExecuteResult& all, ExecuteResult one, const std::string& name, bool named) {
  all.actual.merge(one.actual);
  all.sources.merge(one.sources);
  all.overrides.merge(one.overrides);
  const bool bad = group_of(all.outcome) == OutcomeGroup::kBad;
  if (bad || one.outcome == Outcome::kUnchanged) return;
  all.outcome = one.outcome;
  all.step = std::move(one.step);
  if (named && !one.text.empty()) one.text = name + ": " + one.text;
  all.text = cut_text(one.text, kMaxOutcomeText);
}

ExecuteResult reconcile_as(const ArtefactStep& step, Host& host) {
  auto found = find(step, host);
  if (!found) return ended_badly(found.error());
  const auto& placed = found->placed;
  if (step.leave) return {Outcome::kUnchanged, {}, {}, {{step.name, as_actual(placed, step)}}};
  std::string mended;
  if (is_desired(placed, step)) {
    auto altered = alteration(step, found->deployer);
    if (!altered) return ended_badly(altered.error());
    if (altered->empty()) return ended_well(Outcome::kUnchanged, step);
    mended = "mended: " + *altered;
  }
  auto carried_out = carry_out(step, *found->deployer, host);
  if (carried_out) {
    ExecuteResult result = ended_well(Outcome::kDone, step, std::move(mended));
    result.sources[step.name] = *carried_out;
    return result;
  }
  ExecuteResult result = ended_badly(carried_out.error());
  if (auto left = found->deployer->status(step.name))
    result.actual[step.name] = as_actual(*left, step);
  return result;
}

}  // namespace

/// What a private repository has instead comes first: what is in place is compared with that.
ExecuteResult reconcile_artefact(const ArtefactStep& step, Host& host) {
  if (!step.desired.release || step.exactly) return reconcile_as(step, host);
  auto found = host.override_of(step.name, *step.desired.release);
  if (!found) return ended_badly(found.error());
  ArtefactStep own = step;
  if (*found) {
    own.desired.release = (*found)->release;
    own.desired.sequence = {};  // no entry's doing
  }
  ExecuteResult result = reconcile_as(own, host);
  if (*found && group_of(result.outcome) == OutcomeGroup::kGood) {
    result.outcome = Outcome::kOverridden;
    result.text = cut_text((*found)->why, kMaxOutcomeText);
  }
  result.overrides.emplace(step.name, AskedRepositories{step.desired.sequence, *std::move(found)});
  return result;
}

ExecuteResult reconcile_steps(const ExecuteRequest& request, Host& host) {
  ExecuteResult all;
  if (request.steps.empty()) return all;
  all.outcome = Outcome::kUnchanged;
  for (const ArtefactStep& step : request.steps) {
    merge(all, reconcile_artefact(step, host), step.name, request.steps.size() > 1);
  }
  if (request.again && all.outcome == Outcome::kUnchanged) all.outcome = Outcome::kDone;
  return all;
}

}  // namespace groupctl
