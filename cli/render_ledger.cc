// How a command ended, target by target.
#include <fmt/format.h>

#include <algorithm>

#include "cli/render_text.h"

namespace groupctl {
namespace {

// The words of the vocabulary, as people read them.
std::string spoken(Outcome outcome) {
  std::string word(to_word(outcome));
  std::replace(word.begin(), word.end(), '_', ' ');
  return word;
}

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

std::string ledger_table(const std::vector<LedgerRow>& rows, Sequence sequence) {
  std::vector<std::vector<std::string>> cells;
  for (const LedgerRow& row : rows) cells.push_back(row_cells(row, sequence));
  return table(kLedgerColumns, cells);
}

std::string look_again(const CommandReport& report) {
  const auto n = report.sequence.value;
  if (!report.waited) return fmt::format("not waited for: groupctl log show {}\n", n);
  if (!report.open) return "";
  return fmt::format("{}; the command is in the log as {} and goes on: groupctl log show {}\n",
                     report.detached ? "detached" : "the wait ended first", n, n);
}

}  // namespace

std::string counts_text(const std::vector<OutcomeCount>& counts) {
  std::string text;
  for (const Outcome outcome : all_outcomes()) {
    const std::uint32_t count = count_of(counts, outcome);
    if (count == 0) continue;
    if (!text.empty()) text += "   ";
    text += fmt::format("{} {}", count, spoken(outcome));
  }
  return text;
}

std::string exceptions_text(const std::vector<LedgerRow>& rows, Sequence sequence) {
  std::vector<LedgerRow> exceptions;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(exceptions),
               [](const LedgerRow& row) { return !plainly_good(row.outcome); });
  return exceptions.empty() ? "" : ledger_table(exceptions, sequence);
}

std::string render_text(const CommandReport& report) {
  std::string text = fmt::format("seq {}  {}", report.sequence.value, escaped(report.command.text));
  if (report.waited && !report.heard()) {
    text += fmt::format("   nothing heard of its targets   in {}", took_text(report.took_ms));
  }
  if (report.heard()) {
    const std::string counts = counts_text(report.counts);
    if (!counts.empty()) text += "   " + counts;
    text += fmt::format("   of {}   in {}", report.targets, took_text(report.took_ms));
  }
  text += "\n";
  const std::string exceptions = exceptions_text(report.rows, report.sequence);
  if (!exceptions.empty()) text += "\n" + exceptions;
  const std::string hint = look_again(report);
  if (!hint.empty() && !exceptions.empty()) text += "\n";
  return text + hint;
}

std::string render_text(const EntryReport& report, const WallClock& clock) {
  const Entry& entry = report.shown.entry;
  const auto& fields = report.shown.command.fields;
  std::size_t width = std::string_view("command").size();
  for (const auto& [key, value] : fields) width = std::max(width, 2 + shown_width(escaped(key)));
  std::string text;
  const auto line = [&](std::string_view name, std::string_view value) {
    const std::string shown = escaped(name);
    const std::string blanks(width - shown_width(shown), ' ');
    if (!value.empty()) text += fmt::format("{}{}  {}\n", shown, blanks, escaped(value));
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
  return text + "\n" + ledger_table(report.rows, entry.sequence);
}

}  // namespace groupctl
