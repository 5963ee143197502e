#include "tests/simulation/world/sim_disk.h"

namespace groupctl::sim {

SimDisk::SimDisk(EventQueue& queue, Pcg& random, const Faults& faults, Trace& trace,
                 Written written)
    : queue_(queue),
      random_(random),
      faults_(faults),
      trace_(trace),
      written_(std::move(written)) {}

void SimDisk::leave_next_unknown(bool written) {
  by_hand_ = CommitAnswer::kUnknown;
  unknown_writes_ = written;
}

void SimDisk::commit(Batch batch, Done done) {
  GROUPCTL_INVARIANT(!in_flight_, "one commit at a time");
  in_flight_ = std::move(batch);
  const Millis time = commit_ms_ > 0 ? commit_ms_ : 1 + random_.below(faults_.commit_max_ms);
  queue_.after(time, [this, life = life_, done = std::move(done)] {
    if (life == life_) finish(done);
  });
}

CommitAnswer SimDisk::draw_answer() {
  if (by_hand_) return *std::exchange(by_hand_, std::nullopt);
  if (random_.chance(faults_.commit_refused)) return CommitAnswer::kRefused;
  if (!random_.chance(faults_.commit_unknown)) return CommitAnswer::kCommitted;
  unknown_writes_ = random_.chance(500);
  return CommitAnswer::kUnknown;
}

void SimDisk::finish(const Done& done) {
  const Batch batch = *std::exchange(in_flight_, std::nullopt);
  const CommitAnswer answer = draw_answer();
  if (answer == CommitAnswer::kRefused) {
    trace_.sometimes("commit refused");
    store_.refuse_next({ErrorCode::kStorageFull, "arranged: no space left"});
  }
  if (answer == CommitAnswer::kUnknown) {
    trace_.sometimes(unknown_writes_ ? "commit unknown, written" : "commit unknown, not written");
    store_.leave_next_unknown(unknown_writes_);
  }
  refused_last_ = answer == CommitAnswer::kRefused;
  const CommitResult result = store_.commit(batch);
  const bool reached =
      answer == CommitAnswer::kCommitted || (answer == CommitAnswer::kUnknown && unknown_writes_);
  if (reached) written_(batch);
  done(result);
}

void SimDisk::crash() {
  ++life_;
  refused_last_ = false;
  if (!in_flight_) return;
  const Batch batch = *std::exchange(in_flight_, std::nullopt);
  const bool reached = random_.chance(500);
  trace_.sometimes(reached ? "crash in a commit, written" : "crash in a commit, not written");
  if (!reached) return;
  store_.commit(batch);
  written_(batch);
}

void SimDisk::wipe() {
  crash();
  store_ = MemoryStore();
}

}  // namespace groupctl::sim
