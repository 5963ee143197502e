// The words of EndKind, in its order: what stands in JSON.
#pragma once

#include <array>
#include <string_view>

namespace groupctl::keeper {

inline constexpr std::array<std::string_view, 10> kEndWords = {
    "exited",         "signalled",    "timed_out", "too_many_tasks", "not_found",
    "not_executable", "wrong_format", "unsafe",    "not_started",    "cancelled"};

}  // namespace groupctl::keeper
