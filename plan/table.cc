#include "plan/table.h"

#include <algorithm>
#include <charconv>

#include "log/duration.h"
#include "log/nearest.h"
#include "log/text.h"

namespace groupctl::plan {
namespace {

std::string in_quotes(std::string_view word) { return "\"" + std::string(word) + "\""; }

}  // namespace

void Complaints::add(const std::string& where, std::string_view what) {
  if (lines_.size() < kMaxComplaints) lines_.push_back(escaped(where + ": " + std::string(what)));
}

Table::Table(const Node& node, std::vector<std::string> keys, Complaints& complaints)
    : node_(node), complaints_(complaints) {
  if (node.kind != TomlKind::kTable) {
    complaints.add(node.where, "a table is wanted, not " + std::string(to_words(node.kind)));
  }
  for (const NodeEntry& entry : node.entries) {
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) continue;
    complaints.add(entry.where,
                   "unknown key " + in_quotes(entry.key) + "." + did_you_mean(entry.key, keys));
  }
}

const Node* Table::find(std::string_view key) const {
  const auto at = std::find_if(node_.entries.begin(), node_.entries.end(),
                               [&](const NodeEntry& entry) { return entry.key == key; });
  return at == node_.entries.end() ? nullptr : &at->value;
}

const std::string& Table::where(std::string_view key) const {
  const Node* node = find(key);
  return node == nullptr ? node_.where : node->where;
}

const Node* Table::find(std::string_view key, TomlKind kind) const {
  const Node* node = find(key);
  if (node == nullptr || node->kind == kind) return node;
  complaints_.add(node->where, std::string(key) + " is " + std::string(to_words(kind)) + ", not " +
                                   std::string(to_words(node->kind)));
  return nullptr;
}

std::optional<std::string> Table::text(std::string_view key) const {
  const Node* node = find(key, TomlKind::kText);
  return node == nullptr ? std::nullopt : std::optional(node->text);
}

std::optional<std::string> Table::text(std::string_view key, bool (*valid)(std::string_view),
                                       std::string_view what) const {
  auto given = text(key);
  if (!given || valid(*given)) return given;
  complaints_.add(where(key), in_quotes(*given) + " is no " + std::string(what));
  return std::nullopt;
}

std::optional<std::vector<std::string>> Table::texts(std::string_view key) const {
  const Node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (node->kind == TomlKind::kText) return std::vector{node->text};
  if (node->kind != TomlKind::kList) {
    complaints_.add(node->where, std::string(key) + " is a list of texts, not " +
                                     std::string(to_words(node->kind)));
    return std::nullopt;
  }
  std::vector<std::string> found;
  for (const Node& item : node->items) {
    if (item.kind == TomlKind::kText) {
      found.push_back(item.text);
    } else {
      complaints_.add(item.where, std::string(key) + " has texts in it, not " +
                                      std::string(to_words(item.kind)));
    }
  }
  return found;
}

std::optional<std::uint64_t> Table::number(std::string_view key) const {
  const Node* node = find(key, TomlKind::kInteger);
  if (node == nullptr) return std::nullopt;
  std::uint64_t number = 0;
  const char* end = node->text.data() + node->text.size();
  const auto read = std::from_chars(node->text.data(), end, number);
  if (read.ec == std::errc() && read.ptr == end) return number;
  complaints_.add(node->where, std::string(key) + " is a number from 0 on");
  return std::nullopt;
}

std::optional<std::uint64_t> Table::duration(std::string_view key) const {
  const auto given = text(key);
  if (!given) return std::nullopt;
  const auto ms = parse_duration_ms(*given);
  if (ms && *ms > 0) return *ms;
  complaints_.add(where(key), in_quotes(*given) + " is no duration like 500ms or 30s");
  return std::nullopt;
}

void Table::need(std::string_view key) const {
  if (find(key) == nullptr) complaints_.add(node_.where, in_quotes(key) + " is missing");
}

}  // namespace groupctl::plan
