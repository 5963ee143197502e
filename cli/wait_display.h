// What is shown while a command is waited for: a bar on a terminal, elsewhere a line an event, with
// -o jsonl also a line on stdout for each target that ended.
#pragma once

#include <optional>

#include "cli/live_region.h"
#include "cli/render_bar.h"
#include "cli/render_progress.h"
#include "cli/run.h"

namespace groupctl {

/// From begin() to end(), the client's ticks are its own.
class WaitDisplay {
 public:
  WaitDisplay(const GlobalOptions& global, Client& client, const Surroundings& around);
  ~WaitDisplay();
  WaitDisplay(const WaitDisplay&) = delete;
  WaitDisplay& operator=(const WaitDisplay&) = delete;

  void begin(const WaitHead& head);
  void round(const LedgerView& ledger, const std::vector<LedgerRow>& changed, bool reachable);
  /// Takes the bar away.
  void end(const LedgerView& ledger, int exit_code);

 private:
  void draw();
  std::string stamp() const;
  Screen screen() const;

  const GlobalOptions& global_;
  Client& client_;
  const Surroundings& around_;
  const bool live_;
  const std::uint64_t start_ms_;
  Progress progress_;
  LiveRegion region_;
  WaitHead head_;
  LedgerView ledger_;
  bool reachable_ = true;
};

}  // namespace groupctl
