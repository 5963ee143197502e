// Why a batch of commands was refused.
#pragma once

#include <cstdint>
#include <utility>

#include "log/result.h"

namespace groupctl {

struct BatchError : Error {
  /// Not explicit: any other error is one of none in particular.
  BatchError(Error error, std::uint32_t which = 0) : Error(std::move(error)), command(which) {}

  std::uint32_t command;  ///< which one is to blame, from 1; 0: none in particular
};
template <class T>
using BatchResult = tl::expected<T, BatchError>;

}  // namespace groupctl
