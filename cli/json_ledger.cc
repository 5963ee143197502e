#include "cli/json_ledger.h"

#include "cli/json_text.h"

namespace groupctl {
namespace {

using nlohmann::json;

}  // namespace

std::string camel(std::string_view word) {
  std::string key;
  bool up = false;
  for (const char c : word) {
    if (c == '_' || c == '-') {
      up = true;
      continue;
    }
    key += up ? static_cast<char>(c - 'a' + 'A') : c;
    up = false;
  }
  return key;
}

json summary_json(const std::vector<OutcomeCount>& counts) {
  json summary = json::object();
  for (const OutcomeCount& count : counts) {
    if (count.count > 0) summary[camel(to_word(count.outcome))] = count.count;
  }
  return summary;
}

json ledger_row_json(const LedgerRow& row) {
  json member = {{"name", row.name}, {"result", to_word(row.outcome)}};
  put_text(member, "step", row.step);
  put_text(member, "message", row.text);
  if (row.silent_ms > 0) member["silentMs"] = row.silent_ms;
  return member;
}

json ledger_rows_json(const std::vector<LedgerRow>& rows) {
  json members = json::array();
  for (const LedgerRow& row : rows) members.push_back(ledger_row_json(row));
  return members;
}

}  // namespace groupctl
