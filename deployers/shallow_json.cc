#include "deployers/shallow_json.h"

namespace groupctl::deployers {

using nlohmann::json;

json shallow_json(std::string_view text) {
  bool too_deep = false;
  const auto within = [&](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > kMaxJsonDepth;
    return !too_deep;
  };
  json value = json::parse(text, within, false);
  return too_deep ? json(json::value_t::discarded) : value;
}

}  // namespace groupctl::deployers
