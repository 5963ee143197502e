// When tests that kill processes do so: at random moments that a failed run can name.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <thread>

#include "daemon/random.h"
#include "log/pcg.h"

namespace groupctl::process_test {

/// How often a test kills.
inline int kills() { return std::getenv("GROUPCTL_LONG") == nullptr ? 10 : 100; }

class Moments {
 public:
  Moments() : seed_(random_number()), random_(seed_) {}
  void pass(std::uint64_t at_most_ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(random_.below(at_most_ms)));
  }
  /// Less than the bound.
  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  std::uint64_t seed() const { return seed_; }

 private:
  std::uint64_t seed_;
  Pcg random_;
};

}  // namespace groupctl::process_test
