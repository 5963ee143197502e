// Signals as data: blocked in every thread, read by one.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "log/result.h"
#include "log/unique_fd.h"

namespace groupctl {

enum class SignalsFor : std::uint8_t {
  kCommand,  ///< SIGTERM and SIGINT
  kDaemon,   ///< SIGHUP and SIGUSR1 as well
};

/// What is done in the signal thread when somebody stops the process (SIGTSTP, as of Ctrl-Z),
/// before it stops, and when it goes on. With neither the signals are as without Signals.
struct StopAndGo {
  std::function<void()> before_stop = {};
  std::function<void()> going_on = {};
};

/// Reads signals in a thread of its own, so that a loop that waits on its sockets needs only a
/// wake-up. The first SIGTERM or SIGINT asks for an orderly end; at the second the process ends at
/// once, with 128 and the signal's number, wherever its loop is. SIGPIPE and SIGXFSZ are ignored:
/// the write that failed says so itself.
class Signals {
 public:
  /// Call before any other thread is started: they inherit what is blocked. `wake` is called in the
  /// signal thread after each signal, those of `job` aside. Errors: kIo.
  static Result<std::unique_ptr<Signals>> start(SignalsFor whom, std::function<void()> wake,
                                                StopAndGo job = {});
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  bool stop_requested() const { return stops_.load() > 0; }
  /// Whether SIGHUP has come since the last call: read the configuration again.
  bool take_reread() { return reread_.exchange(false); }
  /// Whether SIGUSR1 has come since the last call: say in the log how things stand.
  bool take_summary() { return summary_.exchange(false); }

 private:
  Signals(UniqueFd signal_fd, UniqueFd end_fd, std::function<void()> wake, StopAndGo job);
  void read_signals();
  void note(int signal);
  void note_end(int signal);
  void stop() const;

  const UniqueFd signal_fd_;
  const UniqueFd end_fd_;  // an eventfd: written once, by the destructor
  const std::function<void()> wake_;
  const StopAndGo job_;
  std::atomic<int> stops_{0};
  std::atomic<bool> reread_{false};
  std::atomic<bool> summary_{false};
  std::thread thread_;
};

}  // namespace groupctl
