// The thread that commits: one batch at a time, in order.
#pragma once

#include <functional>
#include <thread>

#include "coordinator/core.h"
#include "daemon/mailbox.h"
#include "log/lmdb_store.h"

namespace groupctl {

class StorageThread {
 public:
  /// `room` is asked now and then, so that somebody is told before the store is full; `wake` is
  /// called when an answer is there. The store outlives the thread.
  StorageThread(Store& store, std::function<Result<Room>()> room, std::function<void()> wake);
  ~StorageThread();
  StorageThread(const StorageThread&) = delete;
  StorageThread& operator=(const StorageThread&) = delete;

  void start();
  void commit(Batch batch);
  std::deque<BatchDone> take_done() { return done_.take_all(); }
  /// Blocks for the answer to the batch that was given.
  BatchDone wait_done();
  /// Finishes what was given and ends. Idempotent.
  void stop();

 private:
  void run();
  void watch_room();

  Store& store_;
  std::function<Result<Room>()> ask_room_;
  Mailbox<Batch> batches_;
  Mailbox<BatchDone> done_;
  std::uint64_t commits_ = 0;
  Room room_ = Room::kPlenty;
  std::thread thread_;
};

}  // namespace groupctl
