// How a command ended, target by target.
#include <fmt/format.h>

#include <algorithm>

#include "cli/dry_run_report.h"
#include "cli/render_text.h"

namespace groupctl {
namespace {

bool plainly_good(Outcome outcome) {
  return outcome == Outcome::kDone || outcome == Outcome::kUnchanged ||
         outcome == Outcome::kBySnapshot;
}

std::string why(const LedgerRow& row, Sequence sequence) {
  if (!row.text.empty()) return row.text;
  if (row.outcome != Outcome::kLost) return "-";
  return fmt::format("silent for {}; it will replay {} when it returns", age_text(row.silent_ms),
                     sequence.value);
}

// "1:12" from a minute on, else "0.8 s".
std::string took_text(std::uint64_t ms) {
  if (ms < 60'000) return fmt::format("{}.{} s", ms / 1000, ms % 1000 / 100);
  return fmt::format("{}:{:02}", ms / 60'000, ms / 1000 % 60);
}

std::vector<std::string> row_cells(const LedgerRow& row, Sequence sequence) {
  return {row.name, spoken(row.outcome), row.step.empty() ? "-" : row.step, why(row, sequence)};
}

const std::vector<Column> kLedgerColumns = {{"MEMBER"}, {"RESULT"}, {"STEP"}, {"WHY"}};

std::string ledger_table(const std::vector<LedgerRow>& rows, Sequence sequence, std::size_t width) {
  std::vector<std::vector<std::string>> cells;
  for (const LedgerRow& row : rows) cells.push_back(row_cells(row, sequence));
  return table(kLedgerColumns, cells, width);
}

std::string look_again(const CommandReport& report) {
  const auto n = report.sequence.value;
  const std::string again =
      report.come_back.empty() ? fmt::format("groupctl wait {}", n) : report.come_back;
  if (!report.waited) return fmt::format("not waited for: {}\n", again);
  if (!report.open) return "";
  return fmt::format("{}; the command is in the log as {} and goes on: {}\n",
                     report.detached ? "detached" : "the wait ended first", n, again);
}

/// What to type when it has ended, and not well everywhere.
std::string next_lines(const CommandReport& report) {
  if (!report.heard() || report.open) return "";
  const auto& rows = report.rows;
  const auto first_of = [&](OutcomeGroup group) {
    return std::find_if(rows.begin(), rows.end(),
                        [&](const LedgerRow& row) { return group_of(row.outcome) == group; });
  };
  const auto failed = first_of(OutcomeGroup::kBad);
  const auto named = failed != rows.end() ? failed : first_of(OutcomeGroup::kAbsent);
  if (named == rows.end()) return "";
  const bool stopped = std::any_of(rows.begin(), rows.end(), [](const LedgerRow& row) {
    return row.outcome == Outcome::kNotAttempted;
  });
  const auto n = report.sequence.value;
  std::string text = fmt::format("next:  {} explain {}\n", report.groupctl, escaped(named->name));
  if (stopped) {
    text +=
        fmt::format("       {} rollout resume {}   or: rollout undo {}\n", report.groupctl, n, n);
  } else if (failed != rows.end()) {
    text += fmt::format("       again for those that failed: the same with -t @failed:{}\n", n);
  }
  return text;
}

std::vector<std::string> count_parts(const std::vector<OutcomeCount>& counts) {
  std::vector<std::string> parts;
  for (const Outcome outcome : all_outcomes()) {
    const std::uint32_t count = count_of(counts, outcome);
    if (count > 0) parts.push_back(fmt::format("{} {}", count, spoken(outcome)));
  }
  return parts;
}

/// Parts stay whole; `width` 0: one line.
std::string in_lines(const std::vector<std::string>& parts, std::size_t width) {
  std::string text;
  std::size_t used = 0;
  for (const std::string& part : parts) {
    const std::size_t more = shown_width(part);
    const bool fits = width == 0 || used + 3 + more <= width;
    if (used > 0) text += fits ? "   " : "\n  ";
    used = used == 0 ? more : fits ? used + 3 + more : 2 + more;
    text += part;
  }
  return text + "\n";
}

}  // namespace

std::string spoken(Outcome outcome) {
  std::string word(to_word(outcome));
  std::replace(word.begin(), word.end(), '_', ' ');
  return word;
}

std::string counts_text(const std::vector<OutcomeCount>& counts) {
  std::string text;
  for (const std::string& part : count_parts(counts)) text += (text.empty() ? "" : "   ") + part;
  return text;
}

std::string exceptions_text(const std::vector<LedgerRow>& rows, Sequence sequence,
                            std::size_t width) {
  std::vector<LedgerRow> exceptions;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(exceptions),
               [](const LedgerRow& row) { return !plainly_good(row.outcome); });
  return exceptions.empty() ? "" : ledger_table(exceptions, sequence, width);
}

std::string render_text(const CommandReport& report, const Screen& screen) {
  std::vector<std::string> parts = {
      fmt::format("seq {}  {}", report.sequence.value, escaped(report.command.text))};
  if (report.waited && !report.heard()) parts.emplace_back("nothing heard of its targets");
  if (report.heard()) {
    for (std::string& count : count_parts(report.counts)) parts.push_back(std::move(count));
    parts.push_back(fmt::format("of {}", report.targets));
  }
  if (report.waited) parts.push_back("in " + took_text(report.took_ms));
  std::string text = in_lines(parts, screen.result_columns);
  const std::string exceptions =
      exceptions_text(report.rows, report.sequence, screen.result_columns);
  if (!exceptions.empty()) text += "\n" + exceptions;
  const std::string hint = look_again(report);
  const std::string next = next_lines(report);
  if ((!hint.empty() || !next.empty()) && !exceptions.empty()) text += "\n";
  text += hint + next;
  return screen.result_columns > 0 && !screen.utf8 ? in_ascii(text) : text;
}

std::string render_text(const EntryReport& report, const WallClock& clock) {
  const Entry& entry = report.shown.entry;
  const auto& fields = report.shown.command.fields;
  const std::string foretold = foretold_text(report.rows, report.foretold);
  std::size_t width = std::string_view(foretold.empty() ? "command" : "foretold").size();
  for (const auto& [key, value] : fields) width = std::max(width, 2 + shown_width(escaped(key)));
  std::string text;
  const auto line = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    const std::string shown = escaped(name);
    const std::string blanks(width - shown_width(shown), ' ');
    text += fmt::format("{}{}  {}\n", shown, blanks, escaped(value));
  };
  line("seq", fmt::to_string(entry.sequence.value));
  line("command", report.shown.command.text);
  for (const auto& [key, value] : fields) line("  " + key, value);
  line("target", report.shown.target);
  line("when", when_text(entry.issued, clock));
  line("by", entry.issuer_name);
  line("why", entry.message);
  if (entry.ttl_ms > 0) line("ttl", fmt::format("{} ms", entry.ttl_ms));
  line("epoch", fmt::to_string(entry.epoch.value));
  line("request", fmt::format("{:016x}{:016x}/{}", entry.request.client.high,
                              entry.request.client.low, entry.request.number));
  if (report.shown.targets == 0) {
    line("outcome", "counts nobody");
    return text;
  }
  line("outcome",
       fmt::format("{}   of {}", counts_text(report.shown.counts), report.shown.targets));
  line("foretold", foretold.substr(0, foretold.find('\n')));
  text += "\n" + ledger_table(report.rows, entry.sequence, 0);
  const std::size_t more = foretold.find("\n\n");
  return more == std::string::npos ? text : text + foretold.substr(more + 1);
}

}  // namespace groupctl
