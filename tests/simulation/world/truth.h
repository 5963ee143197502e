// The oracle: a record of the group's history that no core can touch, made from what reached the
// coordinator's disk; and of what happened on each member's machine.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "commands/command.h"
#include "log/frame.h"
#include "log/outcome.h"
#include "wire/admin_messages.h"

namespace groupctl::sim {

/// The first invariant that was broken; the run ends with it.
struct Violation {
  std::string invariant;  ///< "I5"
  std::string text;
};

/// One entry of the durable log.
struct TrueEntry {
  Entry entry;
  Hash chain;
  Hash state_digest;
  std::vector<MemberId> targets;  ///< its target over the state at sequence - 1
};

/// A server that is or was a member, by its state directory.
struct TrueMember {
  Watermarks highest;                  ///< that were ever durable in its store
  std::map<Sequence, Outcome> worked;  ///< how the last run of an entry ended on the machine
  /// How reconciles ended, by the assignment that they carried out.
  std::map<Sequence, std::set<Outcome>> reconciled;
  std::vector<Sequence> swaps;     ///< snapshots that it took
  std::set<std::string> deviated;  ///< state keys that it ever was to have otherwise, on purpose
  bool crashed = false;
};

/// Names of members and operators that are not what they should be begin so: of what a member says
/// of itself nothing can be known then.
inline bool is_hostile(std::string_view name) { return name.starts_with('x'); }

class Truth {
 public:
  /// No judgement while off: for scenarios that break the history on purpose.
  void set_watching(bool watching) { watching_ = watching; }
  bool watching() const { return watching_; }

  void begin(const CommandTable& table, const LogHead& head);
  void broken(const std::string& invariant, const std::string& text);
  const std::optional<Violation>& violation() const { return violation_; }

  // ---- the coordinator
  /// A batch has reached its disk: I2, I10, I11 and the state that follows from it.
  void coordinator_wrote(const Batch& batch);
  /// Its disk is as it was at this head: what came after is lost.
  void restored(const LogHead& head);
  /// Counts that.
  std::uint64_t generation() const { return generation_; }
  /// What was never lost ends here.
  Sequence kept() const { return generation_ == 0 ? last() : kept_; }
  /// The state digest that a history which was lost had there with this chain; nullopt: none had.
  std::optional<Hash> lost_digest(Sequence last, const Hash& chain) const;
  /// Whether the log has this entry, and not another one in its place.
  bool has(const Entry& entry) const;
  /// A coordinator has loaded this head: I1.
  void coordinator_loaded(const LogHead& head);
  /// Somebody outside was shown the log up to here: I3, I5.
  void exposed(const LogId& log_id, Sequence last, const Hash& chain, const std::string& how);
  /// An admin was told that its request is in the log: I1.
  void acknowledged(const Submit& submit, const Accepted& accepted);
  /// An admin was told that its request is not in the log: I11.
  void refused(const Submit& submit);
  /// An admin was told that nobody can know whether its request is in the log: I11. `again`: it was
  /// answered before, and that was lost.
  void too_old_to_know(const Submit& submit, bool again);

  // ---- the members
  /// A batch has reached a member's disk: I4, I5, I9.
  void member_wrote(const ServerId& server, const std::string& name, const LogHead& before,
                    const Batch& batch);
  TrueMember& member(const ServerId& server) { return members_[server]; }
  const TrueMember* find_member(const ServerId& server) const;

  // ---- questions
  Sequence last() const { return Sequence(log_.size()); }
  const TrueEntry& at(Sequence sequence) const { return log_.at(sequence.value - 1); }
  const GroupState& state() const { return state_; }
  const LogHead& head() const { return head_; }
  Hash chain_at(Sequence sequence) const;
  Hash digest_at(Sequence sequence) const;
  /// How an entry ended for a member, as the coordinator had it on disk before its newest batch: it
  /// knew that much when it made that one. Of what ended well nothing is kept.
  std::optional<Outcome> reported(MemberId id, Sequence sequence) const;
  /// The roster row as it last was; also of those that left.
  const MemberRow* last_row(MemberId id) const;
  /// Every row that this member had, by the sequence from which on.
  const std::map<Sequence, MemberRow>& rows_of(MemberId id) const { return rows_.at(id); }
  /// Every member there ever was, with its last row.
  template <class Visit>
  void for_each_row(Visit&& visit) const {
    for (const auto& [id, rows] : rows_) visit(id, rows.rbegin()->second);
  }

 private:
  void append(const Entry& entry, ByteView bytes);
  void note_reports(const RowChanges& rows);
  void give_up(const LogHead& head);
  void lose(Sequence sequence);
  void note_request(const Entry& entry);
  void follow_roster(const Entry& entry, const StateChanges& changes);

  bool watching_ = true;
  std::optional<Violation> violation_;
  const CommandTable* table_ = nullptr;
  LogHead head_ = empty_head();
  Hash chain_start_;
  std::vector<TrueEntry> log_;
  GroupState state_;
  std::map<Sequence, Hash> exposed_;
  std::map<std::pair<Sequence, Hash>, Hash> lost_;  // by chain, the state digest
  std::uint64_t generation_ = 0;
  Sequence kept_;
  bool recovered_ = false;
  RowChanges reported_;         // what is stored of outcomes, but for
  RowChanges newest_reported_;  // what the newest batch has changed
  std::map<RequestId, Sequence> requests_;
  std::map<RequestId, bool> refused_;
  std::map<ServerId, TrueMember> members_;
  std::map<MemberId, std::map<Sequence, MemberRow>> rows_;
};

}  // namespace groupctl::sim
