// RELEASE, FINISH and STEER: the steps of a rollout.
#include <algorithm>
#include <iterator>

#include "commands/payload.h"
#include "commands/state/names.h"
#include "commands/state/rollout.h"
#include "commands/system/rows.h"
#include "commands/system/system.capnp.h"
#include "commands/system/system.h"

namespace groupctl {
namespace {

static_assert(kReleaseKind == kind_of<payload::Release>());
static_assert(kFinishKind == kind_of<payload::Finish>());
static_assert(kSteerKind == kind_of<payload::Steer>());

using Keys = Result<std::vector<std::string>>;

template <class Reader>
Result<RolloutName> read_name(std::string_view command, Reader in) {
  RolloutName of{Sequence(in.getRollout()), text_of(in.getArtefact())};
  if (of.rollout && is_name(of.artefact)) return of;
  return fail(ErrorCode::kInvalid, std::string(command) + ": no rollout of an artefact");
}

template <class Schema>
Result<RolloutName> name_in(std::string_view command, ByteView payload) {
  return read_payload<Schema>(command, payload, [&](auto in) { return read_name(command, in); });
}

template <class Schema>
Keys keys(ByteView payload) {
  return name_in<Schema>("rollout", payload).map([](const RolloutName& of) {
    return std::vector<std::string>{artefact_key(of.artefact)};
  });
}

/// The row that the entry is about, in one of the phases in which it may be.
Result<RolloutRow> row_of(std::string_view command, const GroupState& state, const RolloutName& of,
                          bool (*may)(RolloutPhase)) {
  auto row = rollout_row(state, of.rollout);
  const std::string number = std::to_string(of.rollout.value);
  if (!row || row->artefact != of.artefact) {
    return fail(ErrorCode::kNotFound,
                std::string(command) + ": " + of.artefact + " has no rollout " + number);
  }
  if (may(row->phase)) return *std::move(row);
  return fail(ErrorCode::kRefused, std::string(command) + ": rollout " + number + " is " +
                                       std::string(to_word(row->phase)));
}

bool is_open(RolloutPhase phase) { return phase == RolloutPhase::kOpen; }

// ---- RELEASE

Result<StateChanges> apply_release(const Entry& entry, const GroupState& state) {
  auto of = name_in<payload::Release>("RELEASE", entry.payload);
  if (!of) return tl::unexpected<Error>(of.error());
  auto row = row_of("RELEASE", state, *of, is_open);
  if (!row) return tl::unexpected<Error>(row.error());
  for (RolloutTarget& target : row->targets) {
    if (entry.target != Target::one(target.id) || target.released) continue;
    target.released = entry.sequence;
    return StateChanges{change_of(*row)};
  }
  return fail(ErrorCode::kInvalid, "RELEASE: no target of the rollout, or released already");
}

/// Whether what counts is still what that rollout brings.
template <class Schema>
bool brings(const Entry& entry, const GroupState& state, const MemberRow& member) {
  const auto of = name_in<Schema>("rollout", entry.payload);
  const auto desired = of ? desired_artefact(state, member, of->artefact) : std::nullopt;
  return desired && desired->sequence == of->rollout;
}

// ---- FINISH

Result<StateChanges> finish(RolloutRow row, const GroupState& state) {
  ArtefactRow artefact = artefact_row(state, row.artefact);
  row.former = artefact.releases;
  row.phase = RolloutPhase::kFinished;
  if (auto assigned = assign(artefact.releases, row.assignment); !assigned) {
    return fail("FINISH", assigned.error());
  }
  return StateChanges{{artefact_key(row.artefact), encode(artefact)}, change_of(row)};
}

Result<StateChanges> apply_finish(const Entry& entry, const GroupState& state) {
  std::string stopped;
  auto of = read_payload<payload::Finish>("FINISH", entry.payload, [&](auto in) {
    stopped = text_of(in.getStopped());
    return read_name("FINISH", in);
  });
  if (!of) return tl::unexpected<Error>(of.error());
  auto row = row_of("FINISH", state, *of, is_open);
  if (!row) return tl::unexpected<Error>(row.error());
  if (stopped.empty()) return finish(*std::move(row), state);
  row->phase = RolloutPhase::kStopped;
  row->why = std::move(stopped);
  return StateChanges{change_of(*row)};
}

// ---- STEER

bool may_pause(RolloutPhase phase) { return phase == RolloutPhase::kOpen; }
bool may_resume(RolloutPhase phase) {
  return phase == RolloutPhase::kPaused || phase == RolloutPhase::kStopped;
}
bool may_undo(RolloutPhase phase) {
  return counts_by_release(phase) || phase == RolloutPhase::kFinished;
}

StateChanges with(StateChanges changes, StateChanges more) {
  std::move(more.begin(), more.end(), std::back_inserter(changes));
  return changes;
}

/// Of a finished one what was there before comes back, as long as nobody deployed it since.
Result<StateChanges> undo(RolloutRow row, const GroupState& state) {
  ArtefactRow artefact = artefact_row(state, row.artefact);
  if (artefact.rollout != row.assignment.sequence) {
    return fail(ErrorCode::kRefused, "undo: " + row.artefact + " was deployed since");
  }
  StateChanges changes;
  if (row.phase == RolloutPhase::kFinished) {
    artefact.releases = std::exchange(row.former, {});
    // Whoever has it in place without having had anything before is to be rid of it.
    if (artefact.releases.empty()) {
      artefact.releases.push_back({row.assignment.target, row.assignment.sequence, std::nullopt});
    }
    changes.push_back({artefact_key(row.artefact), encode(artefact)});
  }
  row.phase = RolloutPhase::kUndone;
  changes.push_back(change_of(row));
  return with(std::move(changes), stop_what_follows(row, to_word(row.phase), state));
}

struct Steered {
  RolloutName of;
  SteerWhat what = SteerWhat::kPause;
};

Result<Steered> read_steer(ByteView payload) {
  return read_payload<payload::Steer>("STEER", payload, [](auto in) -> Result<Steered> {
    auto of = read_name("STEER", in);
    if (!of) return tl::unexpected<Error>(of.error());
    if (in.getWhat() > payload::Steer::What::UNDO) {
      return fail(ErrorCode::kUnsupported, "STEER: another version's word");
    }
    return Steered{*std::move(of), static_cast<SteerWhat>(in.getWhat())};
  });
}

Result<StateChanges> apply_steer(const Entry& entry, const GroupState& state) {
  static constexpr bool (*kMay[])(RolloutPhase) = {may_pause, may_resume, is_unfinished, may_undo};
  const auto steered = read_steer(entry.payload);
  if (!steered) return tl::unexpected<Error>(steered.error());
  auto row = row_of(to_word(steered->what), state, steered->of,
                    kMay[static_cast<std::size_t>(steered->what)]);
  if (!row) return tl::unexpected<Error>(row.error());
  const Target wanted = steered->what == SteerWhat::kUndo ? row->assignment.target : Target::none();
  if (entry.target != wanted) return fail(ErrorCode::kInvalid, "STEER: another target");
  if (steered->what == SteerWhat::kUndo) return undo(*std::move(row), state);
  row->phase = steered->what == SteerWhat::kPause    ? RolloutPhase::kPaused
               : steered->what == SteerWhat::kResume ? RolloutPhase::kOpen
                                                     : RolloutPhase::kAborted;
  row->why = entry.message;
  if (steered->what == SteerWhat::kResume) row->resumed = entry.sequence;
  StateChanges changes{change_of(*row)};
  if (steered->what != SteerWhat::kAbort) return changes;
  return with(std::move(changes), stop_what_follows(*row, to_word(row->phase), state));
}

/// Not when it was deployed since.
bool undo_counts(const Entry& entry, const GroupState& state, const MemberRow& member) {
  const auto steered = read_steer(entry.payload);
  if (!steered) return false;
  const auto desired = desired_artefact(state, member, steered->of.artefact);
  return !desired || desired->sequence < entry.sequence;
}

bool by_operators(ByteView) { return true; }

}  // namespace

std::vector<ApplyRow> system::rollout_apply_rows() {
  std::vector<ApplyRow> rows{{kReleaseKind, "RELEASE", EntryClass::kState, true,
                              keys<payload::Release>, apply_release, brings<payload::Release>},
                             {kFinishKind, "FINISH", EntryClass::kState, true,
                              keys<payload::Finish>, apply_finish, brings<payload::Finish>},
                             {kSteerKind, "STEER", EntryClass::kState, true, keys<payload::Steer>,
                              apply_steer, undo_counts}};
  rows[2].by_operator = by_operators;
  return rows;
}

}  // namespace groupctl
