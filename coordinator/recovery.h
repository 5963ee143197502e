// What a coordinator that was put back to an old state has lost, and how it leaves that behind: the
// lost sequences are passed over, never given out again.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/rows.h"
#include "log/hash.h"

namespace groupctl {

/// How far a lost history is known to have gone.
struct LossProof {
  Sequence last;
  Epoch epoch;
};

class Recovery {
 public:
  /// Members with a proof that are known by name; those beyond count, unnamed.
  static constexpr std::size_t kMaxProofs = 64;

  /// Reads Table::kMeta. Errors: kCorrupt, kIo.
  Status load(const Store& store);

  // ---- what is proved lost, and not yet given up
  /// A member has shown a valid tag beyond this log.
  void proved(const std::string& member, const TagClaim& tag, RowChanges& rows);
  const std::map<std::string, LossProof>& proofs() const { return proofs_; }

  // ---- what was given up
  /// The rows with which all that is proved is given up; `head` is where the own log ends. The new
  /// head: beyond all that was lost, with a log that begins there.
  LogHead give_up(const LogHead& head, GroupTime now, const std::string& issuer,
                  const std::string& message, RowChanges& rows) const;
  /// The last lost sequence if that were done now.
  Sequence through(const LogHead& head) const { return std::max(head.last, furthest_.last); }
  /// The last of what was given up, if it ended there; nullptr: it did not.
  const LostRange* given_up_to(Sequence last) const;
  /// Whether who has this as its newest frame's epoch follows a history that was given up.
  bool follows_lost(Epoch frame_epoch) const;
  /// Such a one that goes on where this log has other entries: why it cannot be a member with it.
  std::optional<std::string> other_history(Epoch frame_epoch, Sequence received) const;
  /// Whether this tag speaks only of what was given up.
  bool forgiven(const TagClaim& tag, const LogHead& head) const;
  /// Why there is nothing at this sequence; nullopt: it is not lost.
  std::optional<Error> lost_at(Sequence sequence) const;

 private:
  LossProof furthest_;                       // over all proofs, also those of a former run
  std::map<std::string, LossProof> proofs_;  // by member
  std::vector<LostRange> ranges_;            // ascending
};

/// Why nothing is sequenced, in Table::kMeta; no row: it is.
inline RowKey read_only_key() { return {Table::kMeta, "read_only"}; }

}  // namespace groupctl
