// Turns drafts into entries on the speculative state, gathers them into batches, and falls back
// when a batch is refused.
//
// Batches stand in a row: one in commit, behind it those gathered. Each rests on the one before, so
// a refused one takes all behind it with it, and their sequences are given out again: nobody saw
// them.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "commands/command.h"
#include "coordinator/ledger.h"
#include "coordinator/roster_index.h"
#include "log/batch_error.h"
#include "log/frame.h"
#include "log/store.h"

namespace groupctl {

/// An entry before it has a sequence.
struct Draft {
  KindId kind;
  Target target;
  std::uint64_t ttl_ms = 0;
  std::string issuer;
  RequestId request;
  std::string message;
  Bytes payload;
  bool allow_empty_target = false;
  bool by_system = false;  ///< the coordinator's own: system kinds only; else group commands, and
                           ///< what of the system kinds is the operators'
  PublicKey issuer_key = {};
};

/// What is kept of an entry for the ledger.
struct EntryFacts {
  Sequence sequence;
  EntryClass entry_class = EntryClass::kState;
  KindId kind;
  Target target;
  TargetSet targets;
  Sequence roster_change;  ///< the last one before it
  std::optional<MemberRow> joined;
  std::optional<MemberId> left;
  std::string evicted;  ///< what the member that left so is told; else empty
};

/// What a draft would become.
struct Foreseen {
  Bytes entry;           ///< as it would be stored
  TargetSet targets;     ///< whom it would count
  StateChanges changes;  ///< to the state
};

/// Where a request's entries went.
struct Placement {
  BatchNumber batch;
  Sequence first;
  Sequence last;
};

class Sequencer {
 public:
  struct Origin {
    LogHead head;                     ///< durable; its epoch is this coordinator's own
    GroupState state;                 ///< at head.last
    Sequence roster_change;           ///< the last entry that changed the roster; 0: none
    std::vector<KindId> state_kinds;  ///< ever sequenced
  };
  Sequencer(const CommandTable& table, const TagSecret& secret, std::size_t max_gathered,
            Origin origin);

  /// Whether append() may be called: a batch more can be gathered.
  bool has_room() const { return gathered_.size() < max_gathered_; }
  /// All drafts, or none: the first refusal with its place ("command 3: ...") undoes those before
  /// it.
  BatchResult<Placement> append(const std::vector<Draft>& drafts, GroupTime now,
                                const Ledger& ledger);
  /// What append() would do with these, on a copy: nothing is sequenced, the same refusals.
  BatchResult<std::vector<Foreseen>> foresee(const std::vector<Draft>& drafts, GroupTime now,
                                             const Ledger& ledger);
  /// Rows that must become durable with the batch of a placement.
  RowChanges& rows_of(BatchNumber batch);

  std::size_t gathered() const { return gathered_.size(); }
  bool has_gathered() const { return !gathered_.empty(); }
  bool in_commit() const { return in_commit_.has_value(); }
  /// The last sequence of the batch in commit; 0: none is.
  Sequence last_in_commit() const { return in_commit_ ? in_commit_->head.last : Sequence(); }
  /// The front batch, closed, for commit; without gathered ones a batch of rows alone. `floor` 0
  /// leaves the floor where it is. Never while one is in commit.
  Batch take(GroupTime now, RowChanges rows, Sequence floor);

  struct Finished {
    std::vector<FramePtr> frames;
    std::vector<EntryFacts> facts;
    RowChanges other_rows;  ///< those given to take()
  };
  /// The batch in commit is durable.
  Finished committed();
  /// It is proved not written: all fall back to the durable head. Gives the numbers of the batches
  /// that fell, and the rows given to take().
  struct Fallen {
    std::vector<BatchNumber> batches;
    RowChanges other_rows;
    std::vector<FramePtr> frames;  ///< of the refused batch
  };
  Fallen refused();
  /// All that is gathered behind the batch in commit falls, as if it had never been appended. Gives
  /// the numbers of the batches that fell.
  std::vector<BatchNumber> drop_gathered();

