// TOML as data in which everything has its place. Only toml.cc knows the library behind it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "log/result.h"

namespace groupctl {

/// Line and column, both from 1.
struct TomlPlace {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

enum class TomlKind : std::uint8_t {
  kText,
  kInteger,
  kReal,
  kBoolean,
  kTime,  ///< a date, a time of day, or both
  kList,
  kTable,
};
/// "a text in quotes", "a table": for messages.
std::string_view to_words(TomlKind kind);

struct TomlEntry;
struct TomlNode {
  TomlKind kind = TomlKind::kTable;
  TomlPlace place;
  /// Of a text what it says, escapes decoded; "12", "1.5", "true"; of a time nothing.
  std::string text = {};
  std::vector<TomlNode> items = {};     ///< of a list
  std::vector<TomlEntry> entries = {};  ///< of a table, in the order of the file
};
struct TomlEntry {
  std::string key;
  TomlPlace place;  ///< of the key
  TomlNode value;
};

/// "FILE:LINE:COLUMN": how a message about a place begins.
std::string place_text(std::string_view file, TomlPlace place);

/// The table that a file is. `file` is its name in messages. Error: kInvalid with file, line and
/// column, on one line.
Result<TomlNode> parse_toml(std::string_view text, std::string_view file);

/// `text` as TOML writes it: in quotes, and escaped.
std::string toml_quoted(std::string_view text);

}  // namespace groupctl
