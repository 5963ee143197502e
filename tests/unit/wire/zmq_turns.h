// What the tests over real sockets share.
#pragma once

#include <chrono>
#include <functional>

#include "log/types.h"

namespace groupctl {

/// Turns until it holds or patience ends. Asked once more after it held it may hold no longer.
inline bool until(const std::function<bool()>& holds, const std::function<void()>& turn) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    turn();
  }
  return true;
}

inline const LogId& topic() {
  static const LogId id = [] {
    LogId drawn;
    drawn.bytes.fill(7);
    return drawn;
  }();
  return id;
}

}  // namespace groupctl
