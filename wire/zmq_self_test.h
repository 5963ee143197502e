// Whether strangers are still refused, tried again and again beside the work of a loop.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "wire/zmq_authenticator.h"

namespace groupctl::zmq_shell {

/// Nothing of it blocks. A test without an answer says nothing (the planes may be overrun just now)
/// and comes again at the next time.
class SelfTest {
 public:
  using Tests = std::vector<std::unique_ptr<StrangerTest>>;
  /// `every_ms` 0: never. `on_unprotected`: a stranger got in.
  SelfTest(std::uint64_t every_ms, std::function<void(const Error&)> on_unprotected);

  /// Begins a test when it is time for one, with what `start` gives, or looks at what came of it.
  void turn(const std::function<Tests()>& start);
  /// How long a poll may wait at most.
  std::uint64_t wait_ms(std::uint64_t timeout_ms) const;

 private:
  using Clock = std::chrono::steady_clock;
  void look();

  const std::chrono::milliseconds every_;
  const std::function<void(const Error&)> on_unprotected_;
  Clock::time_point next_;
  Clock::time_point given_up_;
  Tests under_way_;
};

}  // namespace groupctl::zmq_shell
