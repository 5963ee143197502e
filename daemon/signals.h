// Signals as data: blocked in every thread, read by one.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "log/result.h"
#include "log/unique_fd.h"

namespace groupctl {

/// Reads SIGTERM and SIGINT in a thread of its own, so that a loop that waits on its sockets needs
/// only a wake-up. SIGPIPE and SIGXFSZ are ignored: the write that failed says so itself.
class Signals {
 public:
  /// Call before any other thread is started: they inherit what is blocked. `wake` is called in the
  /// signal thread after each stop signal. Errors: kIo.
  static Result<std::unique_ptr<Signals>> start(std::function<void()> wake);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// How many SIGTERM and SIGINT have come: 1 asks for an orderly end, more for one at once.
  int stops() const { return stops_.load(); }
  bool stop_requested() const { return stops() > 0; }

 private:
  Signals(UniqueFd signal_fd, UniqueFd end_fd, std::function<void()> wake);
  void read_signals();

  const UniqueFd signal_fd_;
  const UniqueFd end_fd_;  // an eventfd: written once, by the destructor
  const std::function<void()> wake_;
  std::atomic<int> stops_{0};
  std::thread thread_;
};

}  // namespace groupctl
