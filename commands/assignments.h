// What the commands about artefacts and properties do to the lists of assignments.
#pragma once

#include <optional>
#include <string_view>

#include "commands/state/desired.h"
#include "commands/state/rollout.h"

namespace groupctl {

/// `property/KEY` with the entry's assignment added; nullopt unsets. A list in which nothing has a
/// value any more says no more than none, and is erased. Error: kRefused when the list is full.
Result<StateChange> assign_property(const GroupState& state, const Entry& entry,
                                    std::string_view key, std::optional<std::string> value);
/// `artefact/NAME` with the entry's assignment added; nullopt: absent. A rollout of it that is not
/// finished ends with that. Errors: kConflict when the list has the same version with another
/// digest; kRefused when it is full, or does not cover whom such a rollout is for.
Result<StateChanges> assign_release(const GroupState& state, const Entry& entry,
                                    std::string_view name, std::optional<Release> release);
/// A rollout of this release to the entry's target, of whom nobody is released yet. Errors: as
/// above; kNoTarget when it has no target; kRefused when too many others are unfinished.
Result<StateChanges> begin_rollout(const GroupState& state, const Entry& entry,
                                   std::string_view name, Release release,
                                   const RolloutPolicy& policy);

/// `run/NAME` with the entry's word on whether it is to run added. Error: kRefused when it is full.
Result<StateChange> assign_run(const GroupState& state, const Entry& entry, std::string_view name,
                               bool running);

/// Whether the assignment that counts for this member is the entry's, on any key that it names.
bool any_property_counts(const Entry& entry, const GroupState& state, const MemberRow& member);
bool any_artefact_counts(const Entry& entry, const GroupState& state, const MemberRow& member);
bool any_run_counts(const Entry& entry, const GroupState& state, const MemberRow& member);

/// kNotFound: the state has no row `prefix` + `name`; with the nearest name that it has.
/// "no property lvel; the nearest is level".
tl::unexpected<Error> no_row_of(const GroupState& state, std::string_view what,
                                std::string_view prefix, std::string_view name);

/// Error: kNoTarget for an entry that addresses nobody and so would leave no trace but a full list.
Status check_target(const Entry& entry);

}  // namespace groupctl
