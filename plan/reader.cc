#include "plan/reader.h"

#include <algorithm>

#include "daemon/expansion.h"
#include "log/text.h"
#include "plan/parts.h"

namespace groupctl::plan {
namespace {

Variables variables_in(const Node* vars, const Variables& given, Complaints& complaints) {
  Variables all = given;
  if (vars == nullptr) return all;
  for (const NodeEntry& entry : vars->entries) {
    if (entry.value.kind == TomlKind::kText) {
      all.emplace(entry.key, entry.value.text);
    } else {
      complaints.add(entry.where, "a variable is a text in quotes");
    }
  }
  return all;
}

/// ${NAME} and $$ in every text.
void expand(Node& node, const Lookup& lookup, Complaints& complaints) {
  if (node.kind == TomlKind::kText) {
    auto text = expanded(node.text, lookup);
    if (text) {
      node.text = *std::move(text);
    } else {
      complaints.add(node.where, text.error().text);
    }
  }
  for (Node& item : node.items) expand(item, lookup, complaints);
  for (NodeEntry& entry : node.entries) expand(entry.value, lookup, complaints);
}

void expand_all(Node& root, const Variables& given, Complaints& complaints) {
  const auto vars = std::find_if(root.entries.begin(), root.entries.end(),
                                 [](const NodeEntry& entry) { return entry.key == "vars"; });
  const Variables all =
      variables_in(vars == root.entries.end() ? nullptr : &vars->value, given, complaints);
  const Lookup lookup = [&](const std::string& name) {
    const auto known = all.find(name);
    return known == all.end() ? std::nullopt : std::optional(known->second);
  };
  for (NodeEntry& entry : root.entries) {
    if (entry.key != "vars") expand(entry.value, lookup, complaints);
  }
}

void read_head(const Table& table, Plan& plan) {
  table.need("plan");
  const auto format = table.number("plan");
  if (format && *format != 1) {
    table.complaints().add(table.where("plan"), "this build reads plans of format 1");
  }
  plan.group = table.text("group", is_name, "group's name").value_or("");
  plan.message = table.text("message").value_or("");
}

Plan read_root(const Node& root, Complaints& complaints) {
  Plan plan;
  const Table table(root,
                    {"plan", "group", "message", "vars", "defaults", "rollout", "artefact", "set"},
                    complaints);
  table.find("vars", TomlKind::kTable);
  read_head(table, plan);
  const Defaults defaults = read_defaults(table.find("defaults"), complaints);
  if (const Node* rollout = table.find("rollout")) {
    plan.rollout = read_rollout(*rollout, complaints);
  }
  if (const Node* list = table.find("artefact", TomlKind::kList)) {
    for (const Node& item : list->items) read_artefact(item, defaults, complaints, plan);
  }
  if (const Node* set = table.find("set")) read_properties(*set, defaults, complaints, plan);
  return plan;
}

}  // namespace

tl::expected<Plan, std::vector<std::string>> read_plan(std::string_view text,
                                                       const std::string& file,
                                                       const Variables& given) {
  auto root = read_node(text, file);
  if (!root) return tl::unexpected(std::vector{escaped(root.error().text)});
  Complaints complaints;
  expand_all(*root, given, complaints);
  Plan plan = read_root(*root, complaints);
  check_whole(plan, complaints);
  if (!complaints.lines().empty()) return tl::unexpected(complaints.lines());
  return plan;
}

}  // namespace groupctl::plan
