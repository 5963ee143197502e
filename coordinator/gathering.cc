// Sequencer: entries into batches, batches into commit, and back when they fall.
#include <algorithm>

#include "commands/system/system.h"
#include "coordinator/sequencer.h"

namespace groupctl {
namespace {

/// What durable entries leave behind for the next ones.
void follow(const std::vector<EntryFacts>& facts, Sequence& roster_change,
            std::set<KindId>& state_kinds) {
  for (const EntryFacts& one : facts) {
    if (changes_roster(one.kind)) roster_change = one.sequence;
    if (one.entry_class == EntryClass::kState) state_kinds.insert(one.kind);
  }
}

}  // namespace

// ---- gathering

void Sequencer::place(std::vector<Step>& steps, GroupTime now) {
  if (!fits_open_batch(steps)) {
    if (!gathered_.empty()) close(gathered_.back(), now);
    open_batch();
  }
  Gathered& batch = gathered_.back();
  for (Step& step : steps) {
    if (!batch.building.room().fits(step.encoded.bytes.size())) seal_frame(batch, now);
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
  FrameRoom room = gathered_.back().building.room();
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
  follow(in_commit_->batch.facts, durable_roster_change_, durable_kinds_);
  Finished finished{std::move(in_commit_->batch.frames), std::move(in_commit_->batch.facts),
                    std::move(in_commit_->other_rows)};
  in_commit_.reset();
  return finished;
}

Sequencer::Fallen Sequencer::refused() {
  GROUPCTL_INVARIANT(in_commit_, "no batch in commit");
  Fallen fallen;
  fallen.other_rows = std::move(in_commit_->other_rows);
  fallen.frames = in_commit_->batch.frames;
  gathered_.push_front(std::move(in_commit_->batch));
  in_commit_.reset();
  fallen.batches = drop_gathered();
  GROUPCTL_INVARIANT(state_.digest() == durable_.state_digest,
                     "the state did not fall back to the durable one");
  return fallen;
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
  const LogHead& head = in_commit_ ? in_commit_->head : durable_;
  last_ = head.last;
  chain_ = head.chain;
  last_number_ = head.batch;
  roster_change_ = durable_roster_change_;
  state_kinds_ = durable_kinds_;
  if (in_commit_) follow(in_commit_->batch.facts, roster_change_, state_kinds_);
  return dropped;
}

std::optional<BatchNumber> Sequencer::newest_undurable() const {
  if (!gathered_.empty()) return gathered_.back().number;
  if (in_commit_) return in_commit_->batch.number;
  return std::nullopt;
}

bool Sequencer::rows_only(BatchNumber batch) const {
  return in_commit_ && in_commit_->batch.number == batch && in_commit_->batch.facts.empty();
}

std::optional<BatchNumber> Sequencer::newest_where(
    const std::function<bool(const Gathered&)>& holds) const {
  for (auto batch = gathered_.rbegin(); batch != gathered_.rend(); ++batch) {
    if (holds(*batch)) return batch->number;
  }
  if (in_commit_ && holds(in_commit_->batch)) return in_commit_->batch.number;
  return std::nullopt;
}

std::optional<BatchNumber> Sequencer::batch_of(Sequence sequence) const {
  return newest_where(
      [&](const Gathered& batch) { return batch.first <= sequence && sequence <= batch.last; });
}

std::optional<BatchNumber> Sequencer::batch_changing(const std::string& key) const {
  return newest_where([&](const Gathered& batch) {
    return std::any_of(batch.undo.begin(), batch.undo.end(), [&](const StateChanges& undone) {
      return std::any_of(undone.begin(), undone.end(),
                         [&](const StateChange& change) { return change.key == key; });
    });
  });
}

}  // namespace groupctl
