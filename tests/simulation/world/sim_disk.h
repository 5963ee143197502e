// A node's disk: commits take time, may be refused or leave their answer open, and a crash loses
// what was not yet committed.
#pragma once

#include <functional>
#include <optional>

#include "log/memory_store.h"
#include "tests/simulation/world/faults.h"
#include "tests/simulation/world/trace.h"

namespace groupctl::sim {

class SimDisk {
 public:
  using Written = std::function<void(const Batch&)>;
  using Done = std::function<void(const CommitResult&)>;

  /// `written` is told of every batch that has reached the disk, whatever was answered.
  SimDisk(EventQueue& queue, Pcg& random, const Faults& faults, Trace& trace, Written written);

  const MemoryStore& store() const { return store_; }
  bool busy() const { return in_flight_.has_value(); }
  /// The last commit was refused: what it held waits in memory for the next one.
  bool refused_last() const { return refused_last_; }

  /// One at a time. `done` is not called when the node crashes before.
  void commit(Batch batch, Done done);
  /// A commit in flight was written or was not.
  void crash();
  /// All is gone.
  void wipe();
  /// Puts back an image taken before.
  void restore(const MemoryStore& image) { store_ = image; }

  // Faults given by hand.
  void refuse_next() { by_hand_ = CommitAnswer::kRefused; }
  void leave_next_unknown(bool written);
  /// Every commit takes so long until told otherwise; 0: as the faults say.
  void set_commit_ms(Millis ms) { commit_ms_ = ms; }

 private:
  CommitAnswer draw_answer();
  void finish(const Done& done);

  EventQueue& queue_;
  Pcg& random_;
  const Faults& faults_;
  Trace& trace_;
  Written written_;
  MemoryStore store_;
  std::optional<Batch> in_flight_;
  std::uint64_t life_ = 0;  // counts crashes: what was scheduled before one is void
  std::optional<CommitAnswer> by_hand_;
  bool unknown_writes_ = false;
  bool refused_last_ = false;
  Millis commit_ms_ = 0;
};

}  // namespace groupctl::sim
