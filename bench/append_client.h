// A client that submits SET commands with a window of them under way.
#pragma once

#include <cstdint>
#include <string>

#include "log/result.h"

namespace groupctl::bench {

struct AppendRun {
  std::uint64_t commands = 0;
  double seconds = 0;
  double per_second() const { return static_cast<double>(commands) / seconds; }
};

/// Submits `commands` commands with a value of 256 random characters each, one command a submit, at
/// most `window` unanswered; every reply is awaited. Errors: anything refused, unknown or silent.
Result<AppendRun> run_appends(const std::string& admin_endpoint, std::uint64_t commands,
                              std::uint64_t window, std::uint64_t seed);

}  // namespace groupctl::bench
