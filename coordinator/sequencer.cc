#include "coordinator/sequencer.h"

#include <algorithm>

#include "commands/state/target.h"
#include "commands/system/system.h"
#include "coordinator/replayer.h"
#include "log/little_endian.h"

namespace groupctl {
namespace {

constexpr std::size_t kLabelsNamed = 5;

/// How full a frame would be.
class FrameRoom {
 public:
  explicit FrameRoom(std::size_t bytes = kFrameHeaderBytes + kFrameChecksumBytes,
                     std::size_t entries = 0)
      : bytes_(bytes), entries_(entries) {}
  /// False, and nothing added, when it would not fit.
  bool add(std::size_t entry_bytes) {
    const std::size_t with = bytes_ + framed_size(entry_bytes);
    if (with > kMaxFrameBytes || entries_ == kMaxFrameEntries) return false;
    bytes_ = with;
    ++entries_;
    return true;
  }

 private:
  std::size_t bytes_;
  std::size_t entries_;
};

/// What the entries of a batch change of these two.
void note_facts(const std::vector<EntryFacts>& batch, Sequence& roster_change,
                std::set<KindId>& state_kinds) {
  for (const EntryFacts& facts : batch) {
    if (changes_roster(facts.kind)) roster_change = facts.sequence;
    if (facts.entry_class == EntryClass::kState) state_kinds.insert(facts.kind);
  }
}

}  // namespace

RowKey roster_change_key() { return {Table::kMeta, "roster_change"}; }

Sequencer::Sequencer(const CommandTable& table, const TagSecret& secret, std::size_t max_gathered,
                     Origin origin)
    : table_(table),
      secret_(secret),
      max_gathered_(max_gathered),
      durable_(std::move(origin.head)),
      state_(std::move(origin.state)),
      roster_(state_),
      roster_change_(origin.roster_change),
      durable_roster_change_(origin.roster_change),
      state_kinds_(origin.state_kinds.begin(), origin.state_kinds.end()),
      durable_kinds_(state_kinds_),
      last_(durable_.last),
      chain_(durable_.chain),
      last_number_(durable_.batch) {}

// ---- one request

Result<Placement> Sequencer::append(const std::vector<Draft>& drafts, GroupTime now,
                                    const Ledger& ledger) {
  const Sequence last_before = last_;
  const Hash chain_before = chain_;
  const Sequence roster_before = roster_change_;
  std::vector<Step> steps;
  steps.reserve(drafts.size());
  std::optional<Error> refusal;
  FrameRoom room;
  std::size_t frames = 1;
  for (const Draft& draft : drafts) {
    auto step = make_step(draft, now, ledger);
    if (!step) {
      refusal = step.error();
      break;
    }
    steps.push_back(*std::move(step));
    if (!room.add(steps.back().encoded.bytes.size())) {
      room = FrameRoom();
      room.add(steps.back().encoded.bytes.size());
      ++frames;
    }
  }
  if (!refusal && frames > kMaxBatchFrames) {
    refusal = Error{ErrorCode::kInvalid, "more than a submit may hold (8 frames of 64 KiB)"};
  }
  if (refusal) {
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
      undo(step->undo);
      if (step->new_kind) state_kinds_.erase(step->facts.kind);
    }
    last_ = last_before;
    chain_ = chain_before;
    roster_change_ = roster_before;
    if (drafts.size() == 1) return tl::unexpected<Error>(*refusal);
    return fail("command " + std::to_string(steps.size() + 1), *refusal);
  }
  place(steps, now);
  return Placement{gathered_.back().number, last_before.next(), last_};
}

Result<const ApplyRow*> Sequencer::check_kind(const Draft& draft) const {
  const ApplyRow* row = table_.find(draft.kind);
  if (row == nullptr || row->system != draft.by_system) {
    return fail(ErrorCode::kUnsupported,
                "no such group command here; supported: " + table_.supported());
  }
  const bool never_late = row->entry_class == EntryClass::kNeverLate;
  if (never_late && draft.ttl_ms == 0) {
    return fail(ErrorCode::kInvalid, std::string(row->name) + " needs a ttl");
  }
  if (!never_late && draft.ttl_ms != 0) {
    return fail(ErrorCode::kInvalid,
                std::string(row->name) + " takes no ttl: it is never too late");
  }
  if (draft.payload.size() > kMaxPayloadBytes) {
    return fail(ErrorCode::kInvalid, "payload over 32 KiB; what is larger is an artefact");
  }
  return row;
}

