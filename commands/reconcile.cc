#include "commands/reconcile.h"

#include "commands/running.h"
#include "commands/state/names.h"
#include "commands/step_order.h"
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

RunState run_state(const std::optional<Placed>& placed, const ArtefactStep& step) {
  if (!placed) return {};
  return {placed->run, step.desired.run_sequence, placed->run_text};
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

/// Who is to work, and what it has in place.
struct Found {
  Deployer* deployer = nullptr;  ///< nullptr: nothing is in place, and nothing is desired
  std::optional<Placed> placed;
  Deployer* former = nullptr;  ///< another one has it in place, and is to give way
  std::optional<Placed> former_placed = {};
};

StepResult<Found> find_by(Deployer& deployer, const std::string& name) {
  return deployer.status(name).map([&](std::optional<Placed> placed) {
    return Found{&deployer, std::move(placed)};
  });
}

/// Whoever has it in place, but for `besides`.
StepResult<Found> find_any(const std::string& name, const Deployer* besides, Host& host) {
  for (const std::string& by : host.deployer_names()) {
    if (host.deployer(by) == besides) continue;
    auto found = find_by(*host.deployer(by), name);
    if (!found || found->placed) return found;
  }
  return Found{};
}

/// The release says its deployer. Where none is desired, what is in place can be any one's doing.
StepResult<Found> find(const ArtefactStep& step, Host& host) {
  const auto& release = step.desired.release;
  if (!release || step.run_only || step.leave) return find_any(step.name, nullptr, host);
  Deployer* own = host.deployer(release->deployer);
  if (own == nullptr) {
    return tl::unexpected<StepError>(StepError{
        Outcome::kFailed, "deployer", "this member has no deployer \"" + release->deployer + "\""});
  }
  auto found = find_by(*own, step.name);
  if (!found || found->placed) return found;
  auto other = find_any(step.name, own, host);
  if (!other) return other;
  found->former = other->deployer;
  found->former_placed = std::move(other->placed);
  return found;
}

/// Whoever has it in place goes only when all is at hand that can be had before; and if it is for
/// nothing, it is back.
StepResult<void> take_over(const ArtefactStep& step, const Found& found,
                           const ArtefactSource& source, Host& host) {
  const Release& release = *step.desired.release;
  if (found.former == nullptr) return found.deployer->deploy(step.name, release, source);
  if (auto ready = found.deployer->prepare(step.name, release, source); !ready) return ready;
  auto taken = found.former->withdraw(step.name);
  if (taken) taken = found.deployer->deploy(step.name, release, source);
  if (taken) return taken;
  return tl::unexpected(gone_back(step, *found.former_placed, runs(*found.former_placed),
                                  taken.error(), *found.former, host));
}

/// Gives the repository that the release came from.
StepResult<std::string> carry_out(const ArtefactStep& step, const Found& found, Host& host) {
  if (!step.desired.release) {
    host.progress("undeploy", 0);
    return found.deployer->undeploy(step.name).map([] { return std::string(); });
  }
  host.progress("fetch", 0);
  auto source = host.fetch(step.name, *step.desired.release);
  if (!source) return tl::unexpected<StepError>(source.error());
  host.progress("deploy", 0);
  return take_over(step, found, *source, host).map([&] { return source->repository; });
}

bool is_desired(const std::optional<Placed>& placed, const ArtefactStep& step) {
  const auto& release = step.desired.release;
  if (!release || !placed) return !release && !placed;
  const bool recipe = placed->recipe.empty() || placed->recipe == recipe_of(*release);
  return recipe && placed->version == release->version && placed->digest == release->digest;
}

/// Later bad outcomes do not replace the first; a change wins over none, and over what is skipped.
void merge(ExecuteResult& all, ExecuteResult one, const std::string& name, bool named) {
  all.actual.merge(one.actual);
  all.sources.merge(one.sources);
  all.runs.merge(one.runs);
  all.overrides.merge(one.overrides);
  const bool bad = group_of(all.outcome) == OutcomeGroup::kBad;
  if (bad || one.outcome == Outcome::kUnchanged) return;
  if (one.outcome == Outcome::kSkipped && all.outcome != Outcome::kUnchanged) return;
  all.outcome = one.outcome;
  all.step = std::move(one.step);
  if (named && !one.text.empty()) one.text = name + ": " + one.text;
  all.text = cut_text(one.text, kMaxOutcomeText);
}

/// What is in place and how it runs. `now`: as the deployer has said it since the last change; else
/// it is asked, and if it cannot tell nothing is said.
void note_what_is_there(ExecuteResult& result, const ArtefactStep& step, Deployer& deployer,
                        std::optional<Placed> now) {
  if (!now) {
    auto asked = deployer.status(step.name);
    if (!asked) return;
    now = *std::move(asked);
  }
  if (!result.actual.contains(step.name)) result.actual[step.name] = as_actual(now, step);
  result.runs[step.name] = run_state(now, step);
}

/// Brings what is in place to the release that is desired.
ExecuteResult put_in_place(const ArtefactStep& step, const Found& found, Host& host) {
  std::string mended;
  if (is_desired(found.placed, step)) {
    auto altered = alteration(step, found.deployer);
    if (!altered) return ended_badly(altered.error());
    if (altered->empty()) return ended_well(Outcome::kUnchanged, step);
    mended = "mended: " + *altered;
  }
  auto carried_out = carry_out(step, found, host);
  if (!carried_out) return ended_badly(carried_out.error());
  ExecuteResult result = ended_well(Outcome::kDone, step, std::move(mended));
  result.sources[step.name] = *carried_out;
  return result;
}

/// It is in place, and its deployer does not say how it runs.
ExecuteResult cannot_tell(ExecuteResult result, const StepError& error) {
  ExecuteResult bad = ended_badly(error);
  bad.actual = std::move(result.actual);
  bad.sources = std::move(result.sources);
  return bad;
}

/// A release that does not come up gives way to what was there before it, whoever had put that
/// there, and also when the release was put there before a crash.
StepError given_way(const ArtefactStep& step, const Found& before, const StepError& why,
                    Host& host) {
  const auto former = before.deployer->former(step.name);
  if (!former || step.run_only) return why;
  Deployer* by = host.deployer(former->deployer);
  if (by == nullptr) {
    return {why.outcome, why.step,
            why.text + "; this member has no deployer \"" + former->deployer + "\" any more"};
  }
  if (by != before.deployer) {
    if (auto gone = before.deployer->withdraw(step.name); !gone) {
      return {why.outcome, why.step, why.text + "; it cannot be taken away: " + gone.error().text};
    }
  }
  const auto& seen = before.former != nullptr ? before.former_placed : before.placed;
  const bool known = seen && !is_desired(seen, step);
  return gone_back(step, former->placed, known ? runs(*seen) : step.desired.running, why, *by,
                   host);
}

/// Has what is in place run as is desired, and says what that is, if it did not change.
std::optional<Placed> bring_to_run(ExecuteResult& result, const ArtefactStep& step,
                                   const Found& before, std::optional<Placed> now, Host& host) {
  Deployer& deployer = *before.deployer;
  if (!now) {
    auto asked = deployer.status(step.name);
    if (!asked) result = cannot_tell(std::move(result), asked.error());
    if (!asked || !*asked) return std::nullopt;
    now = *std::move(asked);
  }
  const auto ran = run_as_desired(step, *now, deployer, host);
  if (!ran) {
    result = ended_badly(given_way(step, before, ran.error(), host));
    return std::nullopt;
  }
  if (!step.run_only) deployer.proved(step.name);
  if (!*ran) return now;
  if (result.outcome == Outcome::kUnchanged) result.outcome = Outcome::kDone;
  return std::nullopt;
}

ExecuteResult skipped(const ArtefactStep& step, std::string_view why) {
  return {Outcome::kSkipped, {}, step.name + " " + std::string(why), {}};
}

ExecuteResult run_only(const ArtefactStep& step, const Found& found, Host& host) {
  ExecuteResult result;
  if (!found.placed || found.placed->run == Run::kNothing) {
    result = skipped(step, found.placed ? "is nothing that runs" : "is not in place here");
    // That what is wanted is gone is a drift, and the next look's to tell: it compares with what is
    // on record.
    if (step.actual && step.desired.release && !found.placed) return result;
    result.actual[step.name] = as_actual(found.placed, step);
    result.runs[step.name] = {};
    return result;
  }
  result.outcome = Outcome::kUnchanged;
  auto now = bring_to_run(result, step, found, found.placed, host);
  note_what_is_there(result, step, *found.deployer, std::move(now));
  return result;
}

/// Who is to be asked what is in place: behind a failure the one who had it before may have it
/// again.
Deployer& has_it_now(const ExecuteResult& result, const ArtefactStep& step, const Found& found,
                     Host& host) {
  if (group_of(result.outcome) != OutcomeGroup::kBad) return *found.deployer;
  const auto holder = find_any(step.name, nullptr, host);
  return holder && holder->deployer != nullptr ? *holder->deployer : *found.deployer;
}

/// Of what is to be absent and is nothing is to be asked any more.
ExecuteResult removed_or_put(const ArtefactStep& step, const Found& found, Host& host) {
  ExecuteResult result = put_in_place(step, found, host);
  const bool good = group_of(result.outcome) == OutcomeGroup::kGood;
  if (good && !step.desired.release) result.runs[step.name] = {};
  if (found.deployer == nullptr || (good && !step.desired.release)) return result;
  std::optional<Placed> now;
  if (result.outcome == Outcome::kUnchanged) now = found.placed;
  if (good) now = bring_to_run(result, step, found, std::move(now), host);
  note_what_is_there(result, step, has_it_now(result, step, found, host), std::move(now));
  return result;
}

ExecuteResult reconcile_as(const ArtefactStep& step, Host& host) {
  auto found = find(step, host);
  if (!found) return ended_badly(found.error());
  if (step.run_only) return run_only(step, *found, host);
  if (!step.leave) return removed_or_put(step, *found, host);
  ExecuteResult result;
  result.outcome = Outcome::kUnchanged;
  result.actual[step.name] = as_actual(found->placed, step);
  result.runs[step.name] = run_state(found->placed, step);
  return result;
}

/// What runs is told something, and then has to be well; such steps are run_only. What is to run
/// and does not is started.
ExecuteResult nudge(const ArtefactStep& step, Host& host,
                    StepResult<void> (Deployer::*verb)(const std::string&), std::string_view word) {
  auto found = find(step, host);
  if (!found) return ended_badly(found.error());
  if (!found->placed || found->placed->run != Run::kRunning) return reconcile_as(step, host);
  host.progress(word, 0);
  ExecuteResult result;
  if (auto ended = (found->deployer->*verb)(step.name); !ended) {
    result = ended_badly(ended.error());
  } else {
    bring_to_run(result, step, *found, std::nullopt, host);
  }
  note_what_is_there(result, step, *found->deployer, std::nullopt);
  return result;
}

template <class CarryOut>
ExecuteResult carry_out_all(const ExecuteRequest& request, const CarryOut& carry_out) {
  ExecuteResult all;
  if (request.steps.empty()) return all;
  all.outcome = Outcome::kUnchanged;
  for (const ArtefactStep& step : in_order(request.steps)) {
    merge(all, carry_out(step), step.name, request.steps.size() > 1);
  }
  if (request.again && all.outcome == Outcome::kUnchanged) all.outcome = Outcome::kDone;
  return all;
}

}  // namespace

/// What a private repository has instead comes first: what is in place is compared with that.
ExecuteResult reconcile_artefact(const ArtefactStep& step, Host& host) {
  if (!step.desired.release || step.exactly || step.run_only) return reconcile_as(step, host);
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

ExecuteResult execute_entry(FindExecute find, const ExecuteRequest& request, Host& host) {
  const ExecuteRow* row = find(request.entry.kind);
  if (row != nullptr) return row->execute(request, host);
  return {Outcome::kNotUnderstood, {}, "this group-member cannot execute that kind of command", {}};
}

ExecuteResult reconcile_steps(const ExecuteRequest& request, Host& host) {
  return carry_out_all(request,
                       [&](const ArtefactStep& step) { return reconcile_artefact(step, host); });
}

ExecuteResult restart_steps(const ExecuteRequest& request, Host& host) {
  return carry_out_all(request, [&](const ArtefactStep& step) {
    return nudge(step, host, &Deployer::restart, "restart");
  });
}

ExecuteResult refresh_steps(const ExecuteRequest& request, Host& host) {
  return carry_out_all(request, [&](const ArtefactStep& step) {
    return nudge(step, host, &Deployer::refresh, "refresh");
  });
}

}  // namespace groupctl
