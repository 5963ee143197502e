#include "commands/syntax_text.h"

#include <algorithm>

#include "log/text.h"

namespace groupctl {

const std::vector<std::string>& values_of(const SyntaxValues& values, std::string_view name) {
  static const std::vector<std::string> none;
  auto found = values.find(name);
  return found == values.end() ? none : found->second;
}

Result<std::optional<std::string>> single_value(const SyntaxValues& values, std::string_view name) {
  const auto& given = values_of(values, name);
  if (given.size() > 1) return fail(ErrorCode::kInvalid, std::string(name) + " is given twice");
  if (given.empty()) return std::optional<std::string>();
  return std::optional<std::string>(given[0]);
}

Status check_each_once(std::vector<std::string> keys) {
  std::sort(keys.begin(), keys.end());
  const auto twice = std::adjacent_find(keys.begin(), keys.end());
  if (twice == keys.end()) return {};
  return fail(ErrorCode::kInvalid, "\"" + *twice + "\" is given twice");
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += between;
    text += word;
  }
  return text;
}

std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 60;
  const std::string_view kept = cut_text(text, kMost);
  std::string out(kept);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return kept.size() < text.size() ? out + "..." : out;
}

std::string unreadable(std::string_view command) { return std::string(command) + " (unreadable)"; }

std::vector<std::pair<std::string, std::string>> unreadable_fields(ByteView payload) {
  return {{"unreadable", std::to_string(payload.size()) + " bytes"}};
}

}  // namespace groupctl
