#include "wire/zmq_self_test.h"

#include <algorithm>

namespace groupctl::zmq_shell {
namespace {

/// Between looks at a test that is under way.
constexpr std::uint64_t kLookMs = 100;

}  // namespace

SelfTest::SelfTest(std::uint64_t every_ms, std::function<void(const Error&)> on_unprotected)
    : every_(every_ms), on_unprotected_(std::move(on_unprotected)), next_(Clock::now() + every_) {}

std::uint64_t SelfTest::wait_ms(std::uint64_t timeout_ms) const {
  return under_way_.empty() ? timeout_ms : std::min(timeout_ms, kLookMs);
}

void SelfTest::turn(const std::function<Tests()>& start) {
  if (every_.count() == 0) return;
  if (!under_way_.empty()) look();
  if (Clock::now() >= given_up_) under_way_.clear();
  if (Clock::now() < next_) return;
  next_ = Clock::now() + every_;
  given_up_ = Clock::now() + std::chrono::milliseconds(StrangerTest::kPatienceMs);
  try {
    under_way_ = start();
  } catch (const zmq::error_t&) {
    // No descriptor for it now.
  }
}

void SelfTest::look() {
  std::erase_if(under_way_, [&](const std::unique_ptr<StrangerTest>& test) {
    const auto told = test->look();
    if (told && !*told && on_unprotected_) on_unprotected_(told->error());
    return told.has_value();
  });
}

}  // namespace groupctl::zmq_shell
