#include "commands/state/names.h"

#include <algorithm>

#include "log/text.h"

namespace groupctl {
namespace {

constexpr std::size_t kMaxVersionBytes = 64;
constexpr std::size_t kMaxPropertyKeyBytes = 128;
constexpr std::size_t kMaxLabelValueBytes = 255;
constexpr std::size_t kMaxCompared = 64;

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

std::size_t edit_distance(std::string_view a, std::string_view b) {
  a = a.substr(0, kMaxCompared);
  b = b.substr(0, kMaxCompared);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace groupctl
