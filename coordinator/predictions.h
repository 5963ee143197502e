// What members foretold of commands: until the command comes, and then beside its entry.
#pragma once

#include <map>
#include <vector>

#include "coordinator/rows.h"
#include "coordinator/sequencer.h"

namespace groupctl {

class Predictions {
 public:
  /// Dry runs whose commands have not come; the oldest goes.
  static constexpr std::size_t kMaxDryRuns = 16;
  /// Of one dry run, and of all that are kept beside entries; the oldest of these go.
  static constexpr std::size_t kMaxDryRunBytes = 1 << 20;
  static constexpr std::size_t kMaxKeptBytes = 8 << 20;

  /// Errors: kCorrupt, those of Store.
  Status load(const Store& store);

  /// Until something else comes first. Errors: kConflict unless the log ends where it was foreseen
  /// to; kBusy beyond kMaxDryRunBytes.
  Status note(Predict predict, Sequence head);
  /// A submit was sequenced there: what was foretold of just these commands is theirs, and all else
  /// is void.
  void sequenced(const Placement& placed, const Hash& content, RowChanges& rows);
  void committed(BatchNumber batch);
  /// That batch and all gathered behind it never were.
  void rolled_back(BatchNumber from);
  /// Drops the oldest beyond kMaxKeptBytes; call now and then.
  void prune(RowChanges& rows);

  /// Of what is durable. None: nobody foresaw it.
  std::vector<Predicted> of(Sequence sequence) const;

 private:
  struct DryRun {
    Hash content;
    std::map<std::uint32_t, Bytes> commands;  ///< as they are stored
    std::size_t bytes = 0;
  };
  void keep(Sequence sequence, Bytes row);

  Sequence head_;  ///< that dry_runs_ were foreseen at
  std::vector<DryRun> dry_runs_;
  std::map<BatchNumber, std::map<Sequence, Bytes>> gathered_;
  std::map<Sequence, Bytes> kept_;
  std::size_t kept_bytes_ = 0;
};

}  // namespace groupctl
