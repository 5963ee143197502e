// PCG32 (O'Neill 2014, XSH-RR): small, seeded, the same everywhere, unlike std::'s distributions.
#pragma once

#include <cstdint>

namespace groupctl {

class Pcg {
 public:
  explicit Pcg(std::uint64_t seed, std::uint64_t stream = 1) : increment_((stream << 1) | 1) {
    next();
    state_ += seed;
    next();
  }
  std::uint32_t next() {
    const std::uint64_t old = state_;
    state_ = old * 6364136223846793005ULL + increment_;
    const auto shifted = static_cast<std::uint32_t>(((old >> 18) ^ old) >> 27);
    const auto turn = static_cast<std::uint32_t>(old >> 59);
    return (shifted >> turn) | (shifted << ((32 - turn) & 31));
  }
  /// 0 to bound - 1; 0 for bound 0. The bias of the plain remainder is far below what jitter needs.
  std::uint64_t below(std::uint64_t bound) {
    if (bound == 0) return 0;
    const std::uint64_t wide = (static_cast<std::uint64_t>(next()) << 32) | next();
    return wide % bound;
  }
  bool chance(std::uint32_t per_mille) { return below(1000) < per_mille; }

 private:
  std::uint64_t state_ = 0;
  std::uint64_t increment_;
};

}  // namespace groupctl
