// Judges what a ledger says of entries and members by what truly happened.
#pragma once

#include <optional>
#include <string>

#include "tests/simulation/world/truth.h"

namespace groupctl::sim {

/// Why this row cannot be true; nullopt: it can. Rows that are still open are never wrong.
std::optional<std::string> lie_in(const Truth& truth, Sequence sequence, const LedgerRow& row);

/// I1 and I8 for a whole ledger: its targets, its counts and each row. Breaks the truth if wrong.
void judge_ledger(Truth& truth, const Update& update);

}  // namespace groupctl::sim
