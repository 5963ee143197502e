#include "cli/waiting.h"

#include <algorithm>

namespace groupctl {
namespace {

// After so long without news a watch is asked anew, for all rows: the coordinator may have been
// restarted, and with it the versions.
constexpr std::uint64_t kAskAnewMs = 5000;

bool away(const Error& error) {
  return error.code == ErrorCode::kTimeout || error.code == ErrorCode::kUnreachable;
}

}  // namespace

Result<WaitEnd> wait_for_outcomes(Client& client, Sequence sequence, std::uint64_t within_ms,
                                  const OnRound& on_round) {
  const std::uint64_t until = client.now_ms() + within_ms;
  WaitEnd end;
  std::uint64_t version = 0;
  while (!end.ledger.closed()) {
    const std::uint64_t now = client.now_ms();
    end.detached = client.stopped();
    if (end.detached || now >= until) return end;
    const auto update =
        client.ask<Update>(Watch{sequence, version}, std::min(kAskAnewMs, until - now));
    if (!update && !away(update.error())) return tl::unexpected(update.error());
    std::vector<LedgerRow> changed;
    if (update) changed = end.ledger.merge(*update);
    version = update ? update->version : 0;
    on_round(end.ledger, changed);
  }
  return end;
}

Result<LedgerView> read_ledger(Client& client, Sequence sequence, std::uint64_t within_ms) {
  LedgerView ledger;
  bool more = true;
  while (more) {
    const auto update = client.ask<Update>(Watch{sequence, ledger.version()}, within_ms);
    if (!update) return tl::unexpected(update.error());
    ledger.merge(*update);
    more = update->more;
  }
  return ledger;
}

}  // namespace groupctl