Result<Sequencer::Step> Sequencer::make_step(const Draft& draft, GroupTime now,
                                             const Ledger& ledger) {
  auto row = check_kind(draft);
  if (!row) return tl::unexpected<Error>(row.error());
  auto keys = (*row)->keys(draft.payload);
  if (!keys) return tl::unexpected<Error>(keys.error());
  Step step;
  auto targets = freeze(draft, ledger, step.rows);
  if (!targets) return tl::unexpected<Error>(targets.error());

  Entry entry;
  entry.sequence = last_.next();
  entry.epoch = durable_.epoch;
  entry.issued = now;
  entry.ttl_ms = draft.ttl_ms;
  entry.kind = draft.kind;
  entry.entry_class = (*row)->entry_class;
  entry.keys = *std::move(keys);
  entry.target = draft.target;
  entry.issuer_name = draft.issuer;
  entry.request = draft.request;
  entry.message = draft.message;
  entry.payload = draft.payload;
  step.encoded.bytes = encode_entry(entry);
  if (!FrameRoom().add(step.encoded.bytes.size())) {
    return fail(ErrorCode::kInvalid, "entry larger than a frame of 64 KiB");
  }
  auto changes = (*row)->apply(entry, state_);
  if (!changes) return tl::unexpected<Error>(changes.error());

  step.undo = state_.apply(*changes);
  roster_.follow(*changes);
  step.changes = *std::move(changes);
  last_ = entry.sequence;
  chain_ = chain_next(chain_, step.encoded.bytes);
  step.encoded.chain_after = chain_;
  step.encoded.digest_after = state_.digest();
  step.facts = {last_,    entry.entry_class, entry.kind, entry.target,
                *targets, roster_change_,    {},         {}};
  note_kind(**row, step);
  note_account(entry, ledger, step);
  return step;
}

/// What follows for the rows from the kind alone.
void Sequencer::note_kind(const ApplyRow& row, Step& step) {
  if (changes_roster(row.kind)) {
    roster_change_ = last_;
    step.rows[roster_change_key()] = u64_bytes(last_.value);
  }
  step.new_kind = row.entry_class == EntryClass::kState && state_kinds_.insert(row.kind).second;
  if (step.new_kind) {
    step.rows[state_kinds_key()] = encode_state_kinds({state_kinds_.begin(), state_kinds_.end()});
  }
}

/// JOINED opens an account in the ledger, LEFT closes one: their rows go with the entry.
void Sequencer::note_account(const Entry& entry, const Ledger& ledger, Step& step) const {
  if (entry.kind == kJoinedKind) {
    const MemberRow* row = roster_.find(MemberId(entry.sequence.value));
    GROUPCTL_INVARIANT(row != nullptr, "JOINED made no roster row");
    step.facts.joined = *row;
    step.rows[account_key(row->id)] = encode(AccountRow{row->name, {}, {}});
  }
  if (entry.kind == kLeftKind) {
    step.facts.left = subject_of(entry);
    const AccountRow* account = ledger.account(*step.facts.left);
    AccountRow row = account != nullptr ? *account : AccountRow{};
    row.left_at = entry.sequence;
    step.rows[account_key(*step.facts.left)] = encode(row);
  }
}

Result<TargetSet> Sequencer::freeze(const Draft& draft, const Ledger& ledger,
                                    RowChanges& rows) const {
  if (draft.target.kind == Target::Kind::kNone) return ledger.set_of(Sequence(0), draft.target);
  if (TargetSet known = ledger.find_set(roster_change_, draft.target)) return known;
  if (TargetSet known = gathered_set(draft.target)) return known;
  auto ids = resolve(draft.target, state_);
  const bool may_be_empty = draft.allow_empty_target || draft.target.kind == Target::Kind::kAll;
  if (ids.empty() && !may_be_empty) {
    const std::string seen = labels_seen(state_, draft.target, kLabelsNamed);
    return fail(ErrorCode::kNoTarget, "no member matches " + to_text(draft.target) +
                                          (seen.empty() ? "" : ". labels seen: " + seen));
  }
  rows[target_set_key(roster_change_, draft.target)] =
      encode(TargetSetRow{roster_change_, draft.target, ids});
  return std::make_shared<const std::vector<MemberId>>(std::move(ids));
}

