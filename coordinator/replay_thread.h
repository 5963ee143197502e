// The thread that reads: replay pages, snapshot images, look-ups.
#pragma once

#include <functional>
#include <thread>

#include "coordinator/replayer.h"
#include "daemon/mailbox.h"

namespace groupctl {

class ReplayThread {
 public:
  /// `wake` is called when an answer is there. The store outlives the thread.
  ReplayThread(const Store& store, Replayer::Options options, std::function<void()> wake);
  ~ReplayThread();
  ReplayThread(const ReplayThread&) = delete;
  ReplayThread& operator=(const ReplayThread&) = delete;

  void start();
  /// False when too many reads are waiting: members ask again, others are answered at once.
  bool read(ReadRequest request);
  std::deque<ReadDone> take_done() { return done_.take_all(); }
  void stop();

 private:
  void run();

  Replayer replayer_;
  Mailbox<ReadRequest> requests_;
  Mailbox<ReadDone> done_;
  std::thread thread_;
};

}  // namespace groupctl
