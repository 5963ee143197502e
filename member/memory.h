// What a member's store knows: its rows of Table::kMember, and reading everything once at start.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "commands/state/delta.h"
#include "commands/state/group_state.h"
#include "log/outcome.h"
#include "log/store.h"

namespace groupctl {

/// The group and history that a store belongs to, and the highest epoch heard in an envelope.
struct Binding {
  std::string group;
  LogId log_id;  ///< zero: none yet
  Epoch epoch;
  bool operator==(const Binding&) const = default;
};

/// Entries first..last that end together when the reconcile after a snapshot (or after the own
/// roster row appeared) has ended.
struct Span {
  Sequence first;
  Sequence last;
  bool operator==(const Span&) const = default;
};

struct StoredMarks {
  Sequence executed;
  std::optional<Span> span;
  std::uint64_t log_bytes = 0;  ///< of the frames that are stored
  bool operator==(const StoredMarks&) const = default;
};

struct KeptOutcome {
  OutcomeReport report;
  bool recorded = false;  ///< the coordinator has said that it is durable there
  bool operator==(const KeptOutcome&) const = default;
};

/// Everything a member's store knows, read once at start.
struct MemberMemory {
  LogHead head;
  GroupState state;
  Binding binding;
  StoredMarks marks;
  TagClaim tag;
  std::vector<std::string> shared_tail;  ///< as the last coordinator said it
  std::vector<Entry> open;               ///< mine, not started
  std::vector<Entry> started;            ///< an intent without an outcome, ascending
  std::vector<KeptOutcome> outcomes;
  Actual actual;
  Intended intended;
  std::set<std::string> begun;  ///< artefacts that a step may have put in place, without a record
};

/// Errors: kCorrupt, kIo, kUnsupported; kWrongGroup when the store is bound to another group.
Result<MemberMemory> read_memory(const Store& store, const std::string& group);

RowKey binding_row();
RowKey marks_row();
RowKey tag_row();
RowKey shared_tail_row();
/// An entry that counts this member and has not started. The value is one byte where the entry is
/// in a stored frame, else the entry's bytes.
RowKey open_row(Sequence sequence);
/// An entry that may have started; its value is the entry's bytes.
RowKey intent_row(Sequence sequence);
RowKey outcome_row(Sequence first, Sequence last);
RowKey actual_row(std::string_view artefact);
/// The repository from which what is in place came, as text.
RowKey source_row(std::string_view artefact);
/// A step that is no entry's is about to put this artefact in place. No value.
RowKey begun_row(std::string_view artefact);
/// How an artefact was last seen to run.
RowKey run_state_row(std::string_view artefact);
RowKey failure_row(std::string_view key);
RowKey drift_row(std::string_view key);
RowKey intended_row(std::string_view key);

Bytes encode(const Binding& binding);
Bytes encode(const StoredMarks& marks);
Bytes encode(const TagClaim& tag);
Bytes encode_shared_tail(const std::vector<std::string>& urls);
Bytes encode_outcome_row(const KeptOutcome& outcome);
Bytes encode_actual_row(const ActualArtefact& artefact);
Bytes encode_run_state_row(const RunState& run);
Bytes encode_failure_row(const FailedStep& failure);
Bytes encode_drift_row(const Drift& drift);
Bytes encode_intended_row(const IntendedDelta& delta);
Result<Binding> decode_binding(ByteView bytes);
Result<StoredMarks> decode_marks(ByteView bytes);
Result<TagClaim> decode_tag(ByteView bytes);
Result<std::vector<std::string>> decode_shared_tail(ByteView bytes);
Result<KeptOutcome> decode_outcome_row(ByteView bytes);
Result<ActualArtefact> decode_actual_row(ByteView bytes);
Result<RunState> decode_run_state_row(ByteView bytes);
Result<FailedStep> decode_failure_row(ByteView bytes);
Result<Drift> decode_drift_row(ByteView bytes);
Result<IntendedDelta> decode_intended_row(ByteView bytes);

}  // namespace groupctl
