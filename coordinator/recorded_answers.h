// Acks whose outcomes are on their way to the disk, to be answered when they are there.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "log/types.h"

namespace groupctl {

class RecordedAnswers {
 public:
  /// Of one session; the oldest are forgotten. A member keeps no more of its acks, and the newest
  /// carries all outcomes that are not recorded.
  static constexpr std::size_t kMaxOfASession = 64;

  void add(SessionNumber session, AckNumber number) {
    std::deque<AckNumber>& waiting = waiting_[session];
    waiting.push_back(number);
    if (waiting.size() > kMaxOfASession) waiting.pop_front();
  }
  /// Behind those that are here.
  void add(RecordedAnswers newer) {
    for (const auto& [session, numbers] : newer.waiting_) {
      for (const AckNumber number : numbers) add(session, number);
    }
  }
  void forget(SessionNumber session) { waiting_.erase(session); }
  /// All, which are no longer here.
  std::map<SessionNumber, std::deque<AckNumber>> take() { return std::exchange(waiting_, {}); }

  std::size_t sessions() const { return waiting_.size(); }
  /// The most that one session has here.
  std::size_t longest() const {
    std::size_t most = 0;
    for (const auto& [session, numbers] : waiting_) most = std::max(most, numbers.size());
    return most;
  }

 private:
  std::map<SessionNumber, std::deque<AckNumber>> waiting_;
};

}  // namespace groupctl
