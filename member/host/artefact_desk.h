// Between the executor, which waits for chunks of an archive, and the loop, which has the sockets.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/mailbox.h"
#include "member/work.h"

namespace groupctl {

/// The executor's thread wants and waits; the loop takes what is wanted, and delivers.
class ArtefactDesk {
 public:
  /// Chunks wanted or delivered and not yet taken; what is beyond is dropped and asked for again.
  static constexpr std::size_t kMaxWaiting = 16;

  /// `wake` is called on the executor's thread when something is wanted.
  explicit ArtefactDesk(std::function<void()> wake)
      : wanted_(kMaxWaiting, std::move(wake)), answers_(kMaxWaiting) {}

  // From the executor's thread.

  void want(const ChunkWanted& chunk) { wanted_.put(chunk); }
  /// nullopt: nothing came in time, or the desk is closed.
  std::optional<ChunkAnswer> wait(std::uint64_t timeout_ms) {
    return answers_.wait_for(timeout_ms);
  }
  bool closed() const { return answers_.closed(); }
  /// What every member asks behind its private repositories, in order.
  std::vector<std::string> shared_tail() const {
    const std::lock_guard lock(mutex_);
    return shared_tail_;
  }

  // From the loop's thread.

  std::deque<ChunkWanted> take_wanted() { return wanted_.take_all(); }
  void deliver(ChunkAnswer answer) { answers_.put(std::move(answer)); }
  void set_shared_tail(std::vector<std::string> urls) {
    const std::lock_guard lock(mutex_);
    shared_tail_ = std::move(urls);
  }
  /// Whoever waits stops waiting: the process ends.
  void close() { answers_.close(); }

 private:
  Mailbox<ChunkWanted> wanted_;
  Mailbox<ChunkAnswer> answers_;
  mutable std::mutex mutex_;
  std::vector<std::string> shared_tail_;
};

}  // namespace groupctl
