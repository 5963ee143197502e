#include "log/memory_store.h"

namespace groupctl {

void MemoryStore::refuse_next(Error error) {
  fault_ = Fault::kRefused;
  refusal_ = std::move(error);
}

void MemoryStore::leave_next_unknown(bool written) {
  fault_ = written ? Fault::kUnknownWritten : Fault::kUnknownNotWritten;
}

CommitResult MemoryStore::commit(const Batch& batch) {
  check_contract(batch, head_, frames_.empty() ? Sequence() : frames_.rbegin()->first);
  Fault fault = std::exchange(fault_, Fault::kNone);
  if (fault == Fault::kRefused) return {CommitAnswer::kRefused, refusal_};
  if (fault != Fault::kUnknownNotWritten) write(batch);
  if (fault == Fault::kNone) return {CommitAnswer::kCommitted, {}};
  return {CommitAnswer::kUnknown, {ErrorCode::kIo, "arranged: the answer of the disk is lost"}};
}

void MemoryStore::write(const Batch& batch) {
  if (batch.replace_all) {
    frames_.clear();
    rows_.erase(rows_.lower_bound({Table::kState, ""}), rows_.lower_bound({Table::kLedger, ""}));
  }
  for (const FramePtr& frame : batch.frames) frames_.emplace(frame->header().last, frame);
  for (const auto& [key, value] : batch.rows) {
    if (value) {
      rows_[key] = *value;
    } else {
      rows_.erase(key);
    }
  }
  frames_.erase(frames_.begin(), frames_.lower_bound(batch.head.floor));
  head_ = batch.head;
}

Result<std::vector<FramePtr>> MemoryStore::read_frames(Sequence from, std::size_t max_bytes) const {
  if (from < head_.floor) {
    return fail(ErrorCode::kCompacted, "the log starts at " + std::to_string(head_.floor.value));
  }
  std::vector<FramePtr> page;
  std::size_t bytes = 0;
  for (auto it = frames_.lower_bound(from); it != frames_.end(); ++it) {
    bytes += it->second->held_bytes();
    if (!page.empty() && bytes > max_bytes) break;
    page.push_back(it->second);
  }
  return page;
}

Result<std::optional<Bytes>> MemoryStore::get(const RowKey& key) const {
  auto it = rows_.find(key);
  if (it == rows_.end()) return std::nullopt;
  return it->second;
}

Status MemoryStore::for_each(Table table, std::string_view prefix, const RowVisitor& visit) const {
  for (auto it = rows_.lower_bound({table, std::string(prefix)}); it != rows_.end(); ++it) {
    const auto& [key, value] = *it;
    if (key.table != table || !key.key.starts_with(prefix)) break;
    visit(key.key, value);
  }
  return {};
}

Result<LogHead> MemoryStore::read_state(const RowVisitor& visit) const {
  if (Status read = for_each(Table::kState, "", visit); !read) {
    return tl::unexpected<Error>(read.error());
  }
  return head_;
}

}  // namespace groupctl
