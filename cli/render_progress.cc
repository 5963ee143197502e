#include "cli/render_progress.h"

#include <fmt/format.h>

#include <utility>

#include "cli/text.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kBetweenCountsMs = 1000;
constexpr std::uint64_t kSignOfLifeMs = 30'000;

bool worth_a_line(Outcome outcome) {
  return group_of(outcome) == OutcomeGroup::kBad ||
         (group_of(outcome) == OutcomeGroup::kAbsent && outcome != Outcome::kBehind);
}

std::string member_line(const LedgerRow& row, std::string_view stamp) {
  std::string line = fmt::format("{} member={} {}", stamp, escaped(row.name), to_word(row.outcome));
  if (!row.step.empty()) line += " step=" + escaped(row.step);
  if (!row.text.empty()) line += fmt::format(" \"{}\"", escaped(row.text));
  return line + "\n";
}

std::string counts_line(const LedgerView& ledger) {
  std::string line;
  for (const OutcomeCount& count : ledger.counts()) {
    line += fmt::format(" {}={}", to_word(count.outcome), count.count);
  }
  return line + fmt::format(" of={}\n", ledger.targets());
}

}  // namespace

std::string Progress::begin(const WaitHead& head, std::string_view stamp) {
  const std::string seq = head.sequence ? fmt::format(" seq={}", head.sequence.value) : "";
  return fmt::format("{}{} {} target={}; Ctrl-C detaches, \"{}\" comes back\n", stamp, seq,
                     escaped(head.command), escaped(head.target), escaped(head.come_back));
}

std::string Progress::end(const LedgerView& ledger, int exit_code, std::string_view stamp) {
  std::string line = fmt::format("{} result", stamp);
  for (const OutcomeCount& count : ledger.counts()) {
    line += fmt::format(" {}={}", to_word(count.outcome), count.count);
  }
  return line + fmt::format(" of={} exit={}\n", ledger.targets(), exit_code);
}

std::string Progress::reachable(bool now, std::string_view stamp) {
  if (now == std::exchange(reachable_, now)) return "";
  return fmt::format("{} {}\n", stamp,
                     now ? "the coordinator answers again"
                         : "no coordinator answers; waiting for it, the command is in the log");
}

std::string Progress::round(const LedgerView& ledger, const std::vector<LedgerRow>& changed,
                            std::uint64_t now_ms, std::string_view stamp) {
  std::string lines;
  for (const LedgerRow& row : changed) {
    if (worth_a_line(row.outcome)) lines += member_line(row, stamp);
  }
  const std::uint64_t silence = now_ms - last_line_ms_;
  const bool news = ledger.counts() != said_;
  if (!ledger.closed() && news && silence >= kBetweenCountsMs) {
    lines += std::string(stamp) + counts_line(ledger);
  } else if (!ledger.closed() && silence >= kSignOfLifeMs) {
    lines += std::string(stamp) + " still waiting:" + counts_line(ledger);
  }
  if (!lines.empty()) {
    said_ = ledger.counts();
    last_line_ms_ = now_ms;
  }
  return lines;
}

}  // namespace groupctl
