// The closed ledger: what became of every entry on every member that it counted.
//
// No row per (entry, member) exists. A row follows from three things: the entry's target set, the
// members' watermarks, and the stored exceptions. Pure; changes come out as rows for the next
// Batch.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "coordinator/exceptions.h"
#include "coordinator/rows.h"
#include "log/entry.h"
#include "log/outcome.h"
#include "log/store.h"
#include "wire/member_messages.h"

namespace groupctl {

/// Roster ids that an entry counts, ascending; shared by all entries with that target between two
/// roster changes.
using TargetSet = std::shared_ptr<const std::vector<MemberId>>;

/// What the sessions know of a member at this moment, beyond the ledger.
struct Presence {
  bool live = false;
  bool catching_up = false;  ///< live, and outside the window of publication
  Sequence running;          ///< the entry it works at; 0: none
  Sequence held_at;          ///< the entry it stopped before; 0: none
};

class Ledger {
 public:
  explicit Ledger(Exceptions::Limits limits = {}) : exceptions_(limits) {}
  /// Reads Table::kLedger.
  static Result<Ledger> load(const Store& store, Exceptions::Limits limits = {});

  // ---- target sets

  /// The set for entries after roster change `roster_change` with this target; null: none yet.
  TargetSet find_set(Sequence roster_change, const Target& target) const;
  /// Keeps a set whose row is durable.
  void add_set(Sequence roster_change, const Target& target, TargetSet set);
  /// The set of the entry at `sequence`: the newest one of its target before it. Empty for kNone.
  TargetSet set_of(Sequence sequence, const Target& target) const;
  /// Forgets what only entries below `floor` need: sets, exceptions that are not `needed`,
  /// tombstones. `roster_change` is the newest durable one: sets older than that serve no entry to
  /// come.
  void truncate(Sequence floor, Sequence roster_change, const Exceptions::Needed& needed,
                RowChanges& rows);

  // ---- accounts

  /// The rows of both go with the JOINED and LEFT entries' own batch.
  void open_account(MemberId id, const std::string& name);
  void close_account(MemberId id, Sequence left_at);
  /// Replaces the watermarks, downward too: what a JOIN says.
  bool set_marks(MemberId id, Watermarks marks);
  /// Takes the higher of each: what an ack says.
  bool raise_marks(MemberId id, Watermarks marks);
  const AccountRow* account(MemberId id) const;
  const std::map<MemberId, AccountRow>& accounts() const { return accounts_; }
  /// Rows of the watermarks changed since the last call.
  void write_marks(RowChanges& rows);
  bool marks_unwritten() const { return !unwritten_marks_.empty(); }

  // ---- exceptions

  Exceptions& exceptions() { return exceptions_; }
  const Exceptions& exceptions() const { return exceptions_; }

  // ---- reading

  /// One row: how entry (sequence, class) stands with a member that it counts.
  OutcomeReport row(Sequence sequence, EntryClass entry_class, MemberId id,
                    const Presence& presence) const;

 private:
  Status load_row(std::string_view key, ByteView value);
  void truncate_sets(Sequence floor, Sequence roster_change, RowChanges& rows);

  std::map<Target, std::map<Sequence, TargetSet>> sets_;
  std::map<MemberId, AccountRow> accounts_;
  Exceptions exceptions_;
  std::set<MemberId> unwritten_marks_;
};

}  // namespace groupctl
