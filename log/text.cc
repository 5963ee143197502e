#include "log/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

namespace groupctl {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Bytes of the character that `text` (not empty) starts with; 0: none that is well-formed.
std::size_t character_size(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return 1;
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if (!continues(text[i])) return 0;
  }
  const auto second = static_cast<unsigned char>(text[1]);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second > 0x9F;
  const bool beyond = lead == 0xF4 && second > 0x8F;
  return overlong || surrogate || beyond ? 0 : size;
}

void append_hex(std::string& text, unsigned char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  text += "\\x";
  text += kDigits[byte >> 4U];
  text += kDigits[byte & 0xFU];
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string_view cut_text(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && continues(text[end])) --end;
  return text.substr(0, end);
}

std::string escaped(std::string_view foreign) {
  std::string text;
  for (std::size_t i = 0; i < foreign.size(); ++i) {
    const auto byte = static_cast<unsigned char>(foreign[i]);
    // C1 controls, which some terminals obey, stand in UTF-8 as 0xC2 0x80 to 0xC2 0x9F.
    const bool c1 =
        byte == 0xC2 && i + 1 < foreign.size() && static_cast<unsigned char>(foreign[i + 1]) < 0xA0;
    if (byte >= 0x20 && byte != 0x7F && !c1) {
      text += foreign[i];
      continue;
    }
    append_hex(text, byte);
    if (c1) append_hex(text, static_cast<unsigned char>(foreign[++i]));
  }
  return text;
}

std::string wrapped(std::string_view prose, std::size_t width) {
  std::string text;
  std::size_t column = 0;
  while (!prose.empty()) {
    const std::string_view word = prose.substr(0, prose.find(' '));
    prose.remove_prefix(std::min(word.size() + 1, prose.size()));
    const bool breaks = column > 0 && column + 1 + word.size() > width;
    if (column > 0) text += breaks ? '\n' : ' ';
    column = (breaks || column == 0 ? 0 : column + 1) + word.size();
    text += word;
  }
  return text;
}

std::string bytes_text(std::uint64_t bytes) {
  static constexpr std::string_view kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  if (bytes < 1000) return std::to_string(bytes) + " B";
  auto figure = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (figure >= 999.95 && unit + 1 < std::size(kUnits)) {
    figure /= 1000;
    ++unit;
  }
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), figure, std::chars_format::fixed, 1);
  return std::string(digits.begin(), end.ptr) + " " + std::string(kUnits[unit]);
}

std::string shell_quoted(const std::string& word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace groupctl
