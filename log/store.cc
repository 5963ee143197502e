#include "log/store.h"

namespace groupctl {
namespace {

void check_frames(const Batch& batch, Sequence frames_end) {
  GROUPCTL_INVARIANT(batch.frames.size() <= kMaxBatchFrames, "a batch has at most 8 frames");
  Sequence end = batch.replace_all ? Sequence() : frames_end;
  for (const FramePtr& frame : batch.frames) {
    GROUPCTL_INVARIANT(frame != nullptr, "a batch has no null frame");
    GROUPCTL_INVARIANT(!end || frame->header().first == end.next(),
                       "a frame continues the one before it");
    end = frame->header().last;
    GROUPCTL_INVARIANT(end <= batch.head.last, "a batch's head reaches the end of its frames");
  }
}

void check_rows(const RowChanges& rows) {
  for (const auto& [key, value] : rows) {
    GROUPCTL_INVARIANT(!key.key.empty() && key.key.size() <= kMaxRowKeyBytes,
                       "a row's key has 1 to 500 bytes");
    GROUPCTL_INVARIANT(!value || value->size() <= kMaxRowBytes, "a row's value is at most 16 MiB");
  }
}

}  // namespace

void check_contract(const Batch& batch, const LogHead& stored, Sequence frames_end) {
  const LogHead& head = batch.head;
  GROUPCTL_INVARIANT(head.batch == stored.batch.next(), "batch numbers are contiguous");
  GROUPCTL_INVARIANT(batch.replace_all || head.floor >= stored.floor, "the floor never falls");
  GROUPCTL_INVARIANT(batch.replace_all || head.last >= stored.last, "the log never shrinks");
  GROUPCTL_INVARIANT(head.floor && head.floor <= head.last.next(), "the floor is in the log");
  check_frames(batch, frames_end);
  check_rows(batch.rows);
}

}  // namespace groupctl
