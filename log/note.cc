#include "log/note.h"

#include <algorithm>

namespace groupctl {
namespace {

// Bytes of UTF-8 beyond ASCII are left as they are.
bool is_control(char c) { return (c >= 0 && c < ' ') || c == 0x7f; }
bool is_plain(char c) { return !is_control(c) && c != ' ' && c != '"' && c != '\\'; }

void append_escaped(std::string& line, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  line += "\\x";
  line += kDigits[byte >> 4];
  line += kDigits[byte & 15];
}

void append_value(std::string& line, std::string_view value) {
  if (!value.empty() && std::all_of(value.begin(), value.end(), is_plain)) {
    line += value;
    return;
  }
  line += '"';
  for (const char c : value) {
    if (is_control(c)) {
      append_escaped(line, c);
      continue;
    }
    if (c == '"' || c == '\\') line += '\\';
    line += c;
  }
  line += '"';
}

}  // namespace

std::string text_of(const Note& note) {
  std::string line = note.text;
  for (const NoteField& field : note.fields) {
    line += ' ';
    line += field.key;
    line += '=';
    append_value(line, field.value);
  }
  return line;
}

}  // namespace groupctl
