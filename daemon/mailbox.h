// How the threads of a process talk: a bounded queue that wakes its reader.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace groupctl {

/// Any thread may put; one thread takes. A reader that waits elsewhere (a loop on its sockets)
/// gives `wake`, which is called after each put; one that has nothing else to wait for calls
/// wait().
template <class T>
class Mailbox {
 public:
  explicit Mailbox(std::size_t capacity, std::function<void()> wake = {})
      : capacity_(capacity), wake_(std::move(wake)) {}
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// False, and dropped, when the mailbox is full or closed.
  bool put(T item) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || items_.size() >= capacity_) return false;
      items_.push_back(std::move(item));
    }
    arrived_.notify_one();
    if (wake_) wake_();
    return true;
  }

  /// May be another the moment it is said.
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }

  /// All that is there, oldest first; never blocks.
  std::deque<T> take_all() {
    const std::lock_guard lock(mutex_);
    return std::exchange(items_, {});
  }

  /// Blocks for the oldest item; nullopt once the mailbox is closed and empty.
  std::optional<T> wait() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return closed_ || !items_.empty(); });
    if (items_.empty()) return std::nullopt;
    std::optional<T> oldest(std::move(items_.front()));
    items_.pop_front();
    return oldest;
  }

  /// The same, for so long at most; nullopt also when nothing came in time.
  std::optional<T> wait_for(std::uint64_t timeout_ms) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                      [this] { return closed_ || !items_.empty(); });
    if (closed_ || items_.empty()) return std::nullopt;
    std::optional<T> oldest(std::move(items_.front()));
    items_.pop_front();
    return oldest;
  }

  bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

  /// Nothing more comes in; what is there can still be taken.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    arrived_.notify_all();
    if (wake_) wake_();
  }

 private:
  const std::size_t capacity_;
  const std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<T> items_;
  bool closed_ = false;
};

}  // namespace groupctl
