// What the JSON of every report shares (docs/json.md).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace groupctl {

/// Keys come out sorted: nlohmann::json keeps them in a std::map.
inline nlohmann::json json_envelope(std::string_view kind) {
  return {{"schema", "groupctl/1"}, {"kind", kind}};
}

/// One line. Bytes that are no UTF-8 are replaced, so that every path prints JSON.
inline std::string json_line(const nlohmann::json& object) {
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

/// What is absent has no key.
inline void put_text(nlohmann::json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

}  // namespace groupctl
