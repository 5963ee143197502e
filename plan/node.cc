#include "plan/node.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace groupctl::plan {
namespace {

using nlohmann::json;

bool too_deep(const TomlNode& node, std::size_t depth) {
  if (depth > kMaxPlanDepth) return true;
  return std::any_of(node.items.begin(), node.items.end(),
                     [&](const TomlNode& item) { return too_deep(item, depth + 1); }) ||
         std::any_of(node.entries.begin(), node.entries.end(),
                     [&](const TomlEntry& entry) { return too_deep(entry.value, depth + 1); });
}

Node of_toml(TomlNode from, const std::string& file) {
  Node node{from.kind, place_text(file, from.place), std::move(from.text)};
  for (TomlNode& item : from.items) node.items.push_back(of_toml(std::move(item), file));
  for (TomlEntry& entry : from.entries) {
    node.entries.push_back({std::move(entry.key), place_text(file, entry.place),
                            of_toml(std::move(entry.value), file)});
  }
  return node;
}

TomlKind kind_of(const json& from) {
  if (from.is_string()) return TomlKind::kText;
  if (from.is_number_integer()) return TomlKind::kInteger;
  if (from.is_number()) return TomlKind::kReal;
  if (from.is_boolean()) return TomlKind::kBoolean;
  return from.is_array() ? TomlKind::kList : TomlKind::kTable;
}

Result<Node> of_json(const json& from, const std::string& file, const std::string& path) {
  const std::string where = file + " " + (path.empty() ? "/" : path);
  if (from.is_null()) return fail(ErrorCode::kInvalid, where + ": null says nothing");
  Node node{kind_of(from), where};
  if (!from.is_structured()) node.text = from.is_string() ? from.get<std::string>() : from.dump();
  for (const auto& [key, value] : from.items()) {
    if (!from.is_structured()) break;
    auto made = of_json(value, file, path + "/" + key);
    if (!made) return made;
    if (from.is_array()) {
      node.items.push_back(*std::move(made));
    } else {
      const std::string at = made->where;
      node.entries.push_back({key, at, *std::move(made)});
    }
  }
  return node;
}

/// Where a byte stands, both from 1.
TomlPlace place_in(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, byte > 0 ? byte - 1 : 0);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = before.size() - (newline == before.npos ? 0 : newline + 1) + 1;
  return {static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(column)};
}

/// What the library would let pass: the last of two equal keys, and any depth.
struct JsonWatch {
  std::vector<std::set<std::string>> open = {};
  std::string complaint = {};

  bool operator()(int depth, json::parse_event_t event, const json& value) {
    using Event = json::parse_event_t;
    if (static_cast<std::size_t>(depth) > kMaxPlanDepth) complaint = "nested too deep";
    if (event == Event::object_start) open.emplace_back();
    if (event == Event::object_end) open.pop_back();
    if (event == Event::key && !open.back().insert(value.get<std::string>()).second) {
      complaint = "the key \"" + value.get<std::string>() + "\" is there twice";
    }
    return complaint.empty();
  }
};

/// The library says which number it cannot read, not where: "... number overflow parsing '1e999'".
TomlPlace place_of_number(std::string_view text, std::string_view what) {
  const std::size_t quote = what.find('\'');
  const std::string_view number =
      quote == what.npos ? "" : what.substr(quote + 1, what.size() - quote - 2);
  const std::size_t at = text.find(number);
  return place_in(text, at == text.npos ? 0 : at + 1);
}

std::string reason(std::string_view what) {
  const std::size_t at = what.find(": ");
  return std::string(at == what.npos ? what : what.substr(at + 2));
}

Result<Node> read_json(std::string_view text, const std::string& file) {
  JsonWatch watch;
  try {
    const auto callback = [&](int depth, json::parse_event_t event, json& value) {
      return watch(depth, event, value);
    };
    const json read = json::parse(text, callback);
    if (!watch.complaint.empty()) return fail(ErrorCode::kInvalid, file + ": " + watch.complaint);
    return of_json(read, file, "");
  } catch (const json::parse_error& error) {
    std::string why = reason(error.what());
    std::replace_if(
        why.begin(), why.end(), [](char c) { return c >= 0 && c < ' '; }, ' ');
    return fail(ErrorCode::kInvalid, place_text(file, place_in(text, error.byte)) + ": " + why);
  } catch (const json::out_of_range& error) {
    return fail(ErrorCode::kInvalid, place_text(file, place_of_number(text, error.what())) +
                                         ": a number that is too large");
  }
}

Result<json> value_of(const Node& node) {
  switch (node.kind) {
    case TomlKind::kText:
      return json(node.text);
    case TomlKind::kBoolean:
      return json(node.text == "true");
    case TomlKind::kInteger:
    case TomlKind::kReal: {
      const json number = json::parse(node.text, nullptr, false);
      if (!number.is_number()) break;
      return node.kind == TomlKind::kReal ? json(number.get<double>()) : number;
    }
    case TomlKind::kTime:
      break;
    case TomlKind::kList:
    case TomlKind::kTable: {
      json made = node.kind == TomlKind::kList ? json::array() : json::object();
      for (const Node& item : node.items) {
        auto value = value_of(item);
        if (!value) return value;
        made.push_back(*std::move(value));
      }
      for (const NodeEntry& entry : node.entries) {
        auto value = value_of(entry.value);
        if (!value) return value;
        made[entry.key] = *std::move(value);
      }
      return made;
    }
  }
  return fail(ErrorCode::kInvalid, node.where + ": JSON has no such value");
}

}  // namespace

Result<Node> read_node(std::string_view text, const std::string& file) {
  if (text.size() > kMaxPlanBytes) {
    return fail(ErrorCode::kInvalid, file + ": a plan has at most 1 MiB");
  }
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != text.npos && text[first] == '{') return read_json(text, file);
  auto read = parse_toml(text, file);
  if (!read) return tl::unexpected<Error>(read.error());
  if (too_deep(*read, 0)) return fail(ErrorCode::kInvalid, file + ": nested too deep");
  return of_toml(*std::move(read), file);
}

Result<std::string> json_of(const Node& node) {
  return value_of(node).map(
      [](const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); });
}

}  // namespace groupctl::plan
