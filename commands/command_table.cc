// CommandTable: the kinds of one build, found by id.
#include <algorithm>

#include "commands/command.h"

namespace groupctl {

CommandTable::CommandTable(std::vector<ApplyRow> rows) : rows_(std::move(rows)) {
  auto by_kind = [](const ApplyRow& a, const ApplyRow& b) { return a.kind < b.kind; };
  std::sort(rows_.begin(), rows_.end(), by_kind);
  auto same = [](const ApplyRow& a, const ApplyRow& b) { return a.kind == b.kind; };
  GROUPCTL_INVARIANT(std::adjacent_find(rows_.begin(), rows_.end(), same) == rows_.end(),
                     "two commands have one kind id");
}

const ApplyRow* CommandTable::find(KindId kind) const {
  auto found =
      std::lower_bound(rows_.begin(), rows_.end(), kind,
                       [](const ApplyRow& row, KindId wanted) { return row.kind < wanted; });
  return found == rows_.end() || found->kind != kind ? nullptr : &*found;
}

std::string CommandTable::supported() const {
  std::vector<std::string_view> names;
  for (const ApplyRow& row : rows_) {
    if (!row.system) names.push_back(row.name);
  }
  std::sort(names.begin(), names.end());
  std::string text;
  for (std::string_view name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

}  // namespace groupctl
