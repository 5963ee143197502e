// What is said while waiting: a line per event, for logs of machines and people alike. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/ledger_view.h"
#include "cli/render_bar.h"

namespace groupctl {

/// Failures at once; counts at most once a second; and a sign of life after 30 s of silence.
class Progress {
 public:
  explicit Progress(std::uint64_t now_ms) : last_line_ms_(now_ms) {}

  /// The first line and the last one.
  static std::string begin(const WaitHead& head, std::string_view stamp);
  static std::string end(const LedgerView& ledger, int exit_code, std::string_view stamp);

  /// A line when the coordinator has gone, and when it is back.
  std::string reachable(bool now, std::string_view stamp);

  /// The lines to print now, each beginning with `stamp` ("10:40:55"); often none.
  std::string round(const LedgerView& ledger, const std::vector<LedgerRow>& changed,
                    std::uint64_t now_ms, std::string_view stamp);

 private:
  std::uint64_t last_line_ms_;
  bool reachable_ = true;
  std::vector<OutcomeCount> said_;
};

}  // namespace groupctl
