// How many connections all groups of a process may have, by the descriptors that there are.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>

namespace groupctl {

/// Any thread.
class ConnectionBudget {
 public:
  /// Descriptors that stay free for files and ipc sockets of each group; where there are few, half
  /// of what is left.
  static constexpr std::size_t kReserve = 48;
  static constexpr std::size_t kReservedPart = 2;

  /// Of `limit` descriptors when `others` are open for other things.
  static std::size_t reserve(std::size_t limit, std::size_t others, std::size_t groups) {
    const std::size_t left = limit - std::min(limit, others);
    return std::min(left / kReservedPart, kReserve * groups);
  }

  explicit ConnectionBudget(std::size_t descriptors) : descriptors_(descriptors) {}

  /// A group has come, or gone with so many connections.
  void enter() { ++groups_; }
  void leave(std::size_t connections) {
    used_ -= connections;
    --groups_;
  }
  void change(std::size_t from, std::size_t to) { used_ += to - from; }
  /// So many descriptors are open, connections counted. To be said when a group has all of its own.
  /// Gives the first descriptor that no connection is to have.
  std::size_t measured(std::size_t open) {
    const std::size_t others = open - std::min<std::size_t>(open, used_);
    const std::size_t kept = reserve(descriptors_, others, std::max<std::size_t>(1, groups_));
    most_ = descriptors_ - std::min(descriptors_, others + kept);
    return descriptors_ - kept;
  }

  std::size_t most() const { return most_; }
  bool is_over() const { return used_ > most_; }
  /// What a group may have even when there are too many.
  std::size_t share() const { return most_ / std::max<std::size_t>(1, groups_); }

 private:
  const std::size_t descriptors_;
  std::atomic<std::size_t> most_ = static_cast<std::size_t>(-1);  // until it is measured
  std::atomic<std::size_t> used_ = 0;
  std::atomic<std::size_t> groups_ = 0;
};

}  // namespace groupctl
