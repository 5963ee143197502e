// Ledgers as JSON (docs/json.md). Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "wire/admin_messages.h"

namespace groupctl {

/// "not_attempted" -> "notAttempted": words that are keys are written as keys are.
std::string camel(std::string_view word);
/// {"done": 36, "failed": 2}: those above zero.
nlohmann::json summary_json(const std::vector<OutcomeCount>& counts);
nlohmann::json ledger_row_json(const LedgerRow& row);
nlohmann::json ledger_rows_json(const std::vector<LedgerRow>& rows);

}  // namespace groupctl
