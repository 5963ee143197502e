#include "cli/text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace groupctl {
namespace {

std::tm utc(std::int64_t seconds) { return fmt::gmtime(static_cast<std::time_t>(seconds)); }

std::int64_t local_seconds(std::uint64_t ms, const WallClock& clock) {
  return static_cast<std::int64_t>(ms / 1000) + clock.offset_s(ms);
}

constexpr std::size_t kNarrowestFold = 16;

void fold_last(std::vector<std::vector<std::string>>& cells, const std::vector<std::size_t>& widths,
               std::size_t width) {
  if (width == 0 || widths.empty()) return;
  std::size_t before = 0;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) before += widths[i] + 2;
  if (before + widths.back() <= width || before + kNarrowestFold > width) return;
  for (auto& row : cells) {
    if (row.size() == widths.size()) row.back() = folded(row.back(), width - before, before);
  }
}

std::string aligned(const std::string& cell, std::size_t width, bool right) {
  if (!right) return padded(cell, width);
  return std::string(width - std::min(width, shown_width(cell)), ' ') + cell;
}

}  // namespace

std::string table(const std::vector<Column>& columns,
                  const std::vector<std::vector<std::string>>& rows, std::size_t width) {
  std::vector<std::vector<std::string>> cells(1);
  for (const Column& column : columns) cells[0].push_back(column.title);
  for (const auto& row : rows) {
    cells.emplace_back();
    for (const std::string& cell : row) cells.back().push_back(escaped(cell));
  }
  std::vector<std::size_t> widths(columns.size());
  for (const auto& row : cells) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], shown_width(row[i]));
    }
  }
  fold_last(cells, widths, width);
  std::string text;
  for (const auto& row : cells) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += "  ";
      line += aligned(row[i], widths[i], columns[i].right);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string when_text(GroupTime time, const WallClock& clock) {
  if (!time) return "-";
  constexpr std::int64_t kDay = 86'400;
  const std::int64_t then = local_seconds(time.value, clock);
  const bool today = then / kDay == local_seconds(clock.now_ms, clock) / kDay;
  return today ? fmt::format("{:%H:%M:%S}", utc(then))
               : fmt::format("{:%Y-%m-%d %H:%M:%S}", utc(then));
}

std::string rfc3339(GroupTime time) {
  const auto seconds = static_cast<std::int64_t>(time.value / 1000);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", utc(seconds), time.value % 1000);
}

std::string counted(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string age_text(std::uint64_t ms) {
  const std::uint64_t seconds = ms / 1000;
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 2 * 3600) return fmt::format("{} min", seconds / 60);
  if (seconds < 2 * 86'400) return fmt::format("{} h", seconds / 3600);
  return fmt::format("{} d", seconds / 86'400);
}

}  // namespace groupctl
