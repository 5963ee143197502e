// What a group command is: rows of three tables, made by CMake from GROUP_COMMANDS. Each folder
// gives one row a table; each program links only the tables that it needs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "commands/state/desired.h"
#include "commands/state/group_state.h"
#include "log/entry.h"

namespace groupctl {

/// How a kind changes GroupState. All functions are pure.
struct ApplyRow {
  KindId kind;            ///< written out in the folder's schema, for ever
  std::string_view name;  ///< "DEPLOY"
  EntryClass entry_class;
  bool system;  ///< written by the coordinator itself, but for what by_operator lets pass

  /// The state keys that this payload names. Errors: kInvalid for a malformed payload.
  Result<std::vector<std::string>> (*keys)(ByteView payload);
  /// The changes that the entry makes to the state at sequence - 1, or why it is refused.
  Result<StateChanges> (*apply)(const Entry& entry, const GroupState& state);
  /// Whether, in `state` (at R >= the entry), what counts for this member on the keys it names is
  /// still this entry's doing; false means superseded. Never called for kNeverLate.
  bool (*counts)(const Entry& entry, const GroupState& state, const MemberRow& member);
  /// For kNeverLate: whether it may be run once more when a restart interrupted it. The others end
  /// as unknown then.
  bool repeatable = false;
  /// Of a system kind: whether this payload is one that operators submit, and the coordinator never
  /// writes. Null: none is.
  bool (*by_operator)(ByteView payload) = nullptr;
  /// Of kState: whether later entries, by the coordinator, have members carry it out. Null: no.
  bool (*announces)(ByteView payload) = nullptr;
  /// Of a payload that announces: the one that has members carry it out at once. Null as announces.
  Bytes (*at_once)(ByteView payload) = nullptr;
  /// Whether executing it takes a copy of all that the member knows (ExecuteRequest::view).
  bool needs_view = false;
};

/// The kinds that this build knows, ordered by kind id.
class CommandTable {
 public:
  explicit CommandTable(std::vector<ApplyRow> rows);
  /// nullptr: unknown kind.
  const ApplyRow* find(KindId kind) const;
  const std::vector<ApplyRow>& rows() const { return rows_; }
  /// Names of the group commands for messages: "DEPLOY, PING, SET, UNSET".
  std::string supported() const;

 private:
  std::vector<ApplyRow> rows_;
};

/// The system kinds and all of GROUP_COMMANDS (generated).
const CommandTable& command_table();

}  // namespace groupctl
