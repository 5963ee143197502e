#include "cli/render_bar.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/render_text.h"
#include "cli/width.h"

namespace groupctl {
namespace {

constexpr std::size_t kWidestBar = 30;
constexpr std::size_t kNarrowestBar = 10;
constexpr std::size_t kWorkingShown = 4;
constexpr std::size_t kFailedShown = 12;
constexpr std::uint64_t kGuessAfterMs = 3000;

std::string plain(std::string_view text, const Screen& screen) {
  const std::string harmless = escaped(text);
  return screen.utf8 ? harmless : in_ascii(harmless);
}

std::string fit(const std::string& text, std::size_t columns, const Screen& screen) {
  return fitted(text, columns, screen.utf8 ? "…" : "...");
}

// ---- the bar

/// "██████░░░░", of so many columns.
std::string bar_text(std::uint64_t part, std::uint64_t whole, std::size_t width,
                     const Screen& screen) {
  const std::uint64_t full = whole == 0 ? 0 : width * part / whole;
  std::string text;
  for (std::size_t i = 0; i < width; ++i) {
    if (screen.utf8) {
      text += i < full ? "█" : "░";
    } else {
      text += i < full ? '#' : '.';
    }
  }
  return text;
}

std::uint32_t ended(const LedgerView& ledger) {
  std::uint32_t open = count_of(ledger.counts(), Outcome::kBehind);
  for (const OutcomeCount& count : ledger.counts()) {
    if (group_of(count.outcome) == OutcomeGroup::kOpen) open += count.count;
  }
  return ledger.targets() - std::min(open, ledger.targets());
}

struct Legend {
  std::string text;
  std::size_t width = 0;  // of the text without its colours
};

/// As many lines as it takes, so that the counts always sum to the targets.
std::vector<Legend> legend_lines(const std::vector<OutcomeCount>& counts, std::size_t columns,
                                 const Screen& screen) {
  std::vector<Legend> lines(1);
  for (const LegendPart& part : legend_of(counts)) {
    std::string text = fmt::format("{} {}", part.count, part.word);
    if (screen.utf8) text = fmt::format("{} {}", part.sign, text);
    const std::size_t width = shown_width(text);
    if (lines.back().width > 0 && lines.back().width + 2 + width > columns) lines.emplace_back();
    Legend& line = lines.back();
    const std::size_t gap = line.width == 0 ? 0 : 2;
    line.text += std::string(gap, ' ') + painted(text, part.paint, screen);
    line.width += gap + width;
  }
  return lines;
}

// By the pace so far; only once there is one.
std::string left_text(std::uint32_t done, std::uint32_t targets, std::uint64_t elapsed_ms) {
  if (elapsed_ms < kGuessAfterMs || done == 0 || done >= targets) return "";
  return fmt::format("  ~{} left", clock_text(elapsed_ms * (targets - done) / done));
}

std::vector<std::string> bar_lines(const BarState& state, const Screen& screen) {
  const std::size_t columns = screen.size.columns - 1;
  const std::uint32_t done = ended(state.ledger);
  const std::uint32_t targets = state.ledger.targets();
  const std::string figures = fmt::format("  {}/{}", done, targets);
  const std::string time = "   " + clock_text(state.elapsed_ms);
  const std::string guess = left_text(done, targets, state.elapsed_ms);
  const auto legend = legend_lines(state.ledger.counts(), columns - 2, screen);
  const auto line = [&](const Legend& beside, const std::string& tail) {
    const std::size_t gap = beside.width == 0 ? 0 : 3;
    const std::size_t rest = 2 + figures.size() + gap + beside.width + tail.size();
    if (rest + kNarrowestBar > columns) return std::string();
    const std::size_t width = std::min(kWidestBar, columns - rest);
    return "  " + bar_text(done, targets, width, screen) + figures + std::string(gap, ' ') +
           beside.text + tail;
  };
  for (const std::string& tail : {time + guess, time}) {
    if (legend.size() > 1) break;
    if (std::string one = line(legend.front(), tail); !one.empty()) return {std::move(one)};
  }
  std::vector<std::string> lines = {fit(figures, columns, screen)};
  for (const std::string& tail : {std::string(), time, time + guess}) {
    if (std::string one = line({}, tail); !one.empty()) lines.front() = std::move(one);
  }
  for (const Legend& one : legend) lines.push_back("  " + one.text);
  return lines;
}

// ---- who works, and who failed

bool worth_a_row(const LedgerRow& row) {
  return group_of(row.outcome) == OutcomeGroup::kBad ||
         (group_of(row.outcome) == OutcomeGroup::kAbsent && row.outcome != Outcome::kBehind);
}

struct Line {
  std::string name;
  std::string what;
  std::string text;
  bool failed = false;
};

Line line_of(const LedgerRow& row, const Screen& screen) {
  Line line{plain(row.name, screen), plain(row.step, screen), plain(row.text, screen),
            row.outcome != Outcome::kRunning};
  if (line.what.empty() || row.outcome != Outcome::kFailed) {
    if (row.outcome != Outcome::kRunning) line.what = spoken(row.outcome);
    if (line.what.empty()) line.what = "working";
  }
  if (row.outcome == Outcome::kLost && line.text.empty()) {
    line.text = "silent for " + age_text(row.silent_ms);
  }
  return line;
}

std::vector<std::string> row_lines(const std::vector<Line>& lines, const Screen& screen) {
  std::size_t names = 0;
  std::size_t whats = 0;
  for (const Line& line : lines) {
    names = std::max(names, shown_width(line.name));
    whats = std::max(whats, shown_width(line.what));
  }
  // A long name may not push the rest out of sight.
  names = std::min(names, screen.size.columns / 3);
  whats = std::min(whats, screen.size.columns / 4);
  std::vector<std::string> rows;
  for (const Line& line : lines) {
    const std::string text = padded(fit(line.name, names, screen), names) + "  " +
                             padded(fit(line.what, whats, screen), whats) + "  " + line.text;
    std::string shown = fit(text, screen.size.columns - 5, screen);
    shown.erase(shown.find_last_not_of(' ') + 1);
    const std::string sign = screen.utf8 ? "✗" : "x";
    rows.push_back(line.failed ? "  " + painted(sign, Paint::kRed, screen) + " " + shown
                               : "    " + shown);
  }
  return rows;
}

std::string more_text(std::size_t more, std::string_view what, const Screen& screen) {
  return fmt::format("    {} and {} more {}", screen.utf8 ? "…" : "...", more, what);
}

/// Those of one sort, as many as there is room for; what did not fit goes to `more`.
std::vector<Line> some_lines(const std::vector<LedgerRow>& rows, std::size_t most,
                             bool (*wanted)(const LedgerRow&), std::size_t& more,
                             const Screen& screen) {
  std::vector<Line> lines;
  for (const LedgerRow& row : rows) {
    if (!wanted(row)) continue;
    if (lines.size() < most) {
      lines.push_back(line_of(row, screen));
    } else {
      ++more;
    }
  }
  return lines;
}

}  // namespace

std::string bar_line(const BarLine& line, const Screen& screen) {
  const std::size_t columns = screen.size.columns - 1;
  const std::string figures = "  " + line.figures;
  const std::string bad = line.bad.empty() ? "" : "   " + line.bad;
  std::string text = fitted(figures + bad, columns, "");
  std::string beside;
  for (std::size_t shown = 0; shown <= line.more.size(); ++shown) {
    if (shown > 0) beside += "   " + line.more[shown - 1];
    const std::size_t rest = 2 + figures.size() + bad.size() + beside.size();
    if (rest + kNarrowestBar > columns) break;
    const std::size_t width = std::min(kWidestBar, columns - rest);
    text = "  " + bar_text(line.part, line.whole, width, screen) + figures +
           (bad.empty() ? bad : painted(bad, Paint::kRed, screen)) + beside;
  }
  return text;
}

std::string clock_text(std::uint64_t ms) {
  const std::uint64_t seconds = ms / 1000;
  if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::vector<LegendPart> legend_of(const std::vector<OutcomeCount>& counts) {
  std::vector<LegendPart> parts = {
      {"done", 0, Paint::kGreen, "●"},        {"working", 0, Paint::kYellow, "▲"},
      {"failed", 0, Paint::kRed, "✗"},        {"lost", 0, Paint::kRed, "✗"},
      {"left", 0, Paint::kRed, "✗"},          {"waiting", 0, Paint::kDim, "○"},
      {"behind", 0, Paint::kDim, "○"},        {"held", 0, Paint::kDim, "○"},
      {"not attempted", 0, Paint::kDim, "○"}, {"passed over", 0, Paint::kDim, "○"},
  };
  const auto word_of = [](Outcome outcome) -> std::string {
    if (outcome == Outcome::kRunning) return "working";
    switch (group_of(outcome)) {
      case OutcomeGroup::kGood:
        return "done";
      case OutcomeGroup::kBad:
        return "failed";
      case OutcomeGroup::kNeutral:
        return "passed over";
      default:
        return spoken(outcome);
    }
  };
  for (const OutcomeCount& count : counts) {
    for (LegendPart& part : parts) {
      if (part.word == word_of(count.outcome)) part.count += count.count;
    }
  }
  std::erase_if(parts, [](const LegendPart& part) { return part.count == 0; });
  return parts;
}

std::string render_head(const WaitHead& head, const Screen& screen) {
  const std::string seq = head.sequence ? fmt::format("seq {}  ", head.sequence.value) : "";
  std::string line = seq + plain(head.command, screen);
  line += (screen.utf8 ? "  → " : "  -> ") + plain(head.target, screen);
  const std::string indent(head.sequence ? seq.size() : 2, ' ');
  return fit(line, screen.size.columns - 1, screen) + "\n" + indent +
         painted("Ctrl-C detaches; come back: " + head.come_back, Paint::kDim, screen) + "\n";
}

std::vector<std::string> render_bar(const BarState& state, const Screen& screen) {
  const std::size_t columns = screen.size.columns - 1;
  std::vector<std::string> lines = bar_lines(state, screen);
  if (!state.reachable) {
    lines.push_back(fit("  no coordinator answers; waiting for it, the command is in the log",
                        columns, screen));
  }
  const auto rows = state.ledger.rows();
  const std::size_t room = screen.size.lines - std::min(screen.size.lines, lines.size() + 3);
  const std::size_t workers = std::min(kWorkingShown, room / 2);
  std::size_t working = 0;
  std::size_t failed = 0;
  std::vector<Line> shown = some_lines(
      rows, workers, [](const LedgerRow& row) { return row.outcome == Outcome::kRunning; }, working,
      screen);
  const std::size_t at_work = shown.size();
  const auto bad =
      some_lines(rows, std::min(kFailedShown, room - workers), worth_a_row, failed, screen);
  shown.insert(shown.end(), bad.begin(), bad.end());
  std::vector<std::string> drawn = row_lines(shown, screen);
  if (working > 0) {
    drawn.insert(drawn.begin() + static_cast<std::ptrdiff_t>(at_work),
                 fit(more_text(working, "at work", screen), columns, screen));
  }
  if (failed > 0)
    drawn.push_back(fit(more_text(failed, "that did not end well", screen), columns, screen));
  lines.insert(lines.end(), drawn.begin(), drawn.end());
  return lines;
}

}  // namespace groupctl
