#include "daemon/toml.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace groupctl {
namespace {

TomlPlace place_of(const toml::source_region& region) {
  return {static_cast<std::uint32_t>(region.begin.line),
          static_cast<std::uint32_t>(region.begin.column)};
}

TomlKind kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return TomlKind::kTable;
    case toml::node_type::array:
      return TomlKind::kList;
    case toml::node_type::string:
      return TomlKind::kText;
    case toml::node_type::integer:
      return TomlKind::kInteger;
    case toml::node_type::floating_point:
      return TomlKind::kReal;
    case toml::node_type::boolean:
      return TomlKind::kBoolean;
    default:
      return TomlKind::kTime;
  }
}

TomlNode node_of(const toml::node& node) {
  TomlNode made{.kind = kind_of(node), .place = place_of(node.source())};
  if (const auto* text = node.as_string()) made.text = text->get();
  if (const auto* number = node.as_integer()) made.text = fmt::to_string(number->get());
  if (const auto* real = node.as_floating_point()) made.text = fmt::to_string(real->get());
  if (const auto* truth = node.as_boolean()) made.text = truth->get() ? "true" : "false";
  if (const auto* list = node.as_array()) {
    for (const toml::node& item : *list) made.items.push_back(node_of(item));
  }
  if (const auto* table = node.as_table()) {
    for (const auto& [key, value] : *table) {
      made.entries.push_back({std::string(key.str()), place_of(key.source()), node_of(value)});
    }
    std::sort(made.entries.begin(), made.entries.end(), [](const TomlEntry& a, const TomlEntry& b) {
      return std::tie(a.place.line, a.place.column, a.key) <
             std::tie(b.place.line, b.place.column, b.key);
    });
  }
  return made;
}

std::string one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c >= 0 && c < ' '; }, ' ');
  return line;
}

}  // namespace

std::string_view to_words(TomlKind kind) {
  constexpr std::array<std::string_view, 7> kWords = {
      "a text in quotes", "a whole number", "a number with a fraction",
      "true or false",    "a date or time", "a list",
      "a table"};
  return kWords[static_cast<std::size_t>(kind)];
}

std::string place_text(std::string_view file, TomlPlace place) {
  return fmt::format("{}:{}:{}", file, place.line, place.column);
}

Result<TomlNode> parse_toml(std::string_view text, std::string_view file) {
  try {
    return node_of(toml::parse(text));
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{}: {}", place_text(file, place_of(error.source())),
                            one_line(error.description())));
  }
}

std::string toml_quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if ((c >= 0 && c < ' ') || c == 0x7f) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace groupctl
