// What a terminal shows while a command is waited for: a bar, who works, and who failed. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/ledger_view.h"
#include "cli/screen.h"

namespace groupctl {

/// One wait.
struct WaitHead {
  Sequence sequence;      ///< 0: it is no entry of the log
  std::string command;    ///< "DEPLOY shop@2.4.1"
  std::string target;     ///< as selector text
  std::string come_back;  ///< the command line that waits for it again
};
/// The lines above the bar, which stay; empty fields are left out.
std::string render_head(const WaitHead& head, const Screen& screen);

struct BarState {
  const LedgerView& ledger;
  std::uint64_t elapsed_ms = 0;
  bool reachable = true;  ///< a coordinator is there
};
/// Each line is narrower than the screen, and they are fewer than it has.
std::vector<std::string> render_bar(const BarState& state, const Screen& screen);

/// Counts as people are told them; over all of them they sum to the targets.
struct LegendPart {
  std::string word;  ///< "done", "working", "failed" ...
  std::uint32_t count = 0;
  Paint paint = Paint::kNone;
  const char* sign = "";  ///< one column, of UTF-8
};
std::vector<LegendPart> legend_of(const std::vector<OutcomeCount>& counts);

/// One bar and what stands beside it.
struct BarLine {
  std::uint64_t part = 0;
  std::uint64_t whole = 0;
  std::string figures;            ///< "17/40", always shown
  std::string bad = {};           ///< "2 missing", in red; may be empty
  std::vector<std::string> more;  ///< the last ones are left out first where there is no room
};
/// "  [bar]  17/40   2 missing   0:41". Narrower than the screen; where there is no room for a bar
/// it has none.
std::string bar_line(const BarLine& line, const Screen& screen);

/// "0:41", "1:02:03".
std::string clock_text(std::uint64_t ms);

}  // namespace groupctl