/// The set that an entry not yet durable made for this target since the last roster change.
TargetSet Sequencer::gathered_set(const Target& target) const {
  auto in = [&](const Gathered& batch) -> TargetSet {
    for (auto facts = batch.facts.rbegin(); facts != batch.facts.rend(); ++facts) {
      if (facts->roster_change == roster_change_ && facts->target == target) return facts->targets;
    }
    return nullptr;
  };
  for (auto batch = gathered_.rbegin(); batch != gathered_.rend(); ++batch) {
    if (TargetSet found = in(*batch)) return found;
  }
  return in_commit_ ? in(in_commit_->batch) : nullptr;
}

void Sequencer::undo(const StateChanges& changes) {
  state_.apply(changes);
  roster_.follow(changes);
}

// ---- gathering

void Sequencer::place(std::vector<Step>& steps, GroupTime now) {
  if (!fits_open_batch(steps)) {
    if (!gathered_.empty()) close(gathered_.back(), now);
    open_batch();
  }
  Gathered& batch = gathered_.back();
  for (Step& step : steps) {
    if (!batch.building.fits(step.encoded.bytes.size())) seal_frame(batch, now);
    batch.building.add(step.encoded.bytes);
    batch.last = step.facts.sequence;
    batch.chain = step.encoded.chain_after;
    batch.digest = step.encoded.digest_after;
    batch.undo.push_back(std::move(step.undo));
    add_rows(batch.rows, step.changes);
    batch.facts.push_back(std::move(step.facts));
    for (auto& [key, value] : step.rows) batch.rows[key] = std::move(value);
  }
}

/// Gathering stops at one frame; only a request that needs more makes a batch of several.
bool Sequencer::fits_open_batch(const std::vector<Step>& steps) const {
  if (gathered_.empty() || gathered_.back().closed) return false;
  const FrameBuilder& building = gathered_.back().building;
  FrameRoom room(building.bytes(), building.size());
  return gathered_.back().frames.empty() &&
         std::all_of(steps.begin(), steps.end(),
                     [&](const Step& step) { return room.add(step.encoded.bytes.size()); });
}

void Sequencer::open_batch() {
  const Gathered* before = !gathered_.empty() ? &gathered_.back()
                           : in_commit_       ? &in_commit_->batch
                                              : nullptr;
  Gathered batch;
  last_number_ = last_number_.next();
  batch.number = last_number_;
  batch.last = before != nullptr ? before->last : durable_.last;
  batch.first = batch.last.next();
  batch.frame_first = batch.first;
  batch.chain = before != nullptr ? before->chain : durable_.chain;
  batch.digest = before != nullptr ? before->digest : durable_.state_digest;
  batch.frame_chain_before = batch.chain;
  gathered_.push_back(std::move(batch));
}

void Sequencer::seal_frame(Gathered& batch, GroupTime now) {
  if (batch.building.empty()) return;
  FrameHeader header;
  header.log_id = durable_.log_id;
  header.epoch = durable_.epoch;
  header.batch = batch.number;
  header.first = batch.frame_first;
  header.last = batch.last;
  header.group_time = now;
  header.chain_before = batch.frame_chain_before;
  header.chain_after = batch.chain;
  header.state_digest_after = batch.digest;
  header.tag = make_tag(secret_, header.log_id, header.epoch, header.last, header.chain_after);
  batch.frames.push_back(batch.building.seal(header));
  batch.frame_first = batch.last.next();
  batch.frame_chain_before = batch.chain;
}

/// No entry is added any more.
void Sequencer::close(Gathered& batch, GroupTime now) {
  if (batch.closed) return;
  seal_frame(batch, now);
  batch.closed = true;
}

RowChanges& Sequencer::rows_of(BatchNumber batch) {
  for (Gathered& gathered : gathered_) {
    if (gathered.number == batch) return gathered.rows;
  }
  broken_invariant("rows of a batch that is not gathered", __FILE__, __LINE__);
}

