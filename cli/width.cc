#include "cli/width.h"

#include <algorithm>
#include <array>

namespace groupctl {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// The blocks of Unicode whose characters take no column, or two (UAX #11: W and F). Scripts that
// write no messages here are left out; tests compare with what the C library knows.
constexpr std::array<Range, 9> kNoColumn = {{{0x300, 0x36F},
                                             {0x483, 0x489},
                                             {0x591, 0x5BD},
                                             {0x610, 0x61A},
                                             {0x64B, 0x65F},
                                             {0x200B, 0x200F},
                                             {0x20D0, 0x20F0},
                                             {0xFE00, 0xFE0F},
                                             {0xFE20, 0xFE2F}}};
constexpr std::array<Range, 15> kTwoColumns = {{{0x1100, 0x115F},
                                                {0x2E80, 0x2E99},
                                                {0x2F00, 0x2FD5},
                                                {0x3000, 0x303E},
                                                {0x3041, 0x3096},
                                                {0x30A0, 0x30FF},
                                                {0x3105, 0x312F},
                                                {0x3131, 0x318E},
                                                {0x3220, 0x3247},
                                                {0x3250, 0xA48C},
                                                {0xAC00, 0xD7A3},
                                                {0xF900, 0xFAFF},
                                                {0xFF01, 0xFF60},
                                                {0x1F300, 0x1F64F},
                                                {0x1F900, 0x3FFFD}}};

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range& range) { return range.first <= c && c <= range.last; });
}

std::size_t width_of(char32_t c) {
  if (c < 0x300) return 1;
  if (within(kNoColumn, c)) return 0;
  return within(kTwoColumns, c) ? 2 : 1;
}

struct Character {
  std::size_t bytes;
  std::size_t width;
};

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// The first of a text that is not empty.
Character first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length == 1 || text.size() < length) return {1, 1};
  char32_t c = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(text[i])) return {1, 1};
    c = (c << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return {length, width_of(c)};
}

/// How many bytes of it fit into so many columns.
std::size_t bytes_within(std::string_view text, std::size_t columns) {
  std::size_t bytes = 0;
  std::size_t width = 0;
  while (bytes < text.size()) {
    const Character next = first_of(text.substr(bytes));
    if (width + next.width > columns) break;
    width += next.width;
    bytes += next.bytes;
  }
  return bytes;
}

}  // namespace

std::size_t shown_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character next = first_of(text);
    width += next.width;
    text.remove_prefix(next.bytes);
  }
  return width;
}

std::string fitted(std::string_view text, std::size_t columns, std::string_view mark) {
  if (shown_width(text) <= columns) return std::string(text);
  const std::size_t marked = shown_width(mark);
  if (columns < marked) return std::string(text.substr(0, bytes_within(text, columns)));
  return std::string(text.substr(0, bytes_within(text, columns - marked))) + std::string(mark);
}

std::string padded(std::string_view text, std::size_t columns) {
  const std::size_t width = shown_width(text);
  return std::string(text) + std::string(columns - std::min(columns, width), ' ');
}

std::string in_ascii(std::string_view text) {
  std::string ascii;
  while (!text.empty()) {
    const Character next = first_of(text);
    const bool plain = static_cast<unsigned char>(text[0]) < 0x80;
    ascii += plain ? std::string(1, text[0]) : std::string(next.width, '?');
    text.remove_prefix(next.bytes);
  }
  return ascii;
}

std::string folded(std::string_view text, std::size_t columns, std::size_t indent) {
  std::string lines;
  while (shown_width(text) > columns) {
    std::size_t end = std::max(bytes_within(text, columns), first_of(text).bytes);
    const std::size_t blank = text.substr(0, end + 1).rfind(' ');
    if (blank != std::string_view::npos && blank > 0) end = blank;
    const std::size_t next = std::min(text.find_first_not_of(' ', end), text.size());
    if (next == text.size()) return lines + std::string(text.substr(0, end));
    lines += std::string(text.substr(0, end)) + "\n" + std::string(indent, ' ');
    text.remove_prefix(next);
  }
  return lines + std::string(text);
}

}  // namespace groupctl
