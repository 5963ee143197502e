#include "tests/scenario/extra_kinds.h"

#include <algorithm>

namespace groupctl::scenario {
namespace {

constexpr KindId kNewState{0x8f3a6d5c2b1ee001};
constexpr KindId kNewLatest{0x8f3a6d5c2b1ee002};
constexpr KindId kNewNeverLate{0x8f3a6d5c2b1ee003};

Result<std::vector<std::string>> no_keys(ByteView) { return std::vector<std::string>(); }
/// Of class latest without a key would mean all artefacts.
Result<std::vector<std::string>> one_key(ByteView) { return std::vector<std::string>{"later/one"}; }
Result<StateChanges> no_changes(const Entry&, const GroupState&) { return StateChanges(); }
bool always_counts(const Entry&, const GroupState&, const MemberRow&) { return true; }

std::vector<ApplyRow> extra_rows() {
  return {{kNewState, "NEWSTATE", EntryClass::kState, false, no_keys, no_changes, always_counts},
          {kNewLatest, "NEWLATEST", EntryClass::kLatest, false, one_key, no_changes, always_counts},
          {kNewNeverLate, "NEWNEVERLATE", EntryClass::kNeverLate, false, no_keys, no_changes,
           always_counts}};
}

}  // namespace

const CommandTable& newer_table() {
  static const CommandTable table = [] {
    std::vector<ApplyRow> rows = command_table().rows();
    for (const ApplyRow& row : extra_rows()) rows.push_back(row);
    std::sort(rows.begin(), rows.end(),
              [](const ApplyRow& a, const ApplyRow& b) { return a.kind < b.kind; });
    return CommandTable(std::move(rows));
  }();
  return table;
}

std::string extra_kind_name(KindId kind) {
  for (const ApplyRow& row : extra_rows()) {
    if (row.kind == kind) return std::string(row.name);
  }
  return {};
}

std::optional<KindId> extra_kind(const std::string& name) {
  for (const ApplyRow& row : extra_rows()) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

}  // namespace groupctl::scenario
