// Takes a table apart: what is missing, unknown or of another kind is a complaint with its place.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plan/node.h"

namespace groupctl::plan {

inline constexpr std::size_t kMaxComplaints = 20;

/// What is wrong with a plan, in the order in which it was found; a line each, control bytes
/// escaped.
class Complaints {
 public:
  void add(const std::string& where, std::string_view what);
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

/// One table with the keys that it may have.
class Table {
 public:
  Table(const Node& node, std::vector<std::string> keys, Complaints& complaints);

  const std::string& where() const { return node_.where; }
  Complaints& complaints() const { return complaints_; }
  /// Where the value of a key stands; of the table when there is none.
  const std::string& where(std::string_view key) const;
  /// nullptr: it is not there.
  const Node* find(std::string_view key) const;
  /// The same, and a complaint about another kind.
  const Node* find(std::string_view key, TomlKind kind) const;
  std::optional<std::string> text(std::string_view key) const;
  /// One that `valid` says yes to; else a complaint that it is no `what`.
  std::optional<std::string> text(std::string_view key, bool (*valid)(std::string_view),
                                  std::string_view what) const;
  /// Texts of a list, or one text.
  std::optional<std::vector<std::string>> texts(std::string_view key) const;
  std::optional<std::uint64_t> number(std::string_view key) const;
  /// Milliseconds, above 0.
  std::optional<std::uint64_t> duration(std::string_view key) const;
  /// A complaint when it is not there.
  void need(std::string_view key) const;

 private:
  const Node& node_;
  Complaints& complaints_;
};

}  // namespace groupctl::plan
