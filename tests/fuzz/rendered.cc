#include "tests/fuzz/rendered.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace groupctl::fuzz {

std::string text_badly(const std::string& text) {
  const bool obeyed = std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n') || byte == 0x7f;
  });
  if (obeyed) return "a terminal would obey it";
  return text.empty() || text.ends_with('\n') ? "" : "its last line does not end";
}

std::string json_badly(const std::string& line, const std::string& word) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (json.is_discarded() || !json.contains(word)) return "it is no JSON of ours";
  return line.find('\n') + 1 == line.size() ? "" : "it is not one line";
}

}  // namespace groupctl::fuzz