  /// The newest batch that is not durable yet; nullopt: all is durable.
  std::optional<BatchNumber> newest_undurable() const;
  /// Whether that batch, not durable yet, holds no entry.
  bool rows_only(BatchNumber batch) const;
  /// The batch in which this sequence becomes durable; nullopt: it is, or does not exist.
  std::optional<BatchNumber> batch_of(Sequence sequence) const;
  /// The batch in which the last change to this key of the state becomes durable; nullopt: it is.
  std::optional<BatchNumber> batch_changing(const std::string& key) const;

  const LogHead& durable() const { return durable_; }
  /// The newest durable entry that changed the roster.
  Sequence durable_roster_change() const { return durable_roster_change_; }
  const GroupState& state() const { return state_; }
  const RosterIndex& roster() const { return roster_; }
  Sequence last() const { return last_; }

  /// The durable rows whose key begins with `prefix` and is greater than `after`, by key, until
  /// `visit` returns false.
  using RowVisitor = std::function<bool(std::string_view key, const Bytes& value)>;
  void for_each_durable(std::string_view prefix, std::string_view after,
                        const RowVisitor& visit) const;

 private:
  struct Encoded {
    Bytes bytes;
    Hash chain_after;
    Hash digest_after;
  };
  struct Gathered {
    BatchNumber number;
    Sequence first;        // of the batch
    Sequence last;         // first - 1 while empty
    Sequence frame_first;  // of the frame being built
    Hash frame_chain_before;
    Hash chain;   // after `last`
    Hash digest;  // after `last`
    FrameBuilder building;
    std::vector<FramePtr> frames;
    std::vector<StateChanges> undo;
    std::vector<EntryFacts> facts;
    RowChanges rows;
    bool closed = false;
  };
  struct Step {
    Encoded encoded;
    EntryFacts facts;
    StateChanges undo;
    StateChanges changes;
    RowChanges rows;
    bool new_kind = false;
  };

  /// Where the speculative log ends.
  struct End {
    Sequence last;
    Hash chain;
    Sequence roster_change;
  };
  End end() const { return {last_, chain_, roster_change_}; }
  /// A step a draft, on the state; or the first refusal, and nothing has changed.
  BatchResult<std::vector<Step>> make_steps(const std::vector<Draft>& drafts, GroupTime now,
                                            const Ledger& ledger);
  /// As if they had never been made. `before`: where the log ended before the first of them.
  void take_back(const std::vector<Step>& steps, const End& before);
  Result<Step> make_step(const Draft& draft, GroupTime now, const Ledger& ledger);
  Result<const ApplyRow*> check_kind(const Draft& draft) const;
  /// But for its keys.
  Entry entry_of(const Draft& draft, const ApplyRow& row, GroupTime now) const;
  Result<TargetSet> freeze(const Draft& draft, const Ledger& ledger, RowChanges& rows) const;
  std::optional<Error> mistyped(const Draft& draft, const std::vector<MemberId>& set) const;
  TargetSet gathered_set(const Target& target) const;
  void note_kind(const ApplyRow& row, Step& step);
  void note_account(const Entry& entry, const StateChanges& changes, const Ledger& ledger,
                    Step& step) const;
  void undo(const StateChanges& changes);
  void place(std::vector<Step>& steps, GroupTime now);
  bool fits_open_batch(const std::vector<Step>& steps) const;
  void open_batch();
  void seal_frame(Gathered& batch, GroupTime now);
  void close(Gathered& batch, GroupTime now);
  std::optional<BatchNumber> newest_where(const std::function<bool(const Gathered&)>& holds) const;

  const CommandTable& table_;
  TagSecret secret_;
  std::size_t max_gathered_;
  LogHead durable_;
  GroupState state_;
  RosterIndex roster_;
  Sequence roster_change_;  // speculative
  Sequence durable_roster_change_;
  std::set<KindId> state_kinds_;  // speculative
  std::set<KindId> durable_kinds_;
  Sequence last_;            // speculative
  Hash chain_;               // speculative, after last_
  BatchNumber last_number_;  // given out
  std::deque<Gathered> gathered_;
  struct InCommit {
    Gathered batch;
    LogHead head;
    RowChanges other_rows;
  };
  std::optional<InCommit> in_commit_;
};

/// The last roster change, in Table::kMeta.
RowKey roster_change_key();

}  // namespace groupctl
