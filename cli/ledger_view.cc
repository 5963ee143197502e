#include "cli/ledger_view.h"

#include <algorithm>
#include <tuple>

namespace groupctl {
namespace {

void sort_by_name(std::vector<LedgerRow>& rows) {
  std::sort(rows.begin(), rows.end(), [](const LedgerRow& a, const LedgerRow& b) {
    return std::tie(a.name, a.member) < std::tie(b.name, b.member);
  });
}

}  // namespace

std::vector<LedgerRow> LedgerView::merge(const Update& update) {
  std::vector<LedgerRow> changed;
  for (const LedgerRow& row : update.rows) {
    const auto place = rows_.try_emplace(row.member).first;
    if (place->second.outcome != row.outcome) changed.push_back(row);
    place->second = row;
  }
  version_ = update.version;
  targets_ = update.targets;
  counts_ = update.counts;
  closed_ = update.closed && !update.more;
  sort_by_name(changed);
  return changed;
}

std::vector<LedgerRow> LedgerView::rows() const {
  std::vector<LedgerRow> rows;
  for (const auto& [id, row] : rows_) rows.push_back(row);
  sort_by_name(rows);
  return rows;
}

std::uint32_t count_of(const std::vector<OutcomeCount>& counts, Outcome outcome) {
  for (const OutcomeCount& count : counts) {
    if (count.outcome == outcome) return count.count;
  }
  return 0;
}

}  // namespace groupctl
