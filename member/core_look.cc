// Looks at what is in place: what somebody has changed by hand is a delta, not work, unless this
// member is told to revert it.
#include <set>

#include "commands/state/names.h"
#include "member/core_impl.h"

namespace groupctl {
namespace {

/// All that is wanted or in place, each with the deployer to ask: where no release is wanted, all.
std::vector<LookRequest::At> places(const Aim& aim, const Actual& actual) {
  std::map<std::string, std::string> deployers;
  for (const auto& [name, placed] : in_place(actual)) deployers[name];
  for (const auto& [name, left] : actual.artefacts) deployers[name];
  for (const std::string& name : aim.left) deployers[name];
  for (const auto& [name, desired] : aim.desired.artefacts) {
    deployers[name] = desired.release ? desired.release->deployer : std::string();
  }
  std::vector<LookRequest::At> at;
  for (auto& [name, deployer] : deployers) at.push_back({name, std::move(deployer)});
  return at;
}

}  // namespace

void MemberCore::Impl::look_if_due() {
  if (looking_) return;
  const bool due = config_.scan_interval_ms != 0 && now_ >= look_due_;
  if (!due && look_waiters_.empty()) return;
  looking_ = true;
  look_watchers_ = std::exchange(look_waiters_, {});
  actuals_.begin_look();
  out_.look = LookRequest{++look_, places(artefact_aim(), actuals_.actual())};
}

void MemberCore::Impl::on(LookDone event) {
  if (!looking_ || event.result.number != look_) return;
  looking_ = false;
  look_due_ = LocalTime(now_.value + config_.scan_interval_ms);
  for (const auto& [name, found] : event.result.by_name) {
    // What a step has touched meanwhile was seen before it or after, or half of each.
    if (queue_.works_on(name) || actuals_.touched(name)) continue;
    if (found) {
      looked(name, *found);
    } else {
      note(NoteLevel::kWarn, "cannot look", {{"artefact", name}, {"why", found.error().text}});
    }
  }
  for (const std::uint64_t token : std::exchange(look_watchers_, {})) {
    reply(token, answer_to(DeltaQuestion{}));
  }
}

void MemberCore::Impl::looked(const std::string& name, const Inspection& found) {
  const auto drift = actuals_.looked(name, found, stage_);
  if (drift) note(NoteLevel::kWarn, "drifted", {{"artefact", name}, {"why", drift->text}});
  const bool drifted = actuals_.actual().drifts.contains(artefact_key(name));
  const bool runs_otherwise = looked_at_run(name, found);
  if (config_.reverts_drift && (drifted || runs_otherwise)) queue_.revert(name);
}

/// True: somebody has started or stopped it.
bool MemberCore::Impl::looked_at_run(const std::string& name, const Inspection& found) {
  RunState now;
  const auto known = actuals_.actual().runs.find(name);
  const bool ran = known != actuals_.actual().runs.end();
  if (ran) now.sequence = known->second.sequence;
  if (found.placed) {
    now.run = found.placed->run;
    now.text = found.placed->run_text;
  }
  if (!ran && now.run == Run::kNothing) return false;
  const bool changed = actuals_.runs(name, now, stage_);
  const Delta delta = this->delta();
  const auto entry = delta.find(run_key(name));
  if (entry == delta.end()) return false;
  if (changed) {
    note(NoteLevel::kWarn, "runs otherwise",
         {{"artefact", name}, {"how", std::string(to_word(now.run))}, {"why", now.text}});
  }
  return entry->second.kind == DeltaKind::kDrifted;
}

}  // namespace groupctl
