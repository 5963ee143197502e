// CoordinatorCore: rollouts, step by step. Every step is an entry, so they go on after a restart as
// if there had been none.
#include <algorithm>

#include "commands/system/system.h"
#include "coordinator/core_impl.h"
#include "coordinator/rollout_step.h"

namespace groupctl {
namespace {

Draft draft_of(KindId kind, Target target, Bytes payload) {
  Draft draft;
  draft.kind = kind;
  draft.target = std::move(target);
  draft.issuer = "coordinator";
  draft.payload = std::move(payload);
  draft.allow_empty_target = true;
  draft.by_system = true;
  return draft;
}

RolloutName name_of(const RolloutRow& row) { return {row.assignment.sequence, row.artefact}; }

}  // namespace

void CoordinatorCore::Impl::refresh_rollouts() {
  const auto first = sequencer_.state().lower_bound(kRolloutPrefix);
  const bool any = first != sequencer_.state().end() && first->first.starts_with(kRolloutPrefix);
  if (any || !rollouts_.all().empty()) {
    rollouts_.refresh(sequencer_, [this](MemberId id) { changed(id); });
  }
}

/// Looks again only when something has changed, or a pause may be over.
void CoordinatorCore::Impl::steer_rollouts() {
  if (!read_only_.empty() || rollouts_.all().empty()) return;
  const bool due = next_wave_ && now_ >= *next_wave_;
  if (steered_at_ == change_ && !due) return;
  bool all = true;
  next_wave_.reset();
  for (auto& [sequence, kept] : rollouts_.all()) {
    if (kept.row.phase != RolloutPhase::kOpen || rollouts_.before(kept.row) != nullptr) continue;
    // One whose last step is not durable yet is looked at when it is.
    if (sequencer_.batch_changing(rollout_key(sequence))) continue;
    if (!sequencer_.has_room()) {
      all = false;
      break;
    }
    steer(kept);
  }
  if (all) steered_at_ = change_;
}

std::vector<RolloutMember> CoordinatorCore::Impl::rollout_members(const RolloutRow& row) const {
  std::vector<RolloutMember> members;
  members.reserve(row.targets.size());
  for (const RolloutTarget& target : row.targets) {
    const AccountRow* account = ledger_.account(target.id);
    RolloutMember member;
    member.id = target.id;
    member.released = static_cast<bool>(target.released);
    member.forgiven = target.released < row.resumed;
    const bool live = sessions_->live(target.id, now_);
    member.here = live && sessions_->of(target.id) != nullptr;
    member.expected = live && !member.here;
    member.left = account == nullptr || account->left_at;
    if (member.released) {
      member.outcome = ledger_row(target.released, EntryClass::kState, target.id).outcome;
    }
    members.push_back(member);
  }
  return members;
}

void CoordinatorCore::Impl::steer(Rollouts::Kept& kept) {
  const RolloutRow& row = kept.row;
  const auto members = rollout_members(row);
  if (!is_quiet(members)) {
    kept.quiet_since.reset();
  } else if (!kept.quiet_since) {
    kept.quiet_since = now_;
  }
  const bool pause_over =
      kept.quiet_since && now_.value - kept.quiet_since->value >= row.policy.pause_ms;
  const RolloutStep step = next_step(row.policy, members, pause_over);
  if (step.waits_for_pause) {
    const LocalTime due(kept.quiet_since->value + row.policy.pause_ms);
    next_wave_ = next_wave_ ? std::min(*next_wave_, due) : due;
  }
  std::vector<Draft> drafts;
  for (MemberId id : step.release) {
    drafts.push_back(draft_of(kReleaseKind, Target::one(id), release_payload(name_of(row))));
  }
  if (!step.stop.empty()) {
    drafts.push_back(
        draft_of(kFinishKind, Target::none(), finish_payload(name_of(row), step.stop)));
  } else if (step.finish) {
    drafts.push_back(
        draft_of(kFinishKind, row.assignment.target, finish_payload(name_of(row), "")));
  }
  if (drafts.empty()) return;
  const auto placed = sequencer_.append(drafts, group_now(), ledger_);
  if (!placed) {
    return note(NoteLevel::kError, "a rollout cannot go on",
                {{"seq", row.assignment.sequence}, {"why", placed.error().text}});
  }
  last_counted_ = placed->last;
  if (!step.stop.empty()) {
    note(NoteLevel::kWarn, "rollout stopped",
         {{"seq", row.assignment.sequence}, {"why", step.stop}});
  } else if (step.finish) {
    note(NoteLevel::kInfo, "rollout finished", {{"seq", row.assignment.sequence}});
  }
}

/// How a rolling deploy stands with a target: by the RELEASE that came to it, or that none did.
OutcomeReport CoordinatorCore::Impl::rollout_outcome(const RolloutRow& rollout,
                                                     MemberId member) const {
  const Sequence sequence = rollout.assignment.sequence;
  const auto plain = [&](Outcome outcome, std::string text = {}) {
    return OutcomeReport{sequence, sequence, outcome, {}, std::move(text)};
  };
  if (const Sequence at = rollout.released_at(member)) {
    OutcomeReport report = ledger_.row(at, EntryClass::kState, member, presence(member));
    report.first = report.last = sequence;
    return report;
  }
  const AccountRow* account = ledger_.account(member);
  if (account == nullptr || account->left_at) return plain(Outcome::kLeft);
  if (goes_on(rollout.phase)) {
    const RolloutRow* before = rollouts_.before(rollout);
    if (before == nullptr) return plain(Outcome::kHeld, "not released yet");
    return plain(Outcome::kHeld, "not released before rollout " +
                                     std::to_string(before->assignment.sequence.value) + " of " +
                                     before->artefact);
  }
  std::string why = "the rollout was " + std::string(to_word(rollout.phase));
  if (!rollout.why.empty()) why += ": " + rollout.why;
  return plain(Outcome::kNotAttempted, std::move(why));
}

}  // namespace groupctl
