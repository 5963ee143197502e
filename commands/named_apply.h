// What the commands of named_payload.h do to the state. Only the sources of command folders include
// this.
#pragma once

#include "commands/assignments.h"
#include "commands/named_payload.h"

namespace groupctl::named {

/// Error: kNotFound for a name that was never deployed in this group.
Status check_known(std::string_view command, const GroupState& state,
                   const std::vector<std::string>& names);

/// One word on whether the target is to run them. Errors: kNotFound, kNoTarget, kRefused.
template <class Command>
Result<StateChanges> assign_runs(const Entry& entry, const GroupState& state, bool running) {
  if (auto valid = check_target(entry); !valid) return fail(Command::kName, valid.error());
  const auto names = read<Command>(entry.payload);
  if (!names) return tl::unexpected<Error>(names.error());
  auto known = check_known(Command::kName, state, *names);
  if (!known) return tl::unexpected<Error>(known.error());
  StateChanges changes;
  for (const std::string& name : *names) {
    auto change = assign_run(state, entry, name, running);
    if (!change) return fail(Command::kName, change.error());
    changes.push_back(std::move(*change));
  }
  return changes;
}

/// Of class *latest*: it changes no state. Error: kNotFound.
template <class Command>
Result<StateChanges> change_nothing(const Entry& entry, const GroupState& state) {
  const auto names = read<Command>(entry.payload);
  if (!names) return tl::unexpected<Error>(names.error());
  return check_known(Command::kName, state, *names).map([] { return StateChanges(); });
}
/// Whether it is about any artefact of which nothing that counts was set since.
bool not_set_later(const Entry& entry, const GroupState& state, const MemberRow& member);

}  // namespace groupctl::named
