#include "coordinator/predictions.h"

#include <algorithm>

namespace groupctl {

Status Predictions::load(const Store& store) {
  Status bad;
  auto read =
      store.for_each(Table::kMeta, kPredictedPrefix, [&](std::string_view key, ByteView value) {
        auto sequence = sequence_in_prediction_key(key);
        if (sequence) return keep(*sequence, copy_bytes(value));
        bad = tl::unexpected<Error>(sequence.error());
      });
  return read ? bad : read;
}

void Predictions::keep(Sequence sequence, Bytes row) {
  kept_bytes_ += row.size();
  kept_[sequence] = std::move(row);
}

Status Predictions::note(Predict predict, Sequence head) {
  if (predict.head != head) {
    return fail(ErrorCode::kConflict, "the log has gone on since");
  }
  if (head_ != head) dry_runs_.clear();
  head_ = head;
  auto found = std::find_if(dry_runs_.begin(), dry_runs_.end(),
                            [&](const DryRun& one) { return one.content == predict.content; });
  if (found == dry_runs_.end()) {
    if (dry_runs_.size() == kMaxDryRuns) dry_runs_.erase(dry_runs_.begin());
    found = dry_runs_.insert(dry_runs_.end(), DryRun{predict.content, {}, 0});
  }
  Bytes row = encode_prediction(predict.rows);
  Bytes& there = found->commands[predict.command];
  if (found->bytes - there.size() + row.size() > kMaxDryRunBytes) {
    dry_runs_.erase(found);
    return fail(ErrorCode::kBusy, "too much was foretold to be kept");
  }
  found->bytes += row.size() - there.size();
  there = std::move(row);
  return {};
}

void Predictions::sequenced(const Placement& placed, const Hash& content, RowChanges& rows) {
  for (DryRun& one : dry_runs_) {
    if (one.content != content || head_ != placed.first.previous()) continue;
    for (auto& [command, row] : one.commands) {
      const Sequence at(placed.first.value + command);
      if (at > placed.last) break;  // of no command that there is
      rows[prediction_key(at)] = row;
      gathered_[placed.batch][at] = std::move(row);
    }
  }
  dry_runs_.clear();
}

void Predictions::committed(BatchNumber batch) {
  const auto found = gathered_.find(batch);
  if (found == gathered_.end()) return;
  for (auto& [sequence, row] : found->second) keep(sequence, std::move(row));
  gathered_.erase(found);
}

void Predictions::rolled_back(BatchNumber from) {
  gathered_.erase(gathered_.lower_bound(from), gathered_.end());
}

void Predictions::prune(RowChanges& rows) {
  while (kept_bytes_ > kMaxKeptBytes) {
    const auto oldest = kept_.begin();
    rows[prediction_key(oldest->first)] = std::nullopt;
    kept_bytes_ -= oldest->second.size();
    kept_.erase(oldest);
  }
}

std::vector<Predicted> Predictions::of(Sequence sequence) const {
  const auto found = kept_.find(sequence);
  if (found == kept_.end()) return {};
  auto rows = decode_prediction(found->second);
  return rows ? *std::move(rows) : std::vector<Predicted>();
}

}  // namespace groupctl
