// Waiting for the outcome of every target.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/client.h"
#include "cli/ledger_view.h"

namespace groupctl {

struct WaitEnd {
  LedgerView ledger;               ///< as last heard; closed() unless the wait ended first
  bool detached = false;           ///< by Ctrl-C; the command goes on
  std::optional<Error> cut_short;  ///< why the coordinator tells no more of it
};

/// Called after each answer, and every few seconds without one; `reachable`: a coordinator is
/// there.
using OnRound =
    std::function<void(const LedgerView&, const std::vector<LedgerRow>& changed, bool reachable)>;

/// Watches until the ledger is closed, the time is up or the client is stopped. A coordinator that
/// is away or busy is waited for as well. No error: the entry is in the log whatever happens here.
WaitEnd wait_for_outcomes(Client& client, Sequence sequence, std::uint64_t within_ms,
                          const OnRound& on_round);

/// All rows of an entry as they are now, without waiting.
Result<LedgerView> read_ledger(Client& client, Sequence sequence, std::uint64_t within_ms);

}  // namespace groupctl
