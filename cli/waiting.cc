#include "cli/waiting.h"

#include <algorithm>

namespace groupctl {
namespace {

// A coordinator at one of its bounds is asked again, after longer and longer pauses.
class BusyPause {
 public:
  void pass(Client& client, std::uint64_t at_most_ms) {
    client.pause(std::min(next_ms_, at_most_ms));
    next_ms_ = std::min(2 * next_ms_, kWatchAnewMs);
  }
  void reset() { next_ms_ = kFirstMs; }

 private:
  static constexpr std::uint64_t kFirstMs = 100;
  std::uint64_t next_ms_ = kFirstMs;
};

}  // namespace

WaitEnd wait_for_outcomes(Client& client, Sequence sequence, std::uint64_t within_ms,
                          const OnRound& on_round) {
  const std::uint64_t until = client.now_ms() + within_ms;
  WaitEnd end;
  std::uint64_t version = 0;
  BusyPause busy;
  while (!end.ledger.closed()) {
    const std::uint64_t now = client.now_ms();
    end.detached = client.stopped();
    if (end.detached || now >= until) return end;
    const auto update =
        client.ask<Update>(Watch{sequence, version}, std::min(kWatchAnewMs, until - now));
    std::vector<LedgerRow> changed;
    if (update) {
      changed = end.ledger.merge(*update);
      version = update->version;
      busy.reset();
    } else if (is_away(update.error())) {
      version = 0;
    } else if (update.error().code == ErrorCode::kBusy) {
      busy.pass(client, until - std::min(until, client.now_ms()));
    } else {
      end.cut_short = update.error();
      return end;
    }
    on_round(end.ledger, changed, update || update.error().code != ErrorCode::kUnreachable);
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