// ---- committing

Batch Sequencer::take(GroupTime now, RowChanges rows, Sequence floor) {
  GROUPCTL_INVARIANT(!in_commit_, "two batches in commit");
  if (gathered_.empty()) open_batch();
  InCommit taken{std::move(gathered_.front()), durable_, rows};
  gathered_.pop_front();
  close(taken.batch, now);
  taken.head.batch = taken.batch.number;
  taken.head.last = taken.batch.last;
  taken.head.chain = taken.batch.chain;
  taken.head.state_digest = taken.batch.digest;
  taken.head.group_time = now;
  taken.head.floor = std::max(floor, durable_.floor);

  Batch batch;
  batch.head = taken.head;
  batch.frames = taken.batch.frames;
  batch.rows = std::move(taken.batch.rows);
  batch.rows.merge(rows);  // what the entries made is newer
  in_commit_ = std::move(taken);
  return batch;
}

Sequencer::Finished Sequencer::committed() {
  GROUPCTL_INVARIANT(in_commit_, "no batch in commit");
  durable_ = in_commit_->head;
  note_facts(in_commit_->batch.facts, durable_roster_change_, durable_kinds_);
  Finished finished{std::move(in_commit_->batch.frames), std::move(in_commit_->batch.facts),
                    std::move(in_commit_->other_rows)};
  in_commit_.reset();
  return finished;
}

std::vector<BatchNumber> Sequencer::drop_gathered() {
  std::vector<BatchNumber> dropped;
  for (const Gathered& batch : gathered_) dropped.push_back(batch.number);
  for (auto batch = gathered_.rbegin(); batch != gathered_.rend(); ++batch) {
    for (auto changes = batch->undo.rbegin(); changes != batch->undo.rend(); ++changes) {
      undo(*changes);
    }
  }
  gathered_.clear();
  const LogHead& base = in_commit_ ? in_commit_->head : durable_;
  last_ = base.last;
  chain_ = base.chain;
  last_number_ = base.batch;
  roster_change_ = durable_roster_change_;
  state_kinds_ = durable_kinds_;
  if (in_commit_) note_facts(in_commit_->batch.facts, roster_change_, state_kinds_);
  GROUPCTL_INVARIANT(state_.digest() == base.state_digest,
                     "the state did not fall back to the one before what was dropped");
  return dropped;
}

Sequencer::Fallen Sequencer::refused() {
  GROUPCTL_INVARIANT(in_commit_, "no batch in commit");
  Fallen fallen;
  fallen.other_rows = std::move(in_commit_->other_rows);
  fallen.frames = in_commit_->batch.frames;
  gathered_.push_front(std::move(in_commit_->batch));
  in_commit_.reset();
  fallen.batches = drop_gathered();
  return fallen;
}

std::optional<BatchNumber> Sequencer::newest_undurable() const {
  if (!gathered_.empty()) return gathered_.back().number;
  if (in_commit_) return in_commit_->batch.number;
  return std::nullopt;
}

bool Sequencer::rows_only(BatchNumber batch) const {
  return in_commit_ && in_commit_->batch.number == batch && in_commit_->batch.facts.empty();
}

std::optional<BatchNumber> Sequencer::batch_of(Sequence sequence) const {
  auto holds = [&](const Gathered& batch) {
    return batch.first <= sequence && sequence <= batch.last;
  };
  if (in_commit_ && holds(in_commit_->batch)) return in_commit_->batch.number;
  for (const Gathered& batch : gathered_) {
    if (holds(batch)) return batch.number;
  }
  return std::nullopt;
}

std::optional<BatchNumber> Sequencer::batch_changing(const std::string& key) const {
  auto changes = [&](const Gathered& batch) {
    return std::any_of(batch.undo.begin(), batch.undo.end(), [&](const StateChanges& undone) {
      return std::any_of(undone.begin(), undone.end(),
                         [&](const StateChange& change) { return change.key == key; });
    });
  };
  for (auto batch = gathered_.rbegin(); batch != gathered_.rend(); ++batch) {
    if (changes(*batch)) return batch->number;
  }
  if (in_commit_ && changes(in_commit_->batch)) return in_commit_->batch.number;
  return std::nullopt;
}

}  // namespace groupctl
