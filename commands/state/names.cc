#include "commands/state/names.h"

#include <algorithm>

#include "log/text.h"

namespace groupctl {
namespace {

constexpr std::size_t kMaxVersionBytes = 64;
constexpr std::size_t kMaxPropertyKeyBytes = 128;
constexpr std::size_t kMaxLabelValueBytes = 255;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_label_value(std::string_view text) {
  return text.size() <= kMaxLabelValueBytes && std::none_of(text.begin(), text.end(), is_control) &&
         is_utf8(text);
}

}  // namespace

bool is_version(std::string_view text) {
  if (text.empty() || text.size() > kMaxVersionBytes || !is_alphanumeric(text[0])) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || std::string_view("._+~-").find(c) != std::string_view::npos;
  });
}

bool is_property_key(std::string_view text) {
  if (text.empty() || text.size() > kMaxPropertyKeyBytes) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < 0x7f && c != '=' && c != '/'; });
}

bool is_property_value(std::string_view text) {
  return text.size() <= kMaxPropertyValueBytes && is_utf8(text);
}

bool is_command_line(const std::vector<std::string>& words) {
  std::size_t bytes = 0;
  for (const std::string& word : words) {
    bytes += word.size();
    if (!is_utf8(word) || std::any_of(word.begin(), word.end(), is_control)) return false;
  }
  return !words.empty() && !words.front().empty() && words.size() <= kMaxCommandWords &&
         bytes <= kMaxCommandBytes;
}

Status check_labels(const Labels& labels) {
  for (const auto& [name, value] : labels) {
    if (!is_name(name)) return fail(ErrorCode::kInvalid, "\"" + name + "\" is no label name");
    if (name == "name") {
      return fail(ErrorCode::kInvalid, "the label \"name\" is the member's name and cannot be set");
    }
    if (!is_label_value(value)) {
      return fail(ErrorCode::kInvalid,
                  "label " + name + ": at most 255 bytes of text without control characters");
    }
  }
  return {};
}

}  // namespace groupctl
