// A plan file as data, whether it was TOML or JSON. Each part knows where it stood.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/toml.h"

namespace groupctl::plan {

struct NodeEntry;
struct Node {
  TomlKind kind = TomlKind::kTable;
  std::string where = {};  ///< "plan.toml:3:1", "plan.json /artefact/0/name"
  std::string text = {};   ///< as in TomlNode
  std::vector<Node> items = {};
  std::vector<NodeEntry> entries = {};
};
struct NodeEntry {
  std::string key;
  std::string where;  ///< of the key
  Node value;
};

inline constexpr std::size_t kMaxPlanBytes = 1 << 20;
inline constexpr std::size_t kMaxPlanDepth = 32;

/// JSON when it begins with a brace, else TOML. `file` is its name in messages. Error: kInvalid
/// with the place, on one line.
Result<Node> read_node(std::string_view text, const std::string& file);

/// The same as JSON, with sorted keys and without blanks. Error: kInvalid for what JSON cannot say.
Result<std::string> json_of(const Node& node);

}  // namespace groupctl::plan
