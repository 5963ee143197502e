// JSON of somebody else's, so deep only that writing it again cannot exhaust the stack.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace groupctl::deployers {

/// So deep may values be nested.
inline constexpr int kMaxJsonDepth = 32;

/// Discarded: it is no JSON, or deeper than kMaxJsonDepth.
nlohmann::json shallow_json(std::string_view text);

}  // namespace groupctl::deployers
