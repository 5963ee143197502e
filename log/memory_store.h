// The storage seam's twin in memory, for tests and the simulator.
#pragma once

#include "log/store.h"

namespace groupctl {

/// Keeps what was committed, and fails when a test arranges it. A value: a copy is an image of the
/// disk at that moment. For one thread.
class MemoryStore final : public Store {
 public:
  /// The next commit writes nothing and answers kRefused with this error.
  void refuse_next(Error error);
  /// The next commit answers kUnknown (kIo), and has written the batch or not.
  void leave_next_unknown(bool written);

  CommitResult commit(const Batch& batch) override;
  Result<LogHead> head() const override { return head_; }
  Result<std::vector<FramePtr>> read_frames(Sequence from, std::size_t max_bytes) const override;
  Result<std::optional<Bytes>> get(const RowKey& key) const override;
  Status for_each(Table table, std::string_view prefix, const RowVisitor& visit) const override;
  Result<LogHead> read_state(const RowVisitor& visit) const override;

 private:
  enum class Fault : std::uint8_t { kNone, kRefused, kUnknownNotWritten, kUnknownWritten };
  void write(const Batch& batch);

  LogHead head_ = empty_head();
  std::map<Sequence, FramePtr> frames_;  // by last sequence
  std::map<RowKey, Bytes> rows_;
  Fault fault_ = Fault::kNone;
  Error refusal_;
};

}  // namespace groupctl
